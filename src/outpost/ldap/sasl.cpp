#include "outpost/ldap/sasl.h"

#include <array>

#include "outpost/ldap/external.h"

namespace postern::outpost {
namespace {

struct Known {
  std::string_view name;
  Mechanism mechanism;
  bool (*usable)(const Conversation& conversation);
};

constexpr std::array<Known, 2> kKnown{{
    {"EXTERNAL", Mechanism::external,
     [](const Conversation& c) { return has_external_identity(c); }},
    {"PLAIN", Mechanism::plain, [](const Conversation& c) { return c.confidential(); }},
}};

}  // namespace

Mechanism find_mechanism(std::string_view name) noexcept {
  for (const Known& known : kKnown) {
    if (known.name == name) return known.mechanism;
  }
  return Mechanism::none;
}

std::vector<std::string> supported_mechanisms(const Conversation& conversation) {
  std::vector<std::string> names;
  for (const Known& known : kKnown) {
    if (known.usable(conversation)) names.emplace_back(known.name);
  }
  return names;
}

}  // namespace postern::outpost
