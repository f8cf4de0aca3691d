#pragma once
// LDAP messages as values. Views point into the decoded PDU: they live as long as its octets.
// Source: RFC 4511 section 4 and appendix B.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/ldap/filter.h"
#include "protocols/ldap/result_code.h"

namespace postern::ldap {

enum class Op : std::uint8_t {  // protocolOp tags, application class
  bindRequest = 0x60,
  bindResponse = 0x61,
  unbindRequest = 0x42,
  searchRequest = 0x63,
  searchResultEntry = 0x64,
  searchResultDone = 0x65,
  modifyRequest = 0x66,
  modifyResponse = 0x67,
  addRequest = 0x68,
  addResponse = 0x69,
  delRequest = 0x4a,
  delResponse = 0x6b,
  modDNRequest = 0x6c,
  modDNResponse = 0x6d,
  compareRequest = 0x6e,
  compareResponse = 0x6f,
  abandonRequest = 0x50,
  searchResultReference = 0x73,
  extendedRequest = 0x77,
  extendedResponse = 0x78,
  intermediateResponse = 0x79,
};

struct Control {
  std::string_view oid;
  bool critical = false;
  std::optional<std::string_view> value;
};

// The envelope: decoded first, so that a request with an unusable body still gets an answer of the
// right type (4511-05).
struct Envelope {
  std::int32_t message_id = 0;
  Op op{};
  OctetPiece body;                     // contents of protocolOp, without its header
  std::optional<OctetPiece> controls;  // contents of [0] Controls
};

struct BindRequest {
  std::int32_t version = 0;
  std::string_view name;
  enum class Method : std::uint8_t { simple, sasl, other } method = Method::other;
  std::string_view password;                    // simple
  std::string_view mechanism;                   // sasl
  std::optional<std::string_view> credentials;  // sasl
};

enum class Scope : std::uint8_t { base = 0, one = 1, sub = 2, children = 3 };

struct SearchRequest {
  std::string_view base;
  Scope scope = Scope::base;
  std::uint8_t deref = 0;
  std::uint32_t size_limit = 0;
  std::uint32_t time_limit = 0;  // seconds
  bool types_only = false;
  Filter filter;
  std::vector<std::string_view> attributes;
};

struct CompareRequest {
  std::string_view dn, attribute, value;
};

struct ExtendedRequest {
  std::string_view oid;
  std::optional<std::string_view> value;
};

struct Answer {  // LDAPResult
  ResultCode code = ResultCode::success;
  std::string_view matched_dn;
  std::string_view diagnostic;
};

}  // namespace postern::ldap
