// Compare through the search seam: true if the base entry passes (attribute=value); else whether it
// has the attribute at all decides between compareFalse and noSuchAttribute. An assertion that the
// schema cannot judge never answers compareFalse. Source: RFC 4511 4.10.

#include <exception>
#include <string_view>
#include <utility>

#include "core/log.h"
#include "outpost/ldap/result_text.h"
#include "outpost/ldap/root_dse.h"
#include "outpost/ldap/search.h"
#include "protocols/ldap/decode.h"
#include "protocols/ldap/encode.h"
#include "protocols/ldap/matching.h"
#include "protocols/ldap/schema.h"

namespace postern::outpost {
namespace {

using ldap::ResultCode;

struct Probe {
  ResultCode code = ResultCode::success;
  bool matched = false;
  std::string matched_dn;
};

// Whether the base entry passes one filter item. A base search is over in a turn or two.
Probe probe(Conversation& conversation, const Io& io, const ldap::CompareRequest& compare,
            ldap::FilterKind kind, const ldap::Viewer& viewer) {
  constexpr int kMostTurns = 8;
  ldap::SearchRequest request;
  request.base = compare.dn;
  request.filter.nodes.push_back({kind, compare.attribute, compare.value});
  request.attributes.emplace_back("1.1");
  const ldap::SearchLimits limits{0, io.now + std::chrono::seconds(1)};
  ldap::SearchCursor cursor;
  Octets entries;
  for (int i = 0; i < kMostTurns; ++i) {
    ldap::Turn turn =
        conversation.services.tree.search(request, 1, viewer, limits, cursor, entries);
    if (!turn.more) return {turn.code, !entries.empty(), std::move(turn.matched_dn)};
  }
  return {ResultCode::unavailable, false, {}};
}

// Why the schema cannot judge the assertion; success = it can.
ResultCode judge(const ldap::CompareRequest& compare) {
  const ldap::AttributeType* type = ldap::find_attribute(compare.attribute);
  if (type == nullptr) return ResultCode::undefinedAttributeType;
  if (type->equality == ldap::Rule::none) return ResultCode::inappropriateMatching;
  std::string prepared;
  const bool fits = ldap::prepare(type->equality, compare.value, prepared);
  return fits ? ResultCode::success : ResultCode::invalidAttributeSyntax;
}

Probe compare_in_tree(Conversation& conversation, const Io& io, const ldap::CompareRequest& compare,
                      core::ProviderId provider) {
  const core::Grant* grant = conversation.grant();
  if (grant == nullptr) return {ResultCode::insufficientAccessRights, false, {}};
  if (grant->provider != provider) return {ResultCode::noSuchObject, false, {}};
  const ldap::Viewer viewer{provider, grant->user, grant->search_full_directory};
  Probe there = probe(conversation, io, compare, ldap::FilterKind::present, viewer);
  if (there.code != ResultCode::success) return there;
  if (const ResultCode problem = judge(compare); problem != ResultCode::success) {
    return {problem, false, {}};
  }
  if (!there.matched) return {ResultCode::noSuchAttribute, false, {}};
  Probe equal = probe(conversation, io, compare, ldap::FilterKind::equality, viewer);
  if (equal.code != ResultCode::success) return equal;
  return {equal.matched ? ResultCode::compareTrue : ResultCode::compareFalse, false, {}};
}

Probe carry_out(Conversation& conversation, const Io& io, const ldap::CompareRequest& compare) {
  const Route route = conversation.route(compare.dn);
  switch (route.kind) {
    case Route::Kind::context:
      return compare_in_tree(conversation, io, compare, route.provider);
    case Route::Kind::root:
      return {make_root_dse(conversation).compare(compare.attribute, compare.value), false, {}};
    case Route::Kind::subschema:
      return {subschema_entry().compare(compare.attribute, compare.value), false, {}};
    case Route::Kind::outside:
      return {ResultCode::noSuchObject, false, {}};
    case Route::Kind::bad_dn:
      break;
  }
  return {ResultCode::invalidDNSyntax, false, {}};
}

}  // namespace

void answer_compare(Conversation& conversation, Io& io, const ldap::Envelope& envelope) {
  Probe result{ResultCode::protocolError, false, {}};
  if (const auto compare = ldap::decode_compare(envelope.body)) {
    try {
      result = carry_out(conversation, io, *compare);
    } catch (const std::exception& error) {
      log::error("ldap.compare.broken", {{"error", error.what()}});
      result = {ResultCode::unavailable, false, {}};
    }
  }
  ldap::append_result(io.out, envelope.message_id, ldap::Op::compareResponse,
                      {result.code, result.matched_dn, result_text(result.code)});
}

}  // namespace postern::outpost
