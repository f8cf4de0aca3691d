#include "sessions/ldap_client.h"

#include <stdexcept>

#include "protocols/ber/frame.h"
#include "protocols/ber/reader.h"
#include "protocols/ber/writer.h"
#include "protocols/ldap/decode.h"
#include "protocols/ldap/decode_response.h"
#include "protocols/ldap/encode.h"
#include "protocols/ldap/encode_request.h"
#include "protocols/ldap/filter_text.h"

namespace postern::test {
namespace {

std::string_view name_of(ldap::Op op) {
  switch (op) {
    case ldap::Op::bindResponse:
      return "bind";
    case ldap::Op::searchResultEntry:
      return "entry";
    case ldap::Op::searchResultDone:
      return "done";
    case ldap::Op::modifyResponse:
      return "modify";
    case ldap::Op::addResponse:
      return "add";
    case ldap::Op::delResponse:
      return "delete";
    case ldap::Op::modDNResponse:
      return "moddn";
    case ldap::Op::compareResponse:
      return "compare";
    case ldap::Op::extendedResponse:
      return "extended";
    default:
      return "unexpected";
  }
}

template <typename T>
T take(Result<T> result) {
  if (!result) throw std::runtime_error("malformed response: " + std::string(result.error().what));
  return std::move(*result);
}

Reply parse_reply(OctetView pdu) {
  const ldap::Envelope envelope = take(ldap::decode_response_envelope(pdu));
  Reply reply;
  reply.id = envelope.message_id;
  reply.op = envelope.op;
  reply.has_controls = envelope.controls.has_value();
  if (envelope.controls) {
    std::vector<ldap::Control> controls;
    take(ldap::decode_controls(*envelope.controls, controls));
    for (const ldap::Control& control : controls) {
      reply.controls.emplace_back(control.oid, control.value.value_or(std::string_view()));
    }
  }
  if (envelope.op == ldap::Op::searchResultEntry) {
    const ldap::Entry entry = take(ldap::decode_entry(envelope.body));
    reply.dn = entry.dn;
    for (const auto& attribute : entry.attributes) {
      reply.attributes.emplace_back(
          attribute.type,
          std::vector<std::string>(attribute.values.begin(), attribute.values.end()));
    }
    return reply;
  }
  const ldap::Response response = take(ldap::decode_response(envelope.op, envelope.body));
  reply.code = response.answer.code;
  reply.matched_dn = response.answer.matched_dn;
  reply.diagnostic = response.answer.diagnostic;
  if (response.sasl_credentials) reply.challenge = std::string(*response.sasl_credentials);
  if (response.name) reply.name = std::string(*response.name);
  if (response.value) reply.value = std::string(*response.value);
  return reply;
}

}  // namespace

std::string Reply::control(std::string_view oid) const {
  for (const auto& [known, contents] : controls) {
    if (known == oid) return contents;
  }
  return {};
}

const std::vector<std::string>* Reply::find(std::string_view attribute) const {
  for (const auto& [type, values] : attributes) {
    if (type == attribute) return &values;
  }
  return nullptr;
}

std::vector<Reply> parse_replies(OctetView octets) {
  Octets copy(octets.begin(), octets.end());
  copy.push_back(0);
  OctetView rest = OctetView(copy).first(octets.size());
  std::vector<Reply> replies;
  while (!rest.empty()) {
    const ber::Frame frame = ber::frame(rest, std::size_t{64} << 20U);
    if (frame.state != ber::Frame::State::complete) throw std::runtime_error("no whole response");
    replies.push_back(parse_reply(rest.first(frame.length)));
    rest = rest.subspan(frame.length);
  }
  return replies;
}

std::string describe(const std::vector<Reply>& replies) {
  std::string text;
  for (const Reply& reply : replies) {
    if (!text.empty()) text += ' ';
    text += std::to_string(reply.id) + ":" + std::string(name_of(reply.op)) + "(";
    text += reply.op == ldap::Op::searchResultEntry ? reply.dn
                                                    : std::to_string(static_cast<int>(reply.code));
    text += ")";
  }
  return text;
}

Octets bind(std::int32_t id, std::string_view name, std::string_view password,
            std::int32_t version) {
  ldap::BindRequest request;
  request.version = version;
  request.name = name;
  request.method = ldap::BindRequest::Method::simple;
  request.password = password;
  Octets out;
  ldap::append_bind_request(out, id, request);
  return out;
}

Octets sasl_bind(std::int32_t id, std::string_view mechanism,
                 std::optional<std::string_view> credentials, std::string_view name) {
  ldap::BindRequest request;
  request.version = 3;
  request.method = ldap::BindRequest::Method::sasl;
  request.mechanism = mechanism;
  request.credentials = credentials;
  request.name = name;
  Octets out;
  ldap::append_bind_request(out, id, request);
  return out;
}

Octets search(std::int32_t id, const SearchSpec& spec, OctetView controls) {
  ldap::ParsedFilter parsed = take(ldap::parse_filter(spec.filter));
  ldap::SearchRequest request;
  request.base = spec.base;
  request.scope = spec.scope;
  request.size_limit = spec.size_limit;
  request.time_limit = spec.time_limit;
  request.types_only = spec.types_only;
  request.filter = parsed.filter;
  request.attributes = spec.attributes;
  Octets out;
  ldap::append_search_request(out, id, request, controls);
  return out;
}

Octets compare(std::int32_t id, std::string_view dn, std::string_view attribute,
               std::string_view value) {
  Octets out;
  ldap::append_compare_request(out, id, {dn, attribute, value});
  return out;
}

Octets extended(std::int32_t id, std::string_view oid, std::optional<std::string_view> value) {
  Octets out;
  ldap::append_extended_request(out, id, {oid, value});
  return out;
}

Octets abandon(std::int32_t id, std::int32_t target) {
  Octets out;
  ldap::append_abandon_request(out, id, target);
  return out;
}

Octets unbind(std::int32_t id) {
  Octets out;
  ldap::append_unbind_request(out, id);
  return out;
}

Octets message(std::int32_t id, std::uint8_t tag, OctetView contents) {
  Octets out;
  const std::size_t mark = ber::open(out, ber::kSequence);
  ber::append_integer(out, id);
  ber::append_header(out, tag, contents.size());
  ber::append_raw(out, contents);
  ber::close(out, mark);
  return out;
}

Octets with_control(OctetView request, std::string_view oid, bool critical,
                    std::optional<std::string_view> value) {
  Octets copy(request.begin(), request.end());
  copy.push_back(0);
  ber::Reader reader(OctetView(copy).first(request.size()));
  OctetView contents;
  if (!reader.element(ber::kSequence, contents)) throw std::runtime_error("not a request");
  ber::Reader inside(contents);
  std::int32_t id = 0;
  inside.integer(id);
  inside.skip();
  const OctetView plain = contents.first(contents.size() - inside.rest().size());
  OctetView held;
  inside.element(ber::context_constructed(0), held);  // controls that it has already
  Octets controls(held.begin(), held.end());
  ldap::append_control(controls, oid, critical, value);
  Octets out;
  const std::size_t mark = ber::open(out, ber::kSequence);
  ber::append_raw(out, plain);
  ber::append_header(out, ber::context_constructed(0), controls.size());
  ber::append_raw(out, controls);
  ber::close(out, mark);
  return out;
}

Octets operator+(Octets left, const Octets& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

}  // namespace postern::test
