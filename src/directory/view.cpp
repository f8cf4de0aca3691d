#include "directory/view.h"

#include <algorithm>

#include "core/log.h"
#include "protocols/ldap/dn.h"
#include "protocols/ldap/string_prep.h"

namespace postern::directory {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";

class UpperBuilder {
 public:
  UpperBuilder(EntryKind kind, std::string_view name, std::string_view rdn) {
    builder_.begin(kind, name, rdn);
  }
  UpperBuilder& set(AttributeId id, std::initializer_list<std::string_view> values) {
    builder_.add(id, ldap::attribute(id).name, {values.begin(), values.size()});
    return *this;
  }
  UpperBuilder& operational(std::string_view structural, std::string_view uuid) {
    const Known& k = known();
    return set(k.entryUUID, {uuid})
        .set(k.structuralObjectClass, {structural})
        .set(k.creatorsName, {"cn=postern"})
        .set(k.modifiersName, {"cn=postern"})
        .set(k.subschemaSubentry, {"cn=subschema"});
  }
  UpperBuilder& founded(std::uint32_t when) {
    if (when != 0) builder_.stamp(when, when);
    return *this;
  }
  std::string finish(bool children) {
    set(known().hasSubordinates, {children ? "TRUE" : "FALSE"});
    return std::string(builder_.finish());
  }

 private:
  RecordBuilder builder_;
};

View::Upper make_base(const View& view, const ldap::Dn& dn, std::uint32_t founded) {
  const Known& k = known();
  const ldap::Ava& leaf = dn.rdns().front().front();
  const ldap::AttributeType* type = ldap::find_attribute(leaf.type);
  UpperBuilder builder(EntryKind::domain, leaf.value, {});
  if (type != nullptr && type->id == k.dc) {
    builder.set(k.objectClass, {"top", "domain", "dcObject"});
  } else if (type != nullptr && type->id == k.o) {
    builder.set(k.objectClass, {"top", "domain", "organization"});
  } else {
    builder.set(k.objectClass, {"top", "domain"});
  }
  if (type != nullptr && !leaf.value.empty()) builder.set(type->id, {leaf.value});
  builder.operational("domain", derived_uuid(view.base_normal)).founded(founded);
  const std::string record = builder.finish(true);
  return {view.base, record, record};  // its containers are always there
}

std::string container_record(const Layout::ContainerName& name, const std::string& dn,
                             std::uint32_t founded, bool children) {
  const Known& k = known();
  UpperBuilder builder(EntryKind::container, name.value, {});
  const bool unit = name.attribute == k.ou;
  if (unit) {
    builder.set(k.objectClass, {"top", "nsContainer", "organizationalUnit"});
  } else {
    builder.set(k.objectClass, {"top", "nsContainer"});
  }
  // `commonName` is another name of cn: one attribute answers to both.
  builder.set(k.cn, {name.value});
  if (unit) builder.set(k.ou, {name.value});
  builder.set(k.distinguishedName, {dn});
  builder.operational(unit ? "organizationalUnit" : "nsContainer", derived_uuid(dn))
      .founded(founded);
  return builder.finish(children);
}

View::Upper make_container(const View& view, const Layout::ContainerName& name,
                           std::uint32_t founded) {
  std::string dn = ldap::build_dn(name.type, name.value, view.base);
  if (view.layout->number() == 0) dn = ldap::ascii_lowered(dn);  // as authentik does
  return {dn, container_record(name, dn, founded, true),
          container_record(name, dn, founded, false)};
}

bool make_view(const core::LdapProvider& provider, const Profile& profile, std::uint32_t founded,
               View& view) {
  const auto dn = ldap::Dn::parse(provider.base_dn);
  if (!dn || dn->empty()) return false;
  view.provider = provider.pk;
  view.base = provider.base_dn;
  view.base_normal = dn->normalised();
  view.nested = provider.member_of_nested.value_or(profile.nested);
  for (const ldap::Rdn& rdn : dn->rdns()) {
    for (const ldap::Ava& ava : rdn) {
      const ldap::AttributeType* type = ldap::find_attribute(ava.type);
      if (type != nullptr) view.base_values.emplace_back(type->id, ava.value);
    }
  }
  view.uppers[0] = make_base(view, *dn, founded);
  for (std::size_t i = 1; i < view.uppers.size(); ++i) {
    const Layout::ContainerName& name = view.layout->container(static_cast<Container>(i));
    if (name.there()) view.uppers[i] = make_container(view, name, founded);
  }
  return true;
}

unsigned nibble(char c) noexcept {
  const auto at = kHex.find(ldap::ascii_lower(c));
  return at == std::string_view::npos ? 16 : static_cast<unsigned>(at);
}

std::uint64_t mix(std::string_view text, std::uint64_t state) noexcept {
  for (const char c : text) {
    state = (state ^ static_cast<std::uint8_t>(c)) * 0x100000001b3U;
    state ^= state >> 31U;
  }
  return state;
}

}  // namespace

const View* Snapshot::view(core::ProviderId provider) const noexcept {
  for (const View& candidate : views) {
    if (candidate.provider == provider) return &candidate;
  }
  return nullptr;
}

std::vector<View> make_views(const core::Catalog& catalog, const Shapes& shapes,
                             const std::vector<std::shared_ptr<const Layout>>& layouts,
                             std::uint32_t founded) {
  std::vector<View> views;
  for (const auto& provider : catalog.ldap_providers) {
    const Profile* profile = shapes.find(provider->profile);
    if (profile == nullptr) continue;  // the catalog names the problem
    const std::string key = Layout::key_of(*profile, domain_of(provider->base_dn));
    const auto same = [&key](const auto& layout) { return layout->key() == key; };
    const auto found = std::find_if(layouts.begin(), layouts.end(), same);
    View view;
    if (found != layouts.end()) view.layout = *found;
    if (found != layouts.end() && make_view(*provider, *profile, founded, view)) {
      views.push_back(std::move(view));
    } else {
      log::warning("directory.bad_base_dn", {{"provider", provider->name}});
    }
  }
  return views;
}

std::vector<std::shared_ptr<const Layout>> layouts_of(const core::Catalog& catalog,
                                                      const Shapes& shapes) {
  std::vector<std::shared_ptr<const Layout>> layouts{Layout::standard()};
  for (const auto& provider : catalog.ldap_providers) {
    const Profile* profile = shapes.find(provider->profile);
    if (profile == nullptr) continue;
    std::string domain = domain_of(provider->base_dn);
    const std::string key = Layout::key_of(*profile, domain);
    const auto same = [&key](const auto& layout) { return layout->key() == key; };
    if (std::any_of(layouts.begin(), layouts.end(), same)) continue;
    if (layouts.size() == kMaxLayouts) {
      log::error("directory.too_many_profiles", {{"provider", provider->name}});
      continue;
    }
    layouts.push_back(
        Layout::make(*profile, std::move(domain), static_cast<LayoutNumber>(layouts.size())));
  }
  return layouts;
}

std::string derived_uuid(std::string_view text) {
  const std::uint64_t halves[2] = {mix(text, 0xcbf29ce484222325U), mix(text, 0x9e3779b97f4a7c15U)};
  std::string out;
  for (std::size_t i = 0; i < 32; ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) out += '-';
    out += kHex[(halves[i / 16] >> (60 - 4 * (i % 16))) & 0xfU];
  }
  out[14] = '8';  // version 8, variant 1 (RFC 9562: custom)
  out[19] = kHex[8 | (nibble(out[19]) & 3U)];
  return out;
}

bool flip_uuid(std::string_view uuid, std::string& out) {
  constexpr std::size_t kFlipped = 8;
  if (uuid.size() != 36) return false;
  out.assign(uuid);
  for (std::size_t i = 0; i < kFlipped; ++i) {
    const unsigned value = nibble(uuid[i]);
    if (value > 15) return false;
    out[i] = kHex[value ^ 0xaU];
  }
  return true;
}

}  // namespace postern::directory
