#include "protocols/ldap/read_controls.h"

#include "protocols/ber/reader.h"
#include "protocols/ldap/decode_filter.h"
#include "protocols/ldap/message.h"
#include "protocols/ldap/oids.h"
#include "protocols/ldap/string_prep.h"

namespace postern::ldap {
namespace {

using ber::context_constructed;
using ber::Reader;

bool read_names(Reader& reader, std::size_t most, std::vector<std::string_view>& out) {
  Reader list;
  if (!reader.enter(ber::kSequence, list)) return false;
  while (!list.at_end()) {
    if (out.size() == most) return reader.fail("too many attributes");
    std::string_view name;
    if (!list.string(name)) return reader.fail(list);
    out.push_back(name);
  }
  return true;
}

bool read_deref_spec(Reader& list, std::size_t most, DerefSpec& out) {
  Reader spec;
  if (!list.enter(ber::kSequence, spec)) return false;
  if (!spec.string(out.attribute) || !read_names(spec, most, out.attributes) || !spec.skip_rest())
    return list.fail(spec);
  return !out.attributes.empty() || list.fail("nothing to dereference");
}

bool is_named_before(const std::vector<DerefSpec>& specs) {
  for (std::size_t i = 0; i + 1 < specs.size(); ++i) {
    if (equal_ascii_case(specs[i].attribute, specs.back().attribute)) return true;
  }
  return false;
}

}  // namespace

Result<Done> decode_assertion(ControlValue value, Filter& out) {
  if (!value) return DecodeError{"control value missing", 0};
  return decode_filter(ber::octets_of(*value), out);
}

Result<std::vector<std::string_view>> decode_read_request(ControlValue value) {
  if (!value) return DecodeError{"control value missing", 0};
  Reader reader(ber::octets_of(*value));
  std::vector<std::string_view> names;
  if (!read_names(reader, kMaxRequestedAttributes, names)) return reader.error();
  if (!reader.at_end()) return DecodeError{"octets behind the value", 0};
  return names;
}

void append_read_response(Octets& controls, std::string_view oid, std::string_view dn,
                          OctetPiece attributes) {
  const OpenControl control = open_control(controls, oid);
  const std::size_t entry = ber::open(controls, static_cast<ber::Tag>(Op::searchResultEntry));
  ber::append_string(controls, dn);
  ber::append_header(controls, ber::kSequence, attributes.size());
  ber::append_raw(controls, attributes);
  ber::close(controls, entry);
  close_control(controls, control);
}

Result<Done> decode_matched_values(ControlValue value, Filter& out) {
  if (!value) return DecodeError{"control value missing", 0};
  Reader reader(ber::octets_of(*value));
  out.clear();
  if (!read_simple_filters(reader, out)) return reader.error();
  if (!reader.at_end()) return DecodeError{"octets behind the value", 0};
  return Done{};
}

Result<std::vector<DerefSpec>> decode_deref_request(ControlValue value) {
  if (!value) return DecodeError{"control value missing", 0};
  Reader reader(ber::octets_of(*value));
  Reader list;
  std::vector<DerefSpec> specs;
  std::size_t left = kMaxDerefAttributes;
  if (!reader.enter(ber::kSequence, list)) return reader.error();
  while (!list.at_end()) {
    if (specs.size() == kMaxDerefSpecs) return DecodeError{"too many attributes", 0};
    if (!read_deref_spec(list, left, specs.emplace_back())) return list.error();
    if (is_named_before(specs)) return DecodeError{"attribute dereferenced twice", 0};
    left -= specs.back().attributes.size();
  }
  if (specs.empty()) return DecodeError{"nothing to dereference", 0};
  if (!reader.at_end()) return DecodeError{"octets behind the value", 0};
  return specs;
}

void append_deref_result(Octets& results, std::string_view attribute, std::string_view dn,
                         OctetPiece attributes) {
  const std::size_t result = ber::open(results, ber::kSequence);
  ber::append_string(results, attribute);
  ber::append_string(results, dn);
  if (!attributes.empty()) {
    ber::append_header(results, context_constructed(0), attributes.size());
    ber::append_raw(results, attributes);
  }
  ber::close(results, result);
}

void append_deref_response(Octets& controls, OctetPiece results) {
  const OpenControl control = open_control(controls, oid::kDeref);
  ber::append_header(controls, ber::kSequence, results.size());
  ber::append_raw(controls, results);
  close_control(controls, control);
}

Result<bool> decode_subentries(ControlValue value) {
  if (!value) return DecodeError{"control value missing", 0};
  Reader reader(ber::octets_of(*value));
  bool visible = false;
  if (!reader.boolean(visible)) return reader.error();
  if (!reader.at_end()) return DecodeError{"octets behind the value", 0};
  return visible;
}

}  // namespace postern::ldap
