#pragma once
// SearchControls: what the controls of a search request ask for, as decoded. The table of
// request_controls.cpp reads them by these functions; false = the value cannot be used.
// Views point into the request. Sources: RFC 2696, 2891, 3876; drafts vlv-09, masarati-ldap-deref,
// psearch-03.

#include <optional>
#include <vector>

#include "protocols/ldap/controls.h"
#include "protocols/ldap/message.h"

namespace postern::outpost {

struct SearchControls {
  std::optional<ldap::PagedResults> page;
  std::vector<ldap::SortKey> sort;  // empty: no sort was asked for
  bool sort_critical = false;
  std::optional<ldap::VlvRequest> window;
  std::optional<ldap::Filter> values;
  std::vector<ldap::DerefSpec> dereference;
  std::optional<ldap::PersistentSearch> watch;
  bool usability = false;  // whether the accounts that are found could be used
};

bool read_page(const ldap::Control& control, SearchControls& out);
bool read_sort(const ldap::Control& control, SearchControls& out);
bool read_window(const ldap::Control& control, SearchControls& out);
bool read_values(const ldap::Control& control, SearchControls& out);
bool read_dereference(const ldap::Control& control, SearchControls& out);
bool read_watch(const ldap::Control& control, SearchControls& out);
bool read_usability(const ldap::Control& control, SearchControls& out);

}  // namespace postern::outpost
