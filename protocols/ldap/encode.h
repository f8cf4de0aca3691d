#pragma once
// LDAP responses: values -> octets, appended whole to the output. Rare answers use patched lengths;
// entries are written with known lengths straight into the buffer. Cannot fail.
// `controls` is a run of Control elements made by append_control(); empty = no controls field.
// Source: RFC 4511 section 4.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "protocols/ber/writer.h"
#include "protocols/ldap/message.h"

namespace postern::ldap {

using ber::Octets;

// The type of the final response to a request; none for unbind, abandon and what is no request.
std::optional<Op> response_to(Op request) noexcept;

// LDAPResult under any response tag: SearchResultDone, CompareResponse, AddResponse, ...
void append_result(Octets& out, std::int32_t id, Op response, const Answer& answer,
                   OctetPiece controls = {});
void append_bind_response(Octets& out, std::int32_t id, const Answer& answer,
                          std::optional<std::string_view> server_sasl_credentials = {},
                          OctetPiece controls = {});
void append_extended_response(Octets& out, std::int32_t id, const Answer& answer,
                              std::optional<std::string_view> name = {},
                              std::optional<std::string_view> value = {}, OctetPiece controls = {});
void append_intermediate_response(Octets& out, std::int32_t id,
                                  std::optional<std::string_view> name,
                                  std::optional<std::string_view> value, OctetPiece controls = {});
// Message id 0, as the last words before closing.
void append_notice_of_disconnection(Octets& out, ResultCode code, std::string_view diagnostic);

void append_control(Octets& out, std::string_view oid, bool critical,
                    std::optional<std::string_view> value);

// Entries. An entry is append_entry_header() followed by exactly `attributes` octets of
// PartialAttribute elements, then by exactly `controls` octets of Control elements behind
// append_controls_header() if `controls` is not 0.
void append_entry_header(Octets& out, std::int32_t id, std::string_view dn, std::size_t attributes,
                         std::size_t controls = 0);
void append_controls_header(Octets& out, std::size_t controls);

std::size_t partial_attribute_size(std::string_view type, std::span<const std::string_view> values);
void append_partial_attribute(Octets& out, std::string_view type,
                              std::span<const std::string_view> values);

}  // namespace postern::ldap
