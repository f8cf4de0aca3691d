#include "outpost/ldap/bind_name.h"

#include <algorithm>
#include <utility>

#include "protocols/ascii.h"
#include "protocols/ldap/authz_id.h"
#include "protocols/ldap/dn.h"

namespace postern::outpost {
namespace {

using core::BindNames;
using core::Lookup;
using core::UserField;

// What a mechanism calls a user name is one, whatever else the provider takes.
constexpr BindNames kByUsername{.username = true, .email = false, .upn = false, .uuid = false};

// "example.org" of "ou=people,dc=example,dc=org".
std::string realm_of(std::string_view base) {
  std::string realm;
  const auto dn = ldap::Dn::parse(base);
  if (!dn) return realm;
  for (const auto& rdn : dn->rdns()) {
    if (rdn.size() != 1 || !equal_ascii_case(rdn.front().type, "dc")) continue;
    if (!realm.empty()) realm += '.';
    realm += rdn.front().value;
  }
  return realm;
}

std::string_view realm_in(std::string_view name) noexcept {
  const std::size_t at = name.rfind('@');
  return at == std::string_view::npos ? std::string_view() : name.substr(at + 1);
}

const core::LdapProvider* find_provider(const core::Catalog& catalog, std::string_view name,
                                        std::string_view server_name) {
  const auto& all = catalog.ldap_providers;
  for (const auto& provider : all) {
    const bool asked =
        !server_name.empty() && equal_ascii_case(provider->tls_server_name, server_name);
    if (asked) return provider.get();
  }
  const std::string_view realm = realm_in(name);
  for (const auto& provider : all) {
    if (!realm.empty() && equal_ascii_case(realm_of(provider->base_dn), realm))
      return provider.get();
  }
  return all.empty() ? nullptr : all.front().get();
}

// Gathers whom a short name may mean; more than one user is nobody.
class Candidates {
 public:
  Candidates(const core::Directory& directory) : directory_(directory) {}

  void look(UserField field, std::string_view value) {
    if (value.empty()) return;
    switch (directory_.find_user(field, value, record_)) {
      case Lookup::found:
        if (!username_.empty() && user_ != record_.pk) ambiguous_ = true;
        user_ = record_.pk;
        username_ = record_.username;
        break;
      case Lookup::ambiguous:
        ambiguous_ = true;
        break;
      case Lookup::missing:
      case Lookup::unavailable:
        break;
    }
  }
  // "" = nobody.
  std::string only_one() && { return ambiguous_ ? std::string() : std::move(username_); }

 private:
  const core::Directory& directory_;
  core::LoginRecord record_;
  core::UserId user_ = 0;
  std::string username_;
  bool ambiguous_ = false;
};

std::string username_of(const core::Directory& directory, const core::LdapProvider& provider,
                        BindNames taken, std::string_view name) {
  Candidates candidates(directory);
  if (taken.username) candidates.look(UserField::username, name);
  if (taken.email) candidates.look(UserField::email, name);
  if (taken.uuid) candidates.look(UserField::uuid, name);
  if (taken.upn) {
    candidates.look(UserField::upn, name);
    const std::string_view realm = realm_in(name);
    if (!realm.empty() && equal_ascii_case(realm_of(provider.base_dn), realm)) {
      candidates.look(UserField::username, name.substr(0, name.size() - realm.size() - 1));
    }
  }
  return std::move(candidates).only_one();
}

// `always`: taken whatever the provider says. Not well-formed if the provider takes no short names.
BindTarget short_target(Conversation& conversation, std::string_view name, BindNames always) {
  const core::Directory& directory = conversation.services.directory;
  const std::shared_ptr<const core::Catalog> catalog = directory.catalog();
  const core::LdapProvider* provider = find_provider(*catalog, name, conversation.server_name);
  if (provider == nullptr) return {};
  BindNames taken = provider->bind_names;
  taken.username = taken.username || always.username;
  if (!taken.any_short()) return {};
  BindTarget target = nobody(conversation, provider->pk);
  std::string username = username_of(directory, *provider, taken, name);
  if (username.empty()) return target;
  target.exact = true;
  target.username = std::move(username);
  return target;
}

}  // namespace

BindTarget nobody(Conversation& conversation, core::ProviderId provider) {
  BindTarget target;
  target.well_formed = true;
  target.provider = provider;
  target.username = kNobody;
  if (const NamingContext* context = conversation.naming().find(provider)) {
    target.service = context->name;
  }
  return target;
}

core::ProviderId default_provider(Conversation& conversation) {
  const std::shared_ptr<const core::Catalog> catalog = conversation.services.directory.catalog();
  const core::LdapProvider* provider = find_provider(*catalog, {}, conversation.server_name);
  return provider == nullptr ? 0 : provider->pk;
}

core::UserId user_of(Conversation& conversation, const BindTarget& target) {
  if (!target.exact) return 0;
  core::LoginRecord record;
  const Lookup lookup =
      conversation.services.directory.find_user(UserField::username, target.username, record);
  return lookup == Lookup::found ? record.pk : 0;
}

BindTarget target_of_name(Conversation& conversation, std::string_view name) {
  BindTarget target = conversation.naming().bind_target(name);
  if (target.well_formed) return target;
  return short_target(conversation, name, {});
}

BindTarget target_of_user(Conversation& conversation, std::string_view name,
                          std::string_view authorization_id) {
  const auto wanted = ldap::parse_authz_id(authorization_id);
  BindTarget target = name.starts_with("dn:") ? conversation.naming().bind_target(name.substr(3))
                                              : short_target(conversation, name, kByUsername);
  if (!target.well_formed) target = nobody(conversation, default_provider(conversation));
  if (!wanted) return nobody(conversation, target.provider);
  if (wanted->form == ldap::AuthzId::Form::none) return target;
  const BindTarget other = wanted->form == ldap::AuthzId::Form::dn
                               ? conversation.naming().bind_target(wanted->text)
                               : short_target(conversation, wanted->text, kByUsername);
  const core::UserId user = user_of(conversation, target);
  if (user == 0 || user != user_of(conversation, other)) {
    return nobody(conversation, target.provider);
  }
  return wanted->form == ldap::AuthzId::Form::dn ? other : target;
}

}  // namespace postern::outpost
