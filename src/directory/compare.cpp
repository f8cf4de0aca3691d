#include "directory/compare.h"

#include "protocols/ldap/dn.h"

namespace postern::directory {
namespace {

using ldap::ResultCode;

// Why an assertion is Undefined whatever the entry holds; success = it is not.
ResultCode judge(const CompiledFilter& filter, const ldap::CompareRequest& request, Lease& lease,
                 const Sight& sight, std::string& buffer) {
  if (filter.leaves[0].test != Test::undefined) return ResultCode::success;
  const AttributeId id = find_attribute_id(request.attribute, *lease.snapshot().dictionary, buffer);
  // The published schema may be known to have a type; what administrators invented may not.
  if (id == kNoAttribute || (id >= kFirstCustom && !sight.allows(id))) {
    return ResultCode::undefinedAttributeType;
  }
  if (info_of(id).equality == ldap::Rule::none) return ResultCode::inappropriateMatching;
  const bool fits = ldap::prepare(info_of(id).equality, request.value, buffer);
  return fits ? ResultCode::noSuchAttribute : ResultCode::invalidAttributeSyntax;
}

}  // namespace

ldap::Turn compare(Lease& lease, const View& view, const ldap::CompareRequest& request,
                   const ldap::Viewer& viewer) {
  SearchScratch& scratch = *lease.slot().scratch;
  const Sight sight(lease, view, viewer, scratch.sight);
  if (!ldap::normalise_dn(request.dn, scratch.base)) return {.code = ResultCode::invalidDNSyntax};
  const Target target = resolve(lease, view, scratch.base, scratch.value, scratch.key);
  auto subject =
      sight.target(target) ? load_subject(lease, view, target, scratch.subject) : std::nullopt;
  if (!subject) {
    ldap::Turn turn{.code = ResultCode::noSuchObject};
    nearest_visible(lease, view, sight, scratch.base, turn.matched_dn);
    return turn;
  }
  if (target.kind == Target::Kind::upper && !has_children(lease, sight, target.upper)) {
    subject->record = RecordView(view.upper(target.upper).childless);
  }
  ldap::Filter& filter = scratch.assertion;
  filter.clear();
  filter.nodes.push_back(
      {.kind = ldap::FilterKind::equality, .attribute = request.attribute, .value = request.value});
  compile(filter, lease, view, sight, scratch.filter);
  const ResultCode problem = judge(scratch.filter, request, lease, sight, scratch.value);
  if (problem != ResultCode::success) return {.code = problem};
  Evaluator evaluator(lease, view, scratch.filter, sight, scratch.prepared, scratch.key);
  if (evaluator.matches(*subject, kNoLeaf)) return {.code = ResultCode::compareTrue};
  filter.nodes[0].kind = ldap::FilterKind::present;
  compile(filter, lease, view, sight, scratch.filter);
  return {.code = evaluator.matches(*subject, kNoLeaf) ? ResultCode::compareFalse
                                                       : ResultCode::noSuchAttribute};
}

}  // namespace postern::directory
