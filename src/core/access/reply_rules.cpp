#include "core/access/reply_rules.h"

#include <algorithm>
#include <array>

namespace postern::core {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxRules = 200;
constexpr std::size_t kMaxItems = 64;
constexpr std::int64_t kMaxTag = 31;
constexpr std::int64_t kMaxVlan = 4094;

struct VendorRole {
  std::string_view vendor, attribute, prefix;
};
constexpr std::array kVendorRoles{
    VendorRole{"apc", "APC-Service-Type", ""},
    VendorRole{"aruba", "Aruba-User-Role", ""},
    VendorRole{"aruba-admin", "Aruba-Admin-Role", ""},
    VendorRole{"cisco", "Cisco-AVPair", "shell:priv-lvl="},
    VendorRole{"fortinet", "Fortinet-Group-Name", ""},
    VendorRole{"h3c", "H3C-Exec-Privilege", ""},
    VendorRole{"juniper", "Juniper-Local-User-Name", ""},
    VendorRole{"mikrotik", "Mikrotik-Group", ""},
    VendorRole{"paloalto", "PaloAlto-User-Group", ""},
    VendorRole{"paloalto-admin", "PaloAlto-Admin-Role", ""},
    VendorRole{"ruckus", "Ruckus-User-Groups", ""},
};

std::string_view text_of(const json::string& text) { return {text.data(), text.size()}; }

std::optional<std::string> scalar(const json::value& value) {
  if (const auto* text = value.if_string()) return std::string(text_of(*text));
  if (const auto* number = value.if_int64()) return std::to_string(*number);
  if (const auto* number = value.if_uint64()) return std::to_string(*number);
  return std::nullopt;
}

std::optional<std::int64_t> whole(const json::value& value) {
  if (const auto* number = value.if_int64()) return *number;
  if (value.is_uint64() && value.get_uint64() <= 1'000'000) {
    return static_cast<std::int64_t>(value.get_uint64());
  }
  return std::nullopt;
}

// One scalar or a list of them; nothing when neither.
std::optional<std::vector<std::string>> texts(const json::value& value) {
  std::vector<std::string> out;
  if (const auto* list = value.if_array()) {
    for (const json::value& item : *list) {
      auto one = scalar(item);
      if (!one) return std::nullopt;
      out.push_back(*std::move(one));
    }
  } else if (auto one = scalar(value)) {
    out.push_back(*std::move(one));
  }
  return out.empty() ? std::nullopt : std::optional(std::move(out));
}

class RuleParser {
 public:
  RuleParser(ReplyRule& rule, const GroupOfRule& group) : rule_(rule), group_(group) {}

  // The sentence about what is wrong, without the place of the rule.
  std::optional<std::string> parse(const json::value& value) {
    const auto* map = value.if_object();
    if (map == nullptr) return "must be a map";
    for (const json::key_value_pair& item : *map) {
      if (auto problem = take({item.key().data(), item.key().size()}, item.value())) return problem;
    }
    if (rule_.items.size() > kMaxItems) return "sends more than 64 attributes";
    return std::nullopt;
  }

 private:
  std::optional<std::string> take(std::string_view key, const json::value& value) {
    if (key == "when") return take_when(value);
    if (key == "reply") return take_reply(value);
    if (key == "vlan") return take_vlan(value);
    if (key == "roles") return take_roles(value);
    if (key == "priority") {
      const auto number = whole(value);
      if (!number || *number < 0) return ".priority must be a number from 0";
      rule_.priority = static_cast<int>(*number);
      return std::nullopt;
    }
    if (key == "continue") {
      if (!value.is_bool()) return ".continue must be true or false";
      rule_.go_on = value.get_bool();
      return std::nullopt;
    }
    return "." + std::string(key) +
           " is unknown; allowed are when, reply, vlan, roles, priority, continue";
  }

  std::optional<std::string> take_when(const json::value& value) {
    const auto* map = value.if_object();
    if (map == nullptr) return ".when must be a map";
    for (const json::key_value_pair& item : *map) {
      const std::string key(item.key().data(), item.key().size());
      auto list = texts(item.value());
      if (!list) return ".when." + key + " must be a text or a list of texts";
      if (auto problem = take_condition(key, *std::move(list))) return problem;
    }
    return std::nullopt;
  }

  std::optional<std::string> take_condition(const std::string& key, std::vector<std::string> list) {
    if (key == "group") {
      for (const std::string& one : list) rule_.groups.push_back(group_(one));
    } else if (key == "user") {
      rule_.users = std::move(list);
    } else if (key == "nas") {
      rule_.nas_identifiers = std::move(list);
    } else if (key == "ssid") {
      rule_.ssids = std::move(list);
    } else if (key == "client") {
      for (const std::string& one : list) {
        const auto network = parse_network(one);
        if (!network) return ".when.client: " + one + " is not a network such as 192.0.2.0/24";
        rule_.clients.push_back(*network);
      }
    } else {
      return ".when." + key + " is unknown; allowed are group, user, nas, ssid, client";
    }
    return std::nullopt;
  }

  std::optional<std::string> take_reply(const json::value& value) {
    const auto* map = value.if_object();
    if (map == nullptr) return ".reply must be a map of attributes";
    for (const json::key_value_pair& item : *map) {
      const std::string name(item.key().data(), item.key().size());
      const auto* list = item.value().if_array();
      if (list == nullptr) {
        if (auto problem = take_item(name, item.value())) return problem;
        continue;
      }
      for (const json::value& one : *list) {
        if (auto problem = take_item(name, one)) return problem;
      }
    }
    return std::nullopt;
  }

  std::optional<std::string> take_item(const std::string& name, const json::value& value) {
    ReplyItem item{name, 0, {}};
    const auto* tagged = value.if_object();
    const json::value* inner = tagged == nullptr ? &value : tagged->if_contains("value");
    auto text = inner == nullptr ? std::nullopt : scalar(*inner);
    if (tagged != nullptr) {
      const auto* tag = tagged->if_contains("tag");
      const auto number = tag == nullptr ? std::nullopt : whole(*tag);
      if (!number || *number < 0 || *number > kMaxTag || tagged->size() != 2) text.reset();
      if (number) item.tag = static_cast<std::uint8_t>(*number & 0xff);
    }
    if (!text) {
      return ".reply." + name +
             " must be text, a number, {tag: 1..31, value: ...} or a list of these";
    }
    item.value = *std::move(text);
    rule_.items.push_back(std::move(item));
    return std::nullopt;
  }

  // 3580-01: the group is the VLAN's number in decimal.
  std::optional<std::string> take_vlan(const json::value& value) {
    const auto number = whole(value);
    if (!number || *number < 1 || *number > kMaxVlan)
      return ".vlan must be a number from 1 to 4094";
    rule_.items.push_back({"Tunnel-Type", 0, "VLAN"});
    rule_.items.push_back({"Tunnel-Medium-Type", 0, "IEEE-802"});
    rule_.items.push_back({"Tunnel-Private-Group-Id", 0, std::to_string(*number)});
    return std::nullopt;
  }

  std::optional<std::string> take_roles(const json::value& value) {
    const auto* map = value.if_object();
    if (map == nullptr) return ".roles must be a map of vendors";
    for (const json::key_value_pair& item : *map) {
      const std::string_view vendor(item.key().data(), item.key().size());
      const auto known = std::ranges::find(kVendorRoles, vendor, &VendorRole::vendor);
      const auto text = scalar(item.value());
      if (known == kVendorRoles.end()) {
        std::string names;
        for (const VendorRole& one : kVendorRoles) {
          names += (names.empty() ? "" : ", ") + std::string(one.vendor);
        }
        return ".roles." + std::string(vendor) + " is unknown; allowed are " + names;
      }
      if (!text) return ".roles." + std::string(vendor) + " must be a text";
      rule_.items.push_back({std::string(known->attribute), 0, std::string(known->prefix) + *text});
    }
    return std::nullopt;
  }

  ReplyRule& rule_;
  const GroupOfRule& group_;
};

bool contains(const std::vector<std::string>& list, std::string_view text) noexcept {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool is_hex(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

}  // namespace

ParsedReplyRules parse_reply_rules(const json::value& list, const GroupOfRule& group) {
  ParsedReplyRules out;
  const auto* items = list.if_array();
  if (items == nullptr || items->size() > kMaxRules) {
    out.problem = "postern.replies must be a list of at most 200 rules";
    return out;
  }
  for (std::size_t i = 0; i < items->size(); ++i) {
    ReplyRule rule;
    if (auto problem = RuleParser(rule, group).parse((*items)[i])) {
      out.problem = "postern.replies[" + std::to_string(i) + "]" +
                    (problem->starts_with('.') ? "" : " ") + *problem;
      return out;
    }
    out.rules.push_back(std::move(rule));
  }
  std::stable_sort(out.rules.begin(), out.rules.end(),
                   [](const ReplyRule& a, const ReplyRule& b) { return a.priority < b.priority; });
  return out;
}

std::vector<const ReplyRule*> matching(const ReplyRules& rules, const ReplyFacts& facts) {
  std::vector<const ReplyRule*> out;
  for (const ReplyRule& rule : rules) {
    const auto in_group = [&facts](GroupNumber one) {
      return std::binary_search(facts.groups.begin(), facts.groups.end(), one);
    };
    const auto in_network = [&facts](const Network& one) {
      return masked(facts.client, one.bits) == one.address;
    };
    if (!rule.groups.empty() && std::ranges::none_of(rule.groups, in_group)) continue;
    if (!rule.users.empty() && !contains(rule.users, facts.username)) continue;
    if (!rule.nas_identifiers.empty() && !contains(rule.nas_identifiers, facts.nas_identifier)) {
      continue;
    }
    if (!rule.ssids.empty() && !contains(rule.ssids, facts.ssid)) continue;
    if (!rule.clients.empty() && std::ranges::none_of(rule.clients, in_network)) continue;
    out.push_back(&rule);
    if (!rule.go_on) break;
  }
  return out;
}

std::string_view ssid_of(std::string_view called_station_id) noexcept {
  constexpr std::size_t kDigits = 12;
  std::size_t at = 0;
  for (std::size_t digits = 0; at < called_station_id.size() && digits < kDigits; ++at) {
    const char c = called_station_id[at];
    if (is_hex(c)) {
      ++digits;
    } else if (c != '-' && c != ':' && c != '.') {
      return {};
    }
  }
  return at < called_station_id.size() && called_station_id[at] == ':'
             ? called_station_id.substr(at + 1)
             : std::string_view();
}

}  // namespace postern::core
