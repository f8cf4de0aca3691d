#include "protocols/ldap/decode_response.h"

#include "protocols/ber/reader.h"

namespace postern::ldap {
namespace {

using ber::context;
using ber::Reader;

bool read_answer(Reader& body, Answer& out) {
  std::int32_t code = 0;
  if (!body.enumerated(code) || !body.string(out.matched_dn) || !body.string(out.diagnostic))
    return false;
  if (code < 0 || code > 255) return body.fail("result code out of range");
  out.code = static_cast<ResultCode>(code);
  return true;
}

bool read_optional(Reader& body, unsigned number, std::optional<std::string_view>& out) {
  if (body.peek() != context(number)) return true;
  std::string_view value;
  if (!body.string(value, context(number))) return false;
  out = value;
  return true;
}

bool read_attribute(Reader& list, EntryAttribute& out) {
  Reader attribute;
  Reader set;
  if (!list.enter(ber::kSequence, attribute)) return false;
  if (!attribute.string(out.type) || !attribute.enter(ber::kSet, set)) return list.fail(attribute);
  while (!set.at_end()) {
    if (!set.string(out.values.emplace_back())) return list.fail(set);
  }
  return true;
}

}  // namespace

Result<Response> decode_response(Op op, OctetPiece body) {
  Reader reader(body);
  Response response;
  if (!read_answer(reader, response.answer)) return reader.error();
  if (reader.peek() == ber::context_constructed(3)) reader.skip();  // referral
  if (op == Op::bindResponse) read_optional(reader, 7, response.sasl_credentials);
  if (op == Op::extendedResponse && read_optional(reader, 10, response.name))
    read_optional(reader, 11, response.value);
  if (!reader.skip_rest()) return reader.error();
  return response;
}

Result<Entry> decode_entry(OctetPiece body) {
  Reader reader(body);
  Reader list;
  Entry entry;
  if (!reader.string(entry.dn) || !reader.enter(ber::kSequence, list)) return reader.error();
  while (!list.at_end()) {
    if (!read_attribute(list, entry.attributes.emplace_back())) return list.error();
  }
  if (!reader.skip_rest()) return reader.error();
  return entry;
}

}  // namespace postern::ldap
