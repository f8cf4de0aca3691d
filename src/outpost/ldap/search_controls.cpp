#include "outpost/ldap/search_controls.h"

#include <utility>

namespace postern::outpost {

bool read_page(const ldap::Control& control, SearchControls& out) {
  const auto page = ldap::decode_paged_results(control.value);
  if (page) out.page = *page;
  return page.ok();
}

bool read_sort(const ldap::Control& control, SearchControls& out) {
  auto keys = ldap::decode_sort_request(control.value);
  if (!keys) return false;
  out.sort = std::move(*keys);
  out.sort_critical = control.critical;
  return true;
}

bool read_window(const ldap::Control& control, SearchControls& out) {
  const auto window = ldap::decode_vlv_request(control.value);
  if (window) out.window = *window;
  return window.ok();
}

bool read_values(const ldap::Control& control, SearchControls& out) {
  return ldap::decode_matched_values(control.value, out.values.emplace()).ok();
}

bool read_dereference(const ldap::Control& control, SearchControls& out) {
  auto specs = ldap::decode_deref_request(control.value);
  if (specs) out.dereference = std::move(*specs);
  return specs.ok();
}

bool read_usability(const ldap::Control& control, SearchControls& out) {
  out.usability = true;
  return !control.value || control.value->empty();
}

bool read_watch(const ldap::Control& control, SearchControls& out) {
  const auto watch = ldap::decode_persistent_search(control.value);
  if (watch) out.watch = *watch;
  return watch.ok();
}

}  // namespace postern::outpost
