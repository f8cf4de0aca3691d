#pragma once
// EapConversation: one peer's EAP from its identity to success or failure: which method it takes
// (Nak, each of ours offered once, 3748-03), then that method. It knows nothing of RADIUS.
//
// Responses have to answer the request that is open (3748-01); others are discarded, and the fifth
// such ends it (3579-04). The same response once more gets the same request again. Rounds are
// bounded. The outer identity is for the log and nothing else.
// step() blocks where is_heavy() says so; one call at a time, any thread. Source: RFC 3748.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/access/catalog.h"
#include "outpost/radius/eap/tls_method.h"
#include "protocols/eap/packet.h"

namespace postern::outpost {

struct EapStep {
  enum class Kind : std::uint8_t {
    ask,        // `eap` is the next request
    accept,     // `grant`, `keys`
    reject,     // `reason`
    undecided,  // the same response comes again later; `reason`
    discard,    // no answer; `reason`
  };
  Kind kind = Kind::reject;
  Octets eap;
  std::string reason;
  bool asks_person = false;
  std::chrono::milliseconds delay{0};
  core::Grant grant;
  EapKeys keys;
};

class EapConversation {
 public:
  static constexpr int kMostRounds = 160;
  static constexpr int kMostInvalid = 5;

  EapConversation(InnerContext context, std::shared_ptr<const core::RadiusProvider> provider,
                  std::shared_ptr<const EapTlsSetup> setup);
  EapConversation(const EapConversation&) = delete;
  EapConversation& operator=(const EapConversation&) = delete;

  // For an EAP-Start: asks who is there.
  EapStep ask_identity();
  bool is_heavy(const eap::Packet& response) const;
  // `largest`: octets that an EAP packet may have; `request_id` for log and events.
  EapStep step(OctetView octets, std::size_t largest, const std::string& request_id);

  // Who is logging in: what was said inside, else outside.
  std::string_view identity() const noexcept;
  std::string_view outer_identity() const noexcept { return outer_; }
  std::string_view method() const noexcept;  // "ttls", ...; "" = none yet

 private:
  EapStep handle(const eap::Packet& response, std::size_t room);
  EapStep take_identity(const eap::Packet& response);
  EapStep offer(std::uint8_t type);
  EapStep offer_from(OctetView wanted);
  EapStep take(MethodStep step);
  EapStep ask(std::uint8_t type, OctetView data);
  EapStep invalid(std::string_view reason);
  std::unique_ptr<InnerPart> inner_of(std::uint8_t type) const;

  InnerContext context_;
  const std::shared_ptr<const core::RadiusProvider> provider_;
  const std::shared_ptr<const EapTlsSetup> setup_;
  std::vector<std::uint8_t> methods_;  // not offered yet, most wanted first
  std::optional<TlsMethod> method_;    // offered
  bool accepted_ = false;              // the peer has gone in for it
  std::string outer_;
  bool asked_ = false;           // a request is open
  std::uint8_t identifier_ = 0;  // of it
  Octets last_request_;
  std::optional<std::uint64_t> last_response_;  // its digest
  bool undecided_ = false;                      // it has got no answer yet
  int rounds_ = 0, invalid_ = 0;
};

}  // namespace postern::outpost
