#include "core/login.h"

namespace postern::core {

std::string_view protocol_text(Protocol protocol) noexcept {
  switch (protocol) {
    case Protocol::ldap:
      return "ldap";
    case Protocol::radius:
      return "radius";
    case Protocol::http:
      break;
  }
  return "http";
}

std::string_view reason_text(Reason reason) noexcept {
  switch (reason) {
    case Reason::none:
      return "none";
    case Reason::unknown_user:
      return "unknown_user";
    case Reason::ambiguous_user:
      return "ambiguous_user";
    case Reason::wrong_password:
      return "wrong_password";
    case Reason::no_usable_password:
      return "no_usable_password";
    case Reason::wrong_app_password:
      return "wrong_app_password";
    case Reason::needs_network_password:
      return "needs_a_network_password";
    case Reason::wrong_network_password:
      return "wrong_network_password";
    case Reason::app_password_scope:
      return "app_password_scope";
    case Reason::code_missing:
      return "code_missing";
    case Reason::code_wrong:
      return "code_wrong";
    case Reason::code_used:
      return "code_used";
    case Reason::code_throttled:
      return "code_throttled";
    case Reason::no_device:
      return "no_device";
    case Reason::device_not_supported:
      return "device_not_supported";
    case Reason::user_inactive:
      return "user_inactive";
    case Reason::user_not_valid_yet:
      return "user_not_valid_yet";
    case Reason::user_expired:
      return "user_expired";
    case Reason::password_expired:
      return "password_expired";
    case Reason::password_must_change:
      return "password_must_change";
    case Reason::throttled:
      return "throttled";
    case Reason::flow_missing:
      return "flow_missing";
    case Reason::flow_denied:
      return "flow_denied";
    case Reason::stage_unsupported:
      return "stage_unsupported";
    case Reason::provider_missing:
      return "provider_missing";
    case Reason::application_missing:
      return "application_missing";
    case Reason::access_denied:
      return "access_denied";
    case Reason::generation_moved:
      return "generation_moved";
    case Reason::directory_stale:
      return "directory_stale";
    case Reason::store_unreachable:
      return "store_unreachable";
  }
  return "unknown";
}

}  // namespace postern::core
