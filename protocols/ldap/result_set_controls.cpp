#include "protocols/ldap/result_set_controls.h"

#include "protocols/ber/reader.h"
#include "protocols/ldap/oids.h"

namespace postern::ldap {
namespace {

using ber::context;
using ber::context_constructed;
using ber::Reader;

bool read_count(Reader& reader, std::uint32_t& out) {
  std::int32_t number = 0;
  if (!reader.integer(number)) return false;
  if (number < 0) return reader.fail("number out of range");
  out = static_cast<std::uint32_t>(number);
  return true;
}

void append_count(Octets& out, std::uint32_t count) {
  ber::append_integer(out, static_cast<std::int64_t>(count));
}

bool read_sort_key(Reader& list, SortKey& out) {
  Reader key;
  if (!list.enter(ber::kSequence, key)) return false;
  bool good = key.string(out.attribute);
  if (key.peek() == context(0)) good = good && key.string(out.ordering_rule, context(0));
  if (key.peek() == context(1)) good = good && key.boolean(out.reverse, context(1));
  return (good && key.skip_rest()) || list.fail(key);
}

bool read_offset(Reader& fields, VlvRequest& out) {
  Reader target;
  if (!fields.enter(context_constructed(0), target)) return false;
  const bool good =
      read_count(target, out.offset) && read_count(target, out.content_count) && target.skip_rest();
  return good || fields.fail(target);
}

bool read_target(Reader& fields, VlvRequest& out) {
  if (fields.peek() == context_constructed(0)) return read_offset(fields, out);
  std::string_view assertion;
  if (!fields.string(assertion, context(1))) return false;
  out.assertion = assertion;
  return true;
}

bool read_context(Reader& fields, VlvRequest& out) {
  if (fields.peek() != ber::kOctetString) return true;
  std::string_view context;
  if (!fields.string(context)) return false;
  out.context = context;
  return true;
}

}  // namespace

Result<PagedResults> decode_paged_results(ControlValue value) {
  if (!value) return DecodeError{"control value missing", 0};
  Reader reader(ber::octets_of(*value));
  Reader fields;
  PagedResults page;
  if (!reader.enter(ber::kSequence, fields)) return reader.error();
  if (!read_count(fields, page.size) || !fields.string(page.cookie) || !fields.skip_rest())
    return fields.error();
  if (!reader.at_end()) return DecodeError{"octets behind the value", 0};
  return page;
}

void append_paged_results(Octets& controls, const PagedResults& page) {
  const OpenControl control = open_control(controls, oid::kPagedResults);
  const std::size_t fields = ber::open(controls, ber::kSequence);
  append_count(controls, page.size);
  ber::append_string(controls, page.cookie);
  ber::close(controls, fields);
  close_control(controls, control);
}

Result<std::vector<SortKey>> decode_sort_request(ControlValue value) {
  if (!value) return DecodeError{"control value missing", 0};
  Reader reader(ber::octets_of(*value));
  Reader list;
  std::vector<SortKey> keys;
  if (!reader.enter(ber::kSequence, list)) return reader.error();
  while (!list.at_end()) {
    if (keys.size() == kMaxSortKeys) return DecodeError{"too many sort keys", 0};
    if (!read_sort_key(list, keys.emplace_back())) return list.error();
  }
  if (keys.empty()) return DecodeError{"no sort key", 0};
  if (!reader.at_end()) return DecodeError{"octets behind the value", 0};
  return keys;
}

void append_sort_response(Octets& controls, ResultCode code, std::string_view attribute) {
  const OpenControl control = open_control(controls, oid::kSortResponse);
  const std::size_t fields = ber::open(controls, ber::kSequence);
  ber::append_enumerated(controls, static_cast<std::int32_t>(code));
  if (!attribute.empty()) ber::append_string(controls, attribute, context(0));
  ber::close(controls, fields);
  close_control(controls, control);
}

Result<VlvRequest> decode_vlv_request(ControlValue value) {
  if (!value) return DecodeError{"control value missing", 0};
  Reader reader(ber::octets_of(*value));
  Reader fields;
  VlvRequest request;
  if (!reader.enter(ber::kSequence, fields)) return reader.error();
  if (!read_count(fields, request.before) || !read_count(fields, request.after) ||
      !read_target(fields, request) || !read_context(fields, request) || !fields.skip_rest())
    return fields.error();
  if (!reader.at_end()) return DecodeError{"octets behind the value", 0};
  return request;
}

void append_vlv_response(Octets& controls, const VlvResponse& response) {
  const OpenControl control = open_control(controls, oid::kVlvResponse);
  const std::size_t fields = ber::open(controls, ber::kSequence);
  append_count(controls, response.target_position);
  append_count(controls, response.content_count);
  ber::append_enumerated(controls, static_cast<std::int32_t>(response.code));
  if (response.context) ber::append_string(controls, *response.context);
  ber::close(controls, fields);
  close_control(controls, control);
}

}  // namespace postern::ldap
