// LINK: postern_ldap postern_ber
// Every control and extended value from one text. What is written of a decoded value reads the
// same.

#include <cstdlib>
#include <string>

#include "protocols/ldap/controls.h"
#include "protocols/ldap/encode_request.h"
#include "protocols/ldap/extended_values.h"
#include "protocols/ldap/filter_text.h"

namespace {

using namespace postern::ldap;

void check(bool good) {
  if (!good) std::abort();
}

// The value of the only control in a run.
std::string value_of(Octets run) {
  run.push_back(0);
  std::vector<Control> list;
  check(decode_controls(OctetPiece(run).first(run.size() - 1), list).ok() && list.size() == 1);
  return std::string(list[0].value.value());
}

void check_paging(ControlValue value) {
  const auto page = decode_paged_results(value);
  if (!page.ok()) return;
  Octets run;
  append_paged_results(run, *page);
  const std::string again = value_of(run);
  const auto back = decode_paged_results(again);
  check(back.ok() && back->size == page->size && back->cookie == page->cookie);
}

void check_filters(ControlValue value) {
  Filter filter;
  if (decode_assertion(value, filter).ok()) check(!to_text(filter).empty());
  if (!decode_matched_values(value, filter).ok()) return;
  check(filter.nodes[0].kind == FilterKind::disjunction && filter.nodes[0].count != 0);
  for (std::size_t i = 1; i < filter.nodes.size(); ++i)
    check(filter.nodes[i].kind >= FilterKind::equality && !filter.nodes[i].dn_attributes);
}

void check_rest(ControlValue value) {
  if (const auto keys = decode_sort_request(value); keys.ok())
    check(!keys->empty() && keys->size() <= kMaxSortKeys);
  (void)decode_vlv_request(value);
  (void)decode_read_request(value);
  if (const auto specs = decode_deref_request(value); specs.ok())
    check(!specs->empty() && specs->size() <= kMaxDerefSpecs);
  (void)decode_subentries(value);
  (void)decode_persistent_search(value);
  (void)decode_session_tracking(value);
  (void)decode_no_value(value);
  (void)decode_password_modify(value);
  (void)decode_cancel(value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);  // NUL: the spare octet
  check_paging(text);
  check_filters(text);
  check_rest(text);
  return 0;
}
