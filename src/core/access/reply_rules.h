#pragma once
// Reply rules of a RADIUS provider (attributes.postern.replies): what an Access-Accept carries, for
// whom. A list, by `priority` (lowest first, 0 when not given) and then by place:
//   - when: {group: staff, user: alice, nas: gateway, ssid: office, client: 192.0.2.0/24}
//     vlan: 42                          the three tunnel attributes of RFC 3580 3.31
//     roles: {fortinet: admins}         the attribute in which a vendor's gear expects its role
//     reply: {Class: staff, Cisco-AVPair: [a=1, b=2], Tunnel-Assignment-Id: {tag: 1, value: x}}
//     continue: true                    the rules behind it are looked at too; else the first that
//                                       matches is the only one
// Each condition is one text or a list of which one has to fit; all of them have to. A group is
// named or given by its pk, and reached through nested groups too. Without `when` a rule always
// matches. Attribute names and values are the caller's to check: core knows no dictionary.
// Thread: pure; ReplyRules is a value.

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/access/network.h"
#include "core/ids.h"

namespace postern::core {

struct ReplyItem {
  std::string name;
  std::uint8_t tag = 0;
  std::string value;
};

struct ReplyRule {
  int priority = 0;
  bool go_on = false;
  // Empty = no such condition. A group that is missing has number 0, which nobody is in.
  std::vector<GroupNumber> groups;
  std::vector<std::string> users, nas_identifiers, ssids;
  std::vector<Network> clients;
  std::vector<ReplyItem> items;
};
using ReplyRules = std::vector<ReplyRule>;

struct ReplyFacts {
  std::span<const GroupNumber> groups;  // of the user, closure, ascending
  std::string_view username;
  std::string_view nas_identifier;
  std::string_view ssid;
  AddressOctets client{};
};

// From a group's text in a rule (name or pk) to its number.
using GroupOfRule = std::function<GroupNumber(std::string_view)>;

// Sorted rules, or one sentence about the first that is wrong, which names it by its place.
struct ParsedReplyRules {
  ReplyRules rules;
  std::optional<std::string> problem;
};
ParsedReplyRules parse_reply_rules(const boost::json::value& list, const GroupOfRule& group);

// In the order in which their items are sent.
std::vector<const ReplyRule*> matching(const ReplyRules& rules, const ReplyFacts& facts);

// The SSID behind the address in Called-Station-Id (RFC 3580 3.20); "" = none.
std::string_view ssid_of(std::string_view called_station_id) noexcept;

}  // namespace postern::core
