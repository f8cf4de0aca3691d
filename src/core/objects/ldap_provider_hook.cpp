#include "core/objects/ldap_provider_hook.h"

#include "core/access/search_rules.h"
#include "core/access/stored_fields.h"
#include "core/ascii.h"
#include "core/credentials/lease_terms.h"

namespace postern::core {
namespace {

Outcome<Done> unique_base_dn(const HookContext& context, const Object& fields) {
  const auto* base = fields.if_contains("base_dn");
  if (base == nullptr) return Done{};
  const Model* model = find_model("authentik_providers_ldap.ldapprovider");
  const auto normal = [&context](std::string_view text) {
    if (context.tools.normal_dn) return context.tools.normal_dn(text);
    return ascii_lowered(text);
  };
  for (const Object& other : context.transaction.find(*model, {})) {
    if (context.stored != nullptr && other.at("pk") == context.stored->at("pk")) continue;
    if (normal(text_of(other, "base_dn")) == normal(base->get_string())) {
      return Error{Error::Kind::conflict, "base_dn",
                   "is the base DN of provider " + text_of(other, "name") +
                       " already; each provider needs its own"};
    }
  }
  return Done{};
}

// Our own settings.
Outcome<Done> check_settings(const Object& fields) {
  const auto* attributes = fields.if_contains("attributes");
  if (attributes == nullptr || !attributes->is_object()) return Done{};
  const auto* settings = attributes->get_object().if_contains("postern");
  if (settings == nullptr || !settings->is_object()) return Done{};
  const auto* lease = settings->get_object().if_contains("login_lease");
  if (lease != nullptr && !parse_lease_terms(*lease)) {
    return invalid_field("attributes", "postern.login_lease " + std::string(kLeaseTermsWanted));
  }
  SearchRules rules;
  if (auto wrong = read_search_rules(settings->get_object(), rules)) {
    return invalid_field("attributes", std::move(*wrong));
  }
  return Done{};
}

}  // namespace

Outcome<Done> ldap_provider_hook(const HookContext& context, const Object& fields) {
  if (auto fits = unique_base_dn(context, fields); !fits) return fits;
  return check_settings(fields);
}

}  // namespace postern::core
