#include "core/login_provider.h"

#include "core/flow/builtin_flow.h"

namespace postern::core {

const Provider* find_provider(const Catalog& catalog, Protocol protocol, ProviderId pk) noexcept {
  switch (protocol) {
    case Protocol::ldap:
      return catalog.ldap_provider(pk);
    case Protocol::radius:
      return catalog.radius_provider(pk);
    case Protocol::http:
      break;
  }
  return nullptr;
}

InlineService service_of(const Catalog& catalog, const Provider& provider,
                         const LoginRequest& request) {
  InlineService service;
  service.inline_code = provider.inline_code;
  service.separator = provider.separator;
  if (!provider.flow_missing) {
    service.flow =
        provider.authentication_flow ? provider.authentication_flow : builtin_login_flow();
  }
  const RadiusProvider* radius = catalog.radius_provider(provider.pk);
  if (radius != nullptr) {
    service.cut = radius->otp != OtpMode::challenge;
    service.may_ask = request.may_ask && radius->otp != OtpMode::append;
  }
  return service;
}

SearchRight right_at(const Catalog& catalog, const Provider& provider, const LoginRecord& record) {
  const LdapProvider* ldap = catalog.ldap_provider(provider.pk);
  return ldap == nullptr ? SearchRight() : search_right(*ldap, record);
}

}  // namespace postern::core
