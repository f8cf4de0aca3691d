#pragma once
// The client's side of an LDAP test: requests as octets, responses as values that compare and
// print.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/ldap/message.h"
#include "protocols/session.h"

namespace postern::test {

// One response PDU with its contents copied out.
struct Reply {
  std::int32_t id = 0;
  ldap::Op op{};
  ldap::ResultCode code = ldap::ResultCode::success;
  std::string matched_dn, diagnostic;
  std::optional<std::string> name, value;                     // extended
  std::optional<std::string> challenge;                       // bind: serverSaslCreds
  std::vector<std::pair<std::string, std::string>> controls;  // OID and value
  std::string dn;                                             // entry
  std::vector<std::pair<std::string, std::vector<std::string>>> attributes;
  bool has_controls = false;
  std::string control(std::string_view oid) const;  // its value, "" = none

  const std::vector<std::string>* find(std::string_view attribute) const;
};

// Throws std::runtime_error if the octets are not a run of whole, well-formed responses.
std::vector<Reply> parse_replies(OctetView octets);
std::string describe(
    const std::vector<Reply>& replies);  // "1:bind(0) 2:entry(cn=u7,ou=p1) 2:done(0)"

struct SearchSpec {
  std::string_view base = "dc=ldap,dc=example";
  ldap::Scope scope = ldap::Scope::sub;
  std::string_view filter = "(objectClass=*)";
  std::vector<std::string_view> attributes;
  std::uint32_t size_limit = 0, time_limit = 0;
  bool types_only = false;
};

Octets bind(std::int32_t id, std::string_view name, std::string_view password,
            std::int32_t version = 3);
Octets sasl_bind(std::int32_t id, std::string_view mechanism,
                 std::optional<std::string_view> credentials = {}, std::string_view name = {});
Octets search(std::int32_t id, const SearchSpec& spec = {}, OctetView controls = {});
Octets compare(std::int32_t id, std::string_view dn, std::string_view attribute,
               std::string_view value);
Octets extended(std::int32_t id, std::string_view oid, std::optional<std::string_view> value = {});
Octets abandon(std::int32_t id, std::int32_t target);
Octets unbind(std::int32_t id);
// Any operation with given contents: for updates, and for what is malformed on purpose.
Octets message(std::int32_t id, std::uint8_t tag, OctetView contents = {});
// The request with a control behind it.
Octets with_control(OctetView request, std::string_view oid, bool critical,
                    std::optional<std::string_view> value = {});

Octets operator+(Octets left, const Octets& right);

}  // namespace postern::test
