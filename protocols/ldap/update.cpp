#include "protocols/ldap/update.h"

#include "protocols/ber/reader.h"

namespace postern::ldap {
namespace {

using ber::Reader;

// Counts what a request holds in all, over its attributes.
class UpdateReader {
 public:
  bool attribute(Reader& list, AttributeValues& out) {
    Reader fields;
    Reader set;
    if (!list.enter(ber::kSequence, fields)) return false;
    if (!fields.string(out.type) || !fields.enter(ber::kSet, set) || !fields.skip_rest())
      return list.fail(fields);
    while (!set.at_end()) {
      if (++values_ > kMaxUpdateValues) return list.fail("too many values");
      if (!set.string(out.values.emplace_back())) return list.fail(set);
    }
    return true;
  }

  bool change(Reader& list, Modification& out) {
    Reader fields;
    std::int32_t kind = 0;
    if (!list.enter(ber::kSequence, fields)) return false;
    if (!fields.enumerated(kind)) return list.fail(fields);
    if (kind < 0 || kind > 3) return list.fail("unknown modification");
    out.kind = static_cast<Modification::Kind>(kind);
    if (!attribute(fields, out.attribute) || !fields.skip_rest()) return list.fail(fields);
    return fits(out) || list.fail("wrong number of values");
  }

 private:
  static bool fits(const Modification& change) {
    const std::size_t values = change.attribute.values.size();
    if (change.kind == Modification::Kind::add) return values != 0;
    return change.kind != Modification::Kind::increment || values == 1;
  }

  std::size_t values_ = 0;
};

}  // namespace

Result<AddRequest> decode_add(OctetPiece body) {
  Reader reader(body);
  Reader list;
  AddRequest request;
  UpdateReader update;
  if (!reader.string(request.dn) || !reader.enter(ber::kSequence, list)) return reader.error();
  while (!list.at_end()) {
    if (request.attributes.size() == kMaxUpdateAttributes)
      return DecodeError{"too many attributes", 0};
    if (!update.attribute(list, request.attributes.emplace_back())) return list.error();
    if (request.attributes.back().values.empty()) return DecodeError{"attribute without value", 0};
  }
  if (!reader.skip_rest()) return reader.error();
  return request;
}

Result<ModifyRequest> decode_modify(OctetPiece body) {
  Reader reader(body);
  Reader list;
  ModifyRequest request;
  UpdateReader update;
  if (!reader.string(request.dn) || !reader.enter(ber::kSequence, list)) return reader.error();
  while (!list.at_end()) {
    if (request.changes.size() == kMaxUpdateAttributes) return DecodeError{"too many changes", 0};
    if (!update.change(list, request.changes.emplace_back())) return list.error();
  }
  if (!reader.skip_rest()) return reader.error();
  return request;
}

Result<ModifyDnRequest> decode_modify_dn(OctetPiece body) {
  Reader reader(body);
  ModifyDnRequest request;
  if (!reader.string(request.dn) || !reader.string(request.new_rdn) ||
      !reader.boolean(request.delete_old_rdn))
    return reader.error();
  if (reader.peek() == ber::context(0)) {
    std::string_view superior;
    if (!reader.string(superior, ber::context(0))) return reader.error();
    request.new_superior = superior;
  }
  if (!reader.skip_rest()) return reader.error();
  return request;
}

Result<std::string_view> decode_delete(OctetPiece body) { return ber::text_of(body); }

}  // namespace postern::ldap
