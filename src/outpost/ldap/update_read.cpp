#include "outpost/ldap/update_read.h"

#include "outpost/ldap/looking.h"
#include "protocols/ldap/controls.h"
#include "protocols/ldap/decode.h"
#include "protocols/ldap/decode_response.h"
#include "protocols/ldap/encode.h"

namespace postern::outpost {
namespace {

constexpr int kMostTurns = 64;  // of a search of one entry

ldap::Filter always() {
  ldap::Filter filter;
  filter.nodes.emplace_back().kind = ldap::FilterKind::conjunction;  // of nothing: RFC 4526
  return filter;
}

}  // namespace

EntryReader::Seen EntryReader::read(std::string_view dn, const ldap::Filter& filter,
                                    const std::vector<std::string_view>& attributes) const {
  ldap::SearchRequest request;
  request.base = dn;
  request.filter = filter;
  request.attributes = attributes;
  const ldap::Viewer viewer = viewer_of(grant_.provider, grant_.user, grant_.search);
  ldap::SearchLimits limits;
  limits.deadline = deadline_;
  ldap::SearchCursor cursor;
  Seen seen;
  for (int i = 0; i < kMostTurns; ++i) {
    ldap::Turn turn = tree_.search(request, 1, viewer, limits, {}, cursor, seen.entry);
    if (turn.more) continue;
    seen.code = turn.code;
    seen.matched_dn = std::move(turn.matched_dn);
    seen.matched = seen.code == ldap::ResultCode::success && !seen.entry.empty();
    return seen;
  }
  seen.code = ldap::ResultCode::unavailable;
  return seen;
}

EntryReader::Seen EntryReader::look(std::string_view dn) const {
  return read(dn, always(), {"1.1"});
}

void EntryReader::append_read(Octets& controls, std::string_view oid, std::string_view dn,
                              const std::vector<std::string_view>& attributes) const {
  Seen seen = read(dn, always(), attributes);
  if (!seen.matched) return;
  const std::size_t size = seen.entry.size();
  seen.entry.push_back(0);  // the spare octet of decoding
  const auto envelope = ldap::decode_response_envelope({seen.entry.data(), size});
  if (!envelope) return;
  const auto entry = ldap::decode_entry(envelope->body);
  if (!entry) return;
  Octets run;
  for (const ldap::EntryAttribute& attribute : entry->attributes) {
    ldap::append_partial_attribute(run, attribute.type, attribute.values);
  }
  run.push_back(0);
  ldap::append_read_response(controls, oid, entry->dn, {run.data(), run.size() - 1});
}

}  // namespace postern::outpost
