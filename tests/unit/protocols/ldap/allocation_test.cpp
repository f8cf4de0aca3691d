// The kept path allocates nothing: a counting operator new around warm buffers.

#include <gtest/gtest.h>

#include <array>

#include "protocols/ldap/decode.h"
#include "protocols/ldap/dn.h"
#include "protocols/ldap/matching.h"
#include "protocols/ldap/schema.h"
#include "support/counting_new.h"
#include "unit/protocols/ldap/samples.h"

namespace postern::ldap {
namespace {

template <typename Action>
std::size_t count_when_warm(Action&& action) {
  action();
  const std::size_t before = test::allocations();
  action();
  return test::allocations() - before;
}

TEST(LdapAllocation, SearchAndBindDecodeWithoutAny) {
  const Octets search =
      test::search_pdu("(&(objectClass=person)(|(uid=a*b)(mail=x)))", {"cn", "mail"});
  const Octets bind = test::bind_pdu("cn=a,dc=x", "secret");
  SearchRequest request;
  const auto decode = [&] {
    const auto envelope = decode_envelope(search);
    EXPECT_TRUE(decode_search(envelope->body, request).ok());
    EXPECT_TRUE(decode_bind(decode_envelope(bind)->body).ok());
  };
  EXPECT_EQ(count_when_warm(decode), 0U);
}

TEST(LdapAllocation, PlainDnsAndValuesPrepareWithoutAny) {
  std::string out;
  const auto prepare_all = [&] {
    EXPECT_TRUE(normalise_dn("CN=Some User Name, OU=users,DC=ldap,DC=goauthentik,DC=io", out));
    EXPECT_TRUE(prepare(Rule::caseIgnore, "  Some   Longer Display Name ", out));
    EXPECT_TRUE(prepare(Rule::objectIdentifier, "inetOrgPerson", out));
    EXPECT_NE(find_attribute("sAMAccountName"), nullptr);
    EXPECT_FALSE(subtypes_of("name").empty());
  };
  EXPECT_EQ(count_when_warm(prepare_all), 0U);
}

TEST(LdapAllocation, EntriesEncodeWithoutAny) {
  const std::array<std::string_view, 2> values{"a", "b"};
  Octets out;
  const auto encode = [&] {
    out.clear();
    append_entry_header(out, 5, "cn=a,dc=x", partial_attribute_size("cn", values));
    append_partial_attribute(out, "cn", values);
    append_result(out, 5, Op::searchResultDone, {});
  };
  encode();
  EXPECT_EQ(count_when_warm(encode), 0U);
}

}  // namespace
}  // namespace postern::ldap
