#pragma once
// Sort keys: an entry's values for up to three sort attributes as one run of octets whose memcmp
// order is the order asked for (RFC 2891): the least of several values counts, an entry without one
// is behind all others, `reverse` turns a key's order round. Values count by their first
// kMaxSortedOctets.
//
// What the viewer may not see is as if it were not there. Thread: the lease's; SortKeys keeps its
// buffers.

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "directory/evaluate.h"
#include "protocols/ldap/tree.h"

namespace postern::directory {

inline constexpr std::size_t kMaxSortedOctets = 200;

struct SortRule {
  AttributeId attribute = kNoAttribute;
  ldap::Rule rule = ldap::Rule::none;
  bool reverse = false;
};

class SortKeys {
 public:
  // Which attributes and rules are meant. On a verdict other than success nothing can be sorted.
  ldap::SortVerdict resolve(std::span<const ldap::SortKey> keys, const Dictionary& dictionary);

  // The key of an entry; valid until the next call.
  std::string_view of(const Subject& subject, const Layout& layout, const Sight& sight);
  // What the first part of a key is for this value; false = the value does not fit its rule.
  bool of_value(std::string_view value, std::string& out);

 private:
  bool least(const SortRule& rule, const Subject& subject, const Layout& layout);
  void take(const SortRule& rule, std::string_view value, bool& any);

  std::array<SortRule, ldap::kServedSortKeys> rules_;
  std::size_t size_ = 0;
  std::string key_, least_, prepared_, buffer_;
};

}  // namespace postern::directory
