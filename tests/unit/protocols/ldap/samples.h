#pragma once
// A few PDUs that between them use every decoder.

#include <string>
#include <vector>

#include "protocols/ldap/encode.h"
#include "protocols/ldap/encode_request.h"
#include "protocols/ldap/filter_text.h"

namespace postern::test {

inline ldap::Octets search_pdu(std::string_view filter,
                               const std::vector<std::string_view>& attributes = {},
                               ldap::OctetPiece controls = {}) {
  const auto parsed = ldap::parse_filter(filter);
  ldap::SearchRequest request;
  request.base = "ou=users,dc=ldap,dc=goauthentik,dc=io";
  request.scope = ldap::Scope::sub;
  request.size_limit = 10;
  request.filter = parsed.value().filter;
  request.attributes = attributes;
  ldap::Octets out;
  ldap::append_search_request(out, 7, request, controls);
  return out;
}

inline ldap::Octets bind_pdu(std::string_view name, std::string_view password) {
  ldap::Octets out;
  ldap::BindRequest request;
  request.version = 3;
  request.name = name;
  request.method = ldap::BindRequest::Method::simple;
  request.password = password;
  ldap::append_bind_request(out, 1, request);
  return out;
}

inline std::vector<ldap::Octets> sample_pdus() {
  std::vector<ldap::Octets> out;
  out.push_back(bind_pdu("cn=ann,ou=users,dc=ldap,dc=goauthentik,dc=io", "secret;123456"));
  ldap::Octets controls;
  ldap::append_control(controls, "1.2.840.113556.1.4.319", true,
                       std::string_view("\x30\x05\x02\x01\x64\x04\x00", 7));
  ldap::append_control(controls, "2.16.840.1.113730.3.4.2", false, {});
  out.push_back(
      search_pdu("(&(objectClass=person)(|(uid=a*b*c)(mail=*@x))(!(cn>=m))(sn~=z)(:dn:2.5.13.2:=q)("
                 "ou:dn:=v)(&)(gn=*))",
                 {"cn", "mail", "+"}, controls));
  out.push_back(search_pdu("(uid=user00042)"));
  ldap::CompareRequest compare{"cn=ann", "memberOf", "cn=x,dc=y"};
  ldap::append_compare_request(out.emplace_back(), 9, compare);
  ldap::ExtendedRequest extended{"1.3.6.1.4.1.4203.1.11.1", std::string_view("\x30\x00", 2)};
  ldap::append_extended_request(out.emplace_back(), 300, extended, controls);
  ldap::append_abandon_request(out.emplace_back(), 70000, 8);
  ldap::append_unbind_request(out.emplace_back(), 2);
  ldap::BindRequest sasl;
  sasl.version = 3;
  sasl.method = ldap::BindRequest::Method::sasl;
  sasl.mechanism = "PLAIN";
  sasl.credentials = std::string_view("\0ann\0pw", 7);
  ldap::append_bind_request(out.emplace_back(), 3, sasl);
  return out;
}

}  // namespace postern::test
