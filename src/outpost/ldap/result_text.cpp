#include "outpost/ldap/result_text.h"

namespace postern::outpost {

std::string_view result_text(ldap::ResultCode code) noexcept {
  using ldap::ResultCode;
  switch (code) {
    case ResultCode::protocolError:
      return "malformed or unsupported request";
    case ResultCode::timeLimitExceeded:
    case ResultCode::sizeLimitExceeded:
      return "there is more than the limit allows";
    case ResultCode::adminLimitExceeded:
      return "the search costs more than this server allows";
    case ResultCode::noSuchOperation:
      return "no such operation is under way";
    case ResultCode::authMethodNotSupported:
      return "this way of authentication is not supported";
    case ResultCode::unavailableCriticalExtension:
      return "a critical control is not supported";
    case ResultCode::confidentialityRequired:
      return "use StartTLS or ldaps";
    case ResultCode::invalidDNSyntax:
      return "not a distinguished name";
    case ResultCode::invalidCredentials:
      return "invalid credentials";
    case ResultCode::inappropriateAuthentication:
      return "the connection proves no identity";
    case ResultCode::insufficientAccessRights:
      return "not permitted";
    case ResultCode::busy:
      return "too many logins at once, try again";
    case ResultCode::unavailable:
      return "not available at the moment";
    case ResultCode::unwillingToPerform:
      return "a name without a password is refused";
    default:
      return {};
  }
}

}  // namespace postern::outpost
