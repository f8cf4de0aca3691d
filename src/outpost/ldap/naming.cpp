#include "outpost/ldap/naming.h"

#include <algorithm>
#include <utility>

#include "protocols/ascii.h"
#include "protocols/ldap/dn.h"

namespace postern::outpost {
namespace {

bool same_folded(std::string_view text, std::string_view folded) noexcept {
  if (text.size() != folded.size()) return false;
  for (std::size_t i = 0; i < folded.size(); ++i) {
    if (ascii_lower(text[i]) != folded[i]) return false;
  }
  return true;
}

bool starts_with_folded(std::string_view text, std::string_view folded) noexcept {
  return same_folded(text.substr(0, folded.size()), folded);
}

// Octets that stand for themselves in every form of a DN.
bool is_plain(std::string_view text) noexcept {
  for (const char c : text) {
    if (c < 0x20 || c > 0x7e || c == '\\' || c == '"' || c == '#' || c == '+' || c == ';')
      return false;
  }
  return true;
}

// The first RDN's value when the DN begins with a plain `cn=` or `uid=` and nothing in the RDN
// needs unescaping; empty otherwise. Saves parsing the whole DN at nearly every bind.
std::string_view plain_leaf_value(std::string_view dn) noexcept {
  std::size_t begin = 0;
  if (starts_with_folded(dn, "cn="))
    begin = 3;
  else if (starts_with_folded(dn, "uid="))
    begin = 4;
  else
    return {};
  const std::size_t end = dn.find_first_of(",;+\\\"#<>", begin);
  if (end == std::string_view::npos || dn[end] != ',') return {};
  const std::string_view value = dn.substr(begin, end - begin);
  if (value.empty() || value.front() == ' ' || value.back() == ' ') return {};
  return value;
}

std::string leaf_value(std::string_view dn) {
  if (const std::string_view plain = plain_leaf_value(dn); !plain.empty())
    return std::string(plain);
  const auto parsed = ldap::Dn::parse(dn);
  if (!parsed || parsed->empty() || parsed->rdns().front().size() != 1) return {};
  return parsed->rdns().front().front().value;
}

// `relative` is what stands in front of the base, in normal form.
bool names_a_user(std::string_view relative, const core::DnShape& names) {
  if (ldap::normal_depth(relative) != 2 || ldap::normal_parent(relative) != names.users) {
    return false;
  }
  const std::string_view leaf = ldap::normal_leaf(relative);
  std::string value;
  return ldap::normal_rdn_value(leaf, names.user_rdn, value) ||
         (names.uid_too && ldap::normal_rdn_value(leaf, "uid", value));
}

std::string domain_of(std::string_view base) {
  std::string domain;
  const auto dn = ldap::Dn::parse(base);
  if (!dn.ok()) return domain;
  for (const ldap::Rdn& rdn : dn->rdns()) {
    if (rdn.size() != 1 || !same_folded(rdn[0].type, "dc")) continue;
    if (!domain.empty()) domain += '.';
    for (const char c : rdn[0].value) domain += ascii_lower(c);
  }
  return domain;
}

}  // namespace

NamingContexts::NamingContexts(const core::Catalog& catalog, std::uint64_t version)
    : version_(version) {
  for (const auto& provider : catalog.ldap_providers) {
    if (!provider->names) continue;
    NamingContext context{.provider = provider->pk,
                          .name = provider->name,
                          .base = provider->base_dn,
                          .normal = {},
                          .anonymous = provider->search.of_anonymous(),
                          .domain = domain_of(provider->base_dn),
                          .names = *provider->names};
    if (!ldap::normalise_dn(context.base, context.normal) || context.normal.empty()) continue;
    contexts_.push_back(std::move(context));
  }
  std::stable_sort(contexts_.begin(), contexts_.end(),
                   [](const NamingContext& a, const NamingContext& b) {
                     return a.normal.size() > b.normal.size();
                   });
  for (NamingContext& context : contexts_) {
    std::string users = context.names.users + "," + context.normal;
    const bool plain = is_plain(users) && users.find(' ') == std::string::npos;
    if (plain && containing(users) == &context) context.users = std::move(users);
  }
}

const NamingContext* NamingContexts::find(core::ProviderId provider) const noexcept {
  for (const NamingContext& context : contexts_) {
    if (context.provider == provider) return &context;
  }
  return nullptr;
}

const NamingContext* NamingContexts::containing(std::string_view normal_dn) const noexcept {
  for (const NamingContext& context : contexts_) {
    if (ldap::normal_is_within(normal_dn, context.normal)) return &context;
  }
  return nullptr;
}

Route NamingContexts::route(std::string_view dn, std::string& scratch) const {
  if (!ldap::normalise_dn(dn, scratch)) return {Route::Kind::bad_dn, 0};
  if (scratch.empty()) return {Route::Kind::root, 0};
  if (scratch == kSubschemaDn) return {Route::Kind::subschema, 0};
  const NamingContext* context = containing(scratch);
  if (context == nullptr) return {Route::Kind::outside, 0};
  return {Route::Kind::context, context->provider};
}

// A DN in the very form that the server itself writes, as nearly all binds bring it: no normal form
// is needed to tell what it names.
bool NamingContexts::plain_target(std::string_view dn, BindTarget& target) const {
  const std::string_view name = plain_leaf_value(dn);
  if (name.empty() || !is_plain(name)) return false;
  const std::string_view type = dn.substr(0, dn.find('='));
  const std::string_view parent = dn.substr(dn.find(',') + 1);
  for (const NamingContext& context : contexts_) {
    if (context.users.empty() || !same_folded(parent, context.users)) continue;
    if (!same_folded(type, context.names.user_rdn) &&
        !(context.names.uid_too && same_folded(type, "uid"))) {
      return false;
    }
    target.well_formed = target.exact = true;
    target.provider = context.provider;
    target.service = context.name;
    target.username = name;
    return true;
  }
  return false;
}

BindTarget NamingContexts::bind_target(std::string_view dn) const {
  BindTarget target;
  if (plain_target(dn, target)) return target;
  std::string normal;
  if (!ldap::normalise_dn(dn, normal)) return bare_target(dn);
  target.well_formed = true;
  target.username = kNobody;
  const NamingContext* context = containing(normal);
  if (context == nullptr) {
    // Some provider has to be named for the attempt to cost what every attempt costs.
    if (!contexts_.empty()) target.provider = contexts_.front().provider;
    return target;
  }
  target.provider = context->provider;
  target.service = context->name;
  if (!names_a_user(ldap::normal_relative(normal, context->normal), context->names)) return target;
  std::string name = leaf_value(dn);
  if (name.empty()) return target;
  target.exact = true;
  target.username = std::move(name);
  return target;
}

// No DN, so no bind, unless a provider's profile takes names as Active Directory does.
BindTarget NamingContexts::bare_target(std::string_view name) const {
  BindTarget target;
  const std::size_t at = name.rfind('@');
  const std::size_t slash = name.find('\\');
  for (const NamingContext& context : contexts_) {
    if (!context.names.plain_names) continue;
    std::string_view user;
    if (at != std::string_view::npos && same_folded(name.substr(at + 1), context.domain)) {
      user = name.substr(0, at);
    } else if (slash != std::string_view::npos &&
               same_folded(name.substr(0, slash),
                           std::string_view(context.domain).substr(0, context.domain.find('.')))) {
      user = name.substr(slash + 1);
    }
    if (user.empty()) continue;
    target = {.well_formed = true,
              .exact = true,
              .provider = context.provider,
              .service = context.name,
              .username = std::string(user)};
    return target;
  }
  return target;
}

std::shared_ptr<const NamingContexts> NamingCache::current(const core::Directory& directory) {
  // The version is read before the catalog: if both move in between, the next look compares
  // unequal.
  const std::uint64_t version = directory.catalog_version();
  const std::lock_guard lock(mutex_);
  if (!held_ || held_->version() != version) {
    held_ = std::make_shared<const NamingContexts>(*directory.catalog(), version);
  }
  return held_;
}

}  // namespace postern::outpost
