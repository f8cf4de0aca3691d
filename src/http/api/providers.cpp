// providers/ldap, providers/radius, and the family as a whole.

#include "core/access/compile_radius_provider.h"
#include "core/hex.h"
#include "http/api/family.h"
#include "http/api/routes.h"
#include "http/api/shown.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;
using Use = ApiField::Use;
using Op = ApiFilter::Op;

const Object* application_of(Showing& showing, const Object& provider, bool backchannel) {
  for (const Object& application : showing.all("authentik_core.application")) {
    if (!backchannel && application.at("provider") == provider.at("pk")) return &application;
    if (!backchannel) continue;
    for (const Value& one : application.at("backchannel_providers").as_array()) {
      if (one == provider.at("pk")) return &application;
    }
  }
  return nullptr;
}

template <bool kBackchannel>
Value show_slug(Showing& showing, const Object& provider) {
  const Object* application = application_of(showing, provider, kBackchannel);
  return application == nullptr ? Value(nullptr) : application->at("slug");
}

template <bool kBackchannel>
Value show_name(Showing& showing, const Object& provider) {
  const Object* application = application_of(showing, provider, kBackchannel);
  return application == nullptr ? Value(nullptr) : application->at("name");
}

Value show_shared_secret(Showing& showing, const Object& provider) {
  const Value& sealed = provider.at("sealed_secret");
  const auto blob = sealed.is_string() ? core::from_hex(sealed.get_string()) : std::nullopt;
  const auto secret =
      blob ? showing.context.services.tools.sealer.unseal(*blob, core::kSharedSecretContext)
           : std::nullopt;
  return Value(secret ? secret->reveal() : std::string_view());
}

#define POSTERN_PROVIDER_FIELDS                                                                 \
  {.name = "pk", .use = Use::read}, {.name = "name", .required = true},                         \
      {.name = "authentication_flow", .use = Use::fixed, .constant = "null"},                   \
      {.name = "authorization_flow", .required = true},                                         \
      {.name = "invalidation_flow", .required = true},                                          \
      {.name = "assigned_application_slug", .use = Use::read, .show = &show_slug<false>},       \
      {.name = "assigned_application_name", .use = Use::read, .show = &show_name<false>},       \
      {.name = "assigned_backchannel_application_slug",                                         \
       .use = Use::read,                                                                        \
       .show = &show_slug<true>},                                                               \
  {                                                                                             \
    .name = "assigned_backchannel_application_name", .use = Use::read, .show = &show_name<true> \
  }

// Those of RADIUS alone have any.
Value show_mappings(Showing&, const Object& provider) {
  const Value* mappings = provider.if_contains("property_mappings");
  return mappings == nullptr ? Value(boost::json::array()) : *mappings;
}

constexpr ApiField kProviderFields[] = {
    POSTERN_PROVIDER_FIELDS,
    {.name = "property_mappings", .use = Use::read, .show = &show_mappings},
};
constexpr ApiField kLdapFields[] = {
    POSTERN_PROVIDER_FIELDS,
    {.name = "property_mappings", .use = Use::fixed, .constant = "[]"},
    {.name = "base_dn"},
    {.name = "certificate"},
    {.name = "tls_server_name"},
    {.name = "uid_start_number"},
    {.name = "gid_start_number"},
    {.name = "outpost_set", .use = Use::read, .show = &show_empty_list},
    {.name = "search_mode"},
    {.name = "bind_mode"},
    {.name = "mfa_support"},
};
constexpr ApiField kRadiusFields[] = {
    POSTERN_PROVIDER_FIELDS,
    {.name = "property_mappings"},
    {.name = "client_networks"},
    {.name = "shared_secret", .show = &show_shared_secret},
    {.name = "outpost_set", .use = Use::read, .show = &show_empty_list},
    {.name = "mfa_support"},
    {.name = "certificate", .use = Use::fixed, .constant = "null"},
};
#undef POSTERN_PROVIDER_FIELDS

constexpr ApiFilter kFilters[] = {
    {"name__iexact", "name", Op::text_equal},
};
constexpr std::string_view kSearch[] = {"name"};

}  // namespace

const Resource kLdapProviderResource{
    .path = "providers/ldap",
    .model = "authentik_providers_ldap.ldapprovider",
    .fields = kLdapFields,
    .filters = kFilters,
    .search = kSearch,
    .order = "name",
    .address = Resource::Address::integer,
    .component = "ak-provider-ldap-form",
    .verbose_name = "LDAP Provider",
    .verbose_name_plural = "LDAP Providers",
};
const Resource kRadiusProviderResource{
    .path = "providers/radius",
    .model = "authentik_providers_radius.radiusprovider",
    .fields = kRadiusFields,
    .filters = kFilters,
    .search = kSearch,
    .order = "name",
    .address = Resource::Address::integer,
    .component = "ak-provider-radius-form",
    .verbose_name = "Radius Provider",
    .verbose_name_plural = "Radius Providers",
};

namespace {

const FamilyMember kMembers[] = {
    {&kLdapProviderResource,
     "Allow applications to authenticate against postern's users using LDAP."},
    {&kRadiusProviderResource,
     "Allow applications to authenticate against postern's users using Radius."},
};
const Family kProviders{"providers/all", Resource::Address::integer, kProviderFields, kMembers};

}  // namespace

const Family& provider_family() noexcept { return kProviders; }

void add_providers(Router& router) {
  add_family(router, kProviders);
  for (const FamilyMember& member : kMembers) add_resource(router, *member.resource);
}

}  // namespace postern::http
