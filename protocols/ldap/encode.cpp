#include "protocols/ldap/encode.h"

#include <algorithm>

#include "protocols/ldap/oids.h"

namespace postern::ldap {
namespace {

using ber::context;
using ber::context_constructed;

constexpr ber::Tag tag_of(Op op) { return static_cast<ber::Tag>(op); }

std::size_t open_message(Octets& out, std::int32_t id) {
  const std::size_t mark = ber::open(out, ber::kSequence);
  ber::append_integer(out, id);
  return mark;
}

void close_message(Octets& out, std::size_t mark, OctetPiece controls) {
  if (!controls.empty()) {
    append_controls_header(out, controls.size());
    ber::append_raw(out, controls);
  }
  ber::close(out, mark);
}

void append_answer(Octets& out, const Answer& answer) {
  ber::append_enumerated(out, static_cast<std::int32_t>(answer.code));
  ber::append_string(out, answer.matched_dn);
  ber::append_string(out, answer.diagnostic);
}

void append_optional(Octets& out, std::optional<std::string_view> value, unsigned number) {
  if (value) ber::append_string(out, *value, context(number));
}

}  // namespace

std::optional<Op> response_to(Op request) noexcept {
  switch (request) {
    case Op::bindRequest:
      return Op::bindResponse;
    case Op::searchRequest:
      return Op::searchResultDone;
    case Op::modifyRequest:
      return Op::modifyResponse;
    case Op::addRequest:
      return Op::addResponse;
    case Op::delRequest:
      return Op::delResponse;
    case Op::modDNRequest:
      return Op::modDNResponse;
    case Op::compareRequest:
      return Op::compareResponse;
    case Op::extendedRequest:
      return Op::extendedResponse;
    default:
      return std::nullopt;
  }
}

void append_result(Octets& out, std::int32_t id, Op response, const Answer& answer,
                   OctetPiece controls) {
  const std::size_t message = open_message(out, id);
  const std::size_t body = ber::open(out, tag_of(response));
  append_answer(out, answer);
  ber::close(out, body);
  close_message(out, message, controls);
}

void append_bind_response(Octets& out, std::int32_t id, const Answer& answer,
                          std::optional<std::string_view> server_sasl_credentials,
                          OctetPiece controls) {
  const std::size_t message = open_message(out, id);
  const std::size_t body = ber::open(out, tag_of(Op::bindResponse));
  append_answer(out, answer);
  append_optional(out, server_sasl_credentials, 7);
  ber::close(out, body);
  close_message(out, message, controls);
}

void append_extended_response(Octets& out, std::int32_t id, const Answer& answer,
                              std::optional<std::string_view> name,
                              std::optional<std::string_view> value, OctetPiece controls) {
  const std::size_t message = open_message(out, id);
  const std::size_t body = ber::open(out, tag_of(Op::extendedResponse));
  append_answer(out, answer);
  append_optional(out, name, 10);
  append_optional(out, value, 11);
  ber::close(out, body);
  close_message(out, message, controls);
}

void append_intermediate_response(Octets& out, std::int32_t id,
                                  std::optional<std::string_view> name,
                                  std::optional<std::string_view> value, OctetPiece controls) {
  const std::size_t message = open_message(out, id);
  const std::size_t body = ber::open(out, tag_of(Op::intermediateResponse));
  append_optional(out, name, 0);
  append_optional(out, value, 1);
  ber::close(out, body);
  close_message(out, message, controls);
}

void append_notice_of_disconnection(Octets& out, ResultCode code, std::string_view diagnostic) {
  append_extended_response(out, 0, {code, {}, diagnostic}, oid::kNoticeOfDisconnection);
}

void append_control(Octets& out, std::string_view oid, bool critical,
                    std::optional<std::string_view> value) {
  const std::size_t control = ber::open(out, ber::kSequence);
  ber::append_string(out, oid);
  if (critical) ber::append_boolean(out, true);  // defaults are not encoded (4511 5.1)
  if (value) ber::append_string(out, *value);
  ber::close(out, control);
}

void append_controls_header(Octets& out, std::size_t controls) {
  ber::append_header(out, context_constructed(0), controls);
}

void append_entry_header(Octets& out, std::int32_t id, std::string_view dn, std::size_t attributes,
                         std::size_t controls) {
  const std::size_t body = ber::element_size(dn.size()) + ber::element_size(attributes);
  const std::size_t trailer = controls == 0 ? 0 : ber::element_size(controls);
  const std::size_t message =
      ber::element_size(ber::integer_size(id)) + ber::element_size(body) + trailer;
  const std::size_t whole = out.size() + ber::element_size(message);
  if (out.capacity() < whole) out.reserve(std::max(whole, 2 * out.capacity()));
  ber::append_header(out, ber::kSequence, message);
  ber::append_integer(out, id);
  ber::append_header(out, tag_of(Op::searchResultEntry), body);
  ber::append_string(out, dn);
  ber::append_header(out, ber::kSequence, attributes);
}

std::size_t partial_attribute_size(std::string_view type,
                                   std::span<const std::string_view> values) {
  std::size_t set = 0;
  for (const std::string_view value : values) set += ber::element_size(value.size());
  return ber::element_size(ber::element_size(type.size()) + ber::element_size(set));
}

void append_partial_attribute(Octets& out, std::string_view type,
                              std::span<const std::string_view> values) {
  std::size_t set = 0;
  for (const std::string_view value : values) set += ber::element_size(value.size());
  ber::append_header(out, ber::kSequence, ber::element_size(type.size()) + ber::element_size(set));
  ber::append_string(out, type);
  ber::append_header(out, ber::kSet, set);
  for (const std::string_view value : values) ber::append_string(out, value);
}

}  // namespace postern::ldap
