#pragma once
// ReplyBook: reply rules turned into octets with the dictionary, once, when they are loaded. What a
// rule may not send is said then: unknown attributes, values that do not fit, tags where there are
// none, attributes that belong to the protocol (State, Proxy-State, EAP, authenticators) or to
// requests. At login nothing is left to go wrong but the size of the packet.
//
// Thread: pure; values are used from any thread. Sources: RFC 2865 5.44, RFC 2868 3, RFC 2869 5.16.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/access/reply_rules.h"
#include "protocols/radius/assign.h"

namespace postern::outpost {

struct EncodedItem {
  const radius::AttributeEntry* attribute = nullptr;  // lives in the dictionary
  std::uint8_t tag = 0;
  Octets value;
};

struct EncodedRules {
  core::ReplyRules rules;
  std::vector<std::vector<EncodedItem>> items;  // of each rule

  bool empty() const noexcept { return rules.empty(); }
  // The Acct-Interim-Interval that matching rules send; 0 = none.
  std::uint32_t interim(const core::ReplyFacts& facts) const;
  // All that matching rules send, into the writer. False: it does not fit.
  bool write(radius::Writer& writer, const core::ReplyFacts& facts,
             const radius::Authenticator& request, OctetView secret, std::uint16_t salt,
             radius::Digests& digests) const;
};

class ReplyBook {
 public:
  // The dictionary outlives the book and what it encodes.
  explicit ReplyBook(const radius::Dictionary& dictionary) : dictionary_(dictionary) {}

  const radius::Dictionary& dictionary() const noexcept { return dictionary_; }

  // One sentence about the first item that cannot be sent.
  std::optional<std::string> problem(const core::ReplyRules& rules) const;
  // Rules with an item that cannot be sent are left out and logged.
  EncodedRules encode(const core::ReplyRules& rules, std::string_view provider) const;

 private:
  std::optional<std::string> encode_item(const core::ReplyItem& item, EncodedItem& out) const;

  const radius::Dictionary& dictionary_;
};

}  // namespace postern::outpost
