#include "protocols/ldap/decode.h"

#include "protocols/ber/reader.h"
#include "protocols/ldap/decode_filter.h"

namespace postern::ldap {
namespace {

using ber::context;
using ber::context_constructed;
using ber::Reader;
using ber::Tag;

bool is_request(Op op) {
  switch (op) {
    case Op::bindRequest:
    case Op::unbindRequest:
    case Op::searchRequest:
    case Op::modifyRequest:
    case Op::addRequest:
    case Op::delRequest:
    case Op::modDNRequest:
    case Op::compareRequest:
    case Op::abandonRequest:
    case Op::extendedRequest:
      return true;
    default:
      return false;
  }
}

bool is_response(Op op) {
  switch (op) {
    case Op::bindResponse:
    case Op::searchResultEntry:
    case Op::searchResultDone:
    case Op::modifyResponse:
    case Op::addResponse:
    case Op::delResponse:
    case Op::modDNResponse:
    case Op::compareResponse:
    case Op::searchResultReference:
    case Op::extendedResponse:
    case Op::intermediateResponse:
      return true;
    default:
      return false;
  }
}

// Controls are looked for among all trailing elements: a critical one must not slip through behind
// an unknown extension.
bool read_trailer(Reader& message, Envelope& out) {
  while (message.ok() && !message.at_end()) {
    if (message.peek() != context_constructed(0)) {
      message.skip();
      continue;
    }
    if (out.controls) return message.fail("controls twice");
    OctetPiece controls;
    if (message.element(context_constructed(0), controls)) out.controls = controls;
  }
  return message.ok();
}

bool read_envelope(Reader& pdu, Envelope& out) {
  Reader message;
  if (!pdu.enter(ber::kSequence, message)) return false;
  if (!pdu.at_end()) return pdu.fail("octets behind the message");
  Tag op = 0;
  if (!message.integer(out.message_id) || !message.any(op, out.body)) return pdu.fail(message);
  out.op = static_cast<Op>(op);
  return read_trailer(message, out) || pdu.fail(message);
}

bool read_requested_attributes(Reader& body, std::vector<std::string_view>& out) {
  Reader list;
  if (!body.enter(ber::kSequence, list)) return false;
  while (!list.at_end()) {
    if (out.size() == kMaxRequestedAttributes) return body.fail("too many attributes");
    std::string_view name;
    if (!list.string(name)) return body.fail(list);
    out.push_back(name);
  }
  return true;
}

bool read_bounded(Reader& body, Tag tag, std::int32_t highest, std::int32_t& out) {
  if (!body.integer(out, tag)) return false;
  return (out >= 0 && out <= highest) || body.fail("number out of range");
}

bool read_search_head(Reader& body, SearchRequest& out) {
  constexpr std::int32_t kMaxInt = 2147483647;
  std::int32_t scope = 0;
  std::int32_t deref = 0;
  std::int32_t size = 0;
  std::int32_t time = 0;
  if (!body.string(out.base) || !read_bounded(body, ber::kEnumerated, 3, scope) ||
      !read_bounded(body, ber::kEnumerated, 3, deref) ||
      !read_bounded(body, ber::kInteger, kMaxInt, size) ||
      !read_bounded(body, ber::kInteger, kMaxInt, time) || !body.boolean(out.types_only))
    return false;
  out.scope = static_cast<Scope>(scope);
  out.deref = static_cast<std::uint8_t>(deref);
  out.size_limit = static_cast<std::uint32_t>(size);
  out.time_limit = static_cast<std::uint32_t>(time);
  return true;
}

bool read_sasl(Reader& body, BindRequest& out) {
  Reader sasl;
  if (!body.enter(context_constructed(3), sasl)) return false;
  if (!sasl.string(out.mechanism)) return body.fail(sasl);
  if (sasl.peek() == ber::kOctetString) {
    std::string_view credentials;
    if (!sasl.string(credentials)) return body.fail(sasl);
    out.credentials = credentials;
  }
  return sasl.skip_rest() || body.fail(sasl);
}

bool read_authentication(Reader& body, BindRequest& out) {
  if (body.peek() == context(0)) {
    out.method = BindRequest::Method::simple;
    return body.string(out.password, context(0));
  }
  if (body.peek() == context_constructed(3)) {
    out.method = BindRequest::Method::sasl;
    return read_sasl(body, out);
  }
  if ((body.peek() & 0xc0U) != 0x80U) return body.fail("authentication choice missing");
  out.method = BindRequest::Method::other;
  return body.skip();
}

bool read_control(Reader& list, Control& out) {
  Reader control;
  if (!list.enter(ber::kSequence, control)) return false;
  if (!control.string(out.oid)) return list.fail(control);
  if (control.peek() == ber::kBoolean && !control.boolean(out.critical)) return list.fail(control);
  if (control.peek() == ber::kOctetString) {
    std::string_view value;
    if (!control.string(value)) return list.fail(control);
    out.value = value;
  }
  return control.skip_rest() || list.fail(control);
}

}  // namespace

Result<Envelope> decode_envelope(OctetPiece pdu) {
  Reader reader(pdu);
  Envelope envelope;
  if (!read_envelope(reader, envelope)) return reader.error();
  if (envelope.message_id <= 0) return DecodeError{"message id out of range", 0};
  if (!is_request(envelope.op)) return DecodeError{"no request", 0};
  return envelope;
}

Result<Envelope> decode_response_envelope(OctetPiece pdu) {
  Reader reader(pdu);
  Envelope envelope;
  if (!read_envelope(reader, envelope)) return reader.error();
  if (envelope.message_id < 0) return DecodeError{"message id out of range", 0};
  if (!is_response(envelope.op)) return DecodeError{"no response", 0};
  return envelope;
}

Result<BindRequest> decode_bind(OctetPiece body) {
  Reader reader(body);
  BindRequest request;
  if (!reader.integer(request.version) || !reader.string(request.name) ||
      !read_authentication(reader, request) || !reader.skip_rest())
    return reader.error();
  if (request.version < 1 || request.version > 127) return DecodeError{"version out of range", 0};
  return request;
}

Result<Done> decode_search(OctetPiece body, SearchRequest& out) {
  Reader reader(body);
  out.filter.clear();
  out.attributes.clear();
  if (!read_search_head(reader, out) || !read_filter(reader, out.filter) ||
      !read_requested_attributes(reader, out.attributes) || !reader.skip_rest())
    return reader.error();
  return Done{};
}

Result<CompareRequest> decode_compare(OctetPiece body) {
  Reader reader(body);
  Reader ava;
  CompareRequest request;
  if (!reader.string(request.dn) || !reader.enter(ber::kSequence, ava)) return reader.error();
  if (!ava.string(request.attribute) || !ava.string(request.value) || !ava.skip_rest())
    return ava.error();
  if (!reader.skip_rest()) return reader.error();
  return request;
}

Result<ExtendedRequest> decode_extended(OctetPiece body) {
  Reader reader(body);
  ExtendedRequest request;
  if (!reader.string(request.oid, context(0))) return reader.error();
  if (reader.peek() == context(1)) {
    std::string_view value;
    if (!reader.string(value, context(1))) return reader.error();
    request.value = value;
  }
  if (!reader.skip_rest()) return reader.error();
  return request;
}

Result<std::int32_t> decode_abandon(OctetPiece body) {
  std::int32_t id = 0;
  if (!ber::integer_contents(body, id)) return DecodeError{"integer is empty or too long", 0};
  if (id < 0) return DecodeError{"message id out of range", 0};
  return id;
}

Result<Done> decode_controls(OctetPiece controls, std::vector<Control>& out) {
  Reader reader(controls);
  out.clear();
  while (!reader.at_end()) {
    if (out.size() == kMaxControls) return DecodeError{"too many controls", 0};
    if (!read_control(reader, out.emplace_back())) return reader.error();
  }
  return Done{};
}

Result<Done> decode_filter(OctetPiece element, Filter& out) {
  Reader reader(element);
  out.clear();
  if (!read_filter(reader, out)) return reader.error();
  if (!reader.at_end()) return DecodeError{"octets behind the filter", 0};
  return Done{};
}

}  // namespace postern::ldap
