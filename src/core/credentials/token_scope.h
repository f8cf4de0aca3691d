#pragma once
// TokenScope: where a credential of one's own making (an app password) may be used: for which
// applications, over which protocols, from which networks. A part that names nothing restricts
// nothing. What a part names and cannot be read, or is gone, restricts to nothing: a scope never
// grows by an error or by an erasure.
//
// Lists are packed octets. A login record keeps those of all its tokens in one string, which is
// read into again and again: a login allocates nothing for them. Thread: values; pure functions.
// Source: design.md 7 (App passwords); reference user-pain 14.

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::core {

enum class Protocol : std::uint8_t;

struct ScopeView {
  std::string_view applications;  // pks, 36 octets each
  std::string_view networks;      // address and prefix length, 17 octets each
  std::uint8_t protocols = 0;     // bits, see protocol_bit
};

struct TokenScope {
  std::string applications, networks;  // as in a view
  std::uint8_t protocols = 0;
  bool operator==(const TokenScope&) const = default;
  operator ScopeView() const noexcept { return {applications, networks, protocols}; }
};

// Where a scope's lists lie in the string of a record.
struct KeptScope {
  std::uint32_t at = 0, applications = 0, networks = 0;  // octets
  std::uint8_t protocols = 0;
};
KeptScope keep_scope(const ScopeView& scope, std::string& lists);
ScopeView view_of(const KeptScope& scope, std::string_view lists) noexcept;

inline constexpr std::uint8_t kNoProtocol = 0x80;  // a bit that no protocol has

std::uint8_t protocol_bit(Protocol protocol) noexcept;
std::uint8_t protocol_bit(std::string_view name) noexcept;  // "ldap"; kNoProtocol for others

void add_application(TokenScope& scope, std::string_view pk);
void add_network(TokenScope& scope, std::string_view text);

// `application`: pk of the one that the login is for; `source`: address of who asks.
bool allows(const ScopeView& scope, Protocol protocol, std::string_view application,
            std::string_view source) noexcept;

}  // namespace postern::core
