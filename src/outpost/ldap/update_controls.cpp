#include "outpost/ldap/update_controls.h"

#include "protocols/ldap/controls.h"

namespace postern::outpost {
namespace {

bool read_list(const ldap::Control& control, std::optional<std::vector<std::string_view>>& out) {
  auto attributes = ldap::decode_read_request(control.value);
  if (!attributes) return false;
  out = *std::move(attributes);
  return true;
}

}  // namespace

bool read_assertion(const ldap::Control& control, UpdateControls& out) {
  return ldap::decode_assertion(control.value, out.assertion.emplace()).ok();
}

bool read_pre_read(const ldap::Control& control, UpdateControls& out) {
  return read_list(control, out.pre_read);
}

bool read_post_read(const ldap::Control& control, UpdateControls& out) {
  return read_list(control, out.post_read);
}

}  // namespace postern::outpost
