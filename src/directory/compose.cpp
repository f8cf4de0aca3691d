#include "directory/compose.h"

#include <algorithm>
#include <array>

#include "core/model/time_text.h"
#include "directory/base64.h"
#include "protocols/ldap/dn.h"
#include "protocols/ldap/string_prep.h"

namespace postern::directory {
namespace {

constexpr std::size_t kMaxName = 2048;  // a DN must stay below ldap::kMaxDnOctets, escapes included
constexpr std::size_t kMaxTypeName = 128;

bool is_named(const std::vector<std::string>& names, std::string_view name) {
  const std::string folded = ldap::ascii_lowered(name);
  return std::any_of(names.begin(), names.end(), [&folded](const std::string& other) {
    return ldap::ascii_lowered(other) == folded;
  });
}

std::string truth(bool value) { return value ? "TRUE" : "FALSE"; }

// A keystring (RFC 4512 1.4), and the underscore that people use.
std::string type_name(std::string_view key) {
  std::string out;
  for (const char c : key) {
    if (c == '.') continue;
    out += c == '/' ? '-' : c;
  }
  const auto alpha = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto good = [&alpha](char c) {
    return alpha(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  const bool valid = !out.empty() && out.size() <= kMaxTypeName && alpha(out[0]) &&
                     std::all_of(out.begin(), out.end(), good);
  return valid ? out : std::string();
}

bool is_fixed(AttributeId id) {
  const Known& k = known();
  const std::array fixed{k.objectClass, k.cn,           k.uid,       k.memberOf,
                         k.member,      k.uniqueMember, k.memberUid, k.distinguishedName,
                         k.userPassword};
  return std::find(fixed.begin(), fixed.end(), id) != fixed.end() || info_of(id).operational;
}

// Attributes of the schema whose values JSON cannot hold as they are.
bool is_binary(AttributeId id) {
  static const std::vector<AttributeId> all = [] {
    std::vector<AttributeId> found;
    for (const std::string_view name :
         {"jpegPhoto", "photo", "audio", "userCertificate", "userSMIMECertificate", "userPKCS12",
          "objectSid", "objectGUID"}) {
      if (const auto* type = ldap::find_attribute(name)) found.push_back(type->id);
    }
    return found;
  }();
  return std::find(all.begin(), all.end(), id) != all.end();
}

std::uint32_t in_seconds(core::WallMs when) {
  return static_cast<std::uint32_t>(std::clamp<core::WallMs>(when / 1000, 0, 0xffffffffLL));
}

// "data:image/jpeg;base64,/9j/..." or base64 alone.
bool to_octets(std::string& value) {
  std::string_view text = value;
  if (text.substr(0, 5) == "data:") {
    const std::size_t comma = text.find(',');
    if (comma == std::string_view::npos) return false;
    text.remove_prefix(comma + 1);
  }
  auto octets = decode_base64(text);
  if (!octets || octets->empty()) return false;
  value = std::move(*octets);
  return true;
}

bool to_generalized_time(std::string& value) {
  std::string prepared;
  if (ldap::prepare(ldap::Rule::generalizedTime, value, prepared)) return true;
  const auto when = core::parse_time(value);
  if (!when || *when < 0) return false;
  value = generalized_time(in_seconds(*when));
  return true;
}

// Whether the value is one of this type; brings it into the form of its syntax.
bool convert(ldap::CustomKind kind, std::string& value) {
  std::string prepared;
  switch (kind) {
    case ldap::CustomKind::string:
      return true;
    case ldap::CustomKind::integer:
      return ldap::prepare(ldap::Rule::integer, value, prepared);
    case ldap::CustomKind::boolean:
      for (char& c : value) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      return value == "TRUE" || value == "FALSE";
    case ldap::CustomKind::binary:
      return to_octets(value);
    case ldap::CustomKind::timestamp:
      return to_generalized_time(value);
    case ldap::CustomKind::dn:
      return ldap::normalise_dn(value, prepared) && !prepared.empty();
  }
  return false;
}

// An attribute is a set (RFC 4512 2.3): of values that its rule takes as equal the first stays.
void drop_equal(ldap::Rule rule, std::vector<std::string>& values) {
  if (values.size() < 2 || rule == ldap::Rule::none) return;
  std::vector<std::string> seen, kept;
  std::string prepared;
  for (std::string& value : values) {
    if (!ldap::prepare(rule, value, prepared)) prepared = value;
    if (std::find(seen.begin(), seen.end(), prepared) != seen.end()) continue;
    seen.push_back(prepared);
    kept.push_back(std::move(value));
  }
  values = std::move(kept);
}

}  // namespace

Composer::Composer(std::function<AttributeId(std::string_view)> intern,
                   const std::vector<CustomType>& types)
    : intern_(std::move(intern)), types_(types) {}

void Composer::start(EntryKind kind, const std::string& name, const Closure& closure) {
  kind_ = kind;
  name_ = name;
  closure_ = &closure;
  header_ = {};
  attributes_.clear();
  operational_.clear();
}

void Composer::set(AttributeId id, std::vector<std::string> values) {
  values.erase(std::remove(values.begin(), values.end(), std::string()), values.end());
  if (values.empty()) return;
  auto& list = info_of(id).operational ? operational_ : attributes_;
  list.push_back({id, std::string(ldap::attribute(id).name), std::move(values)});
}

void Composer::set_operational(const std::string& uuid, core::WallMs created,
                               core::WallMs updated) {
  set(known().entryUUID, {ldap::ascii_lowered(uuid)});
  header_.created = in_seconds(created);
  header_.updated = in_seconds(updated);
}

const CustomType* Composer::declared(std::string_view name) const {
  if (types_.empty()) return nullptr;
  const std::string folded = ldap::ascii_lowered(name);
  const auto found = std::find_if(types_.begin(), types_.end(), [&](const CustomType& type) {
    return ldap::ascii_lowered(type.name) == folded;
  });
  return found == types_.end() ? nullptr : &*found;
}

std::optional<Composer::Attribute> Composer::custom(std::string_view key,
                                                    const boost::json::value& value,
                                                    const std::string* username) {
  if (is_private(key)) return std::nullopt;
  Attribute out;
  out.custom = true;
  out.type = type_name(key);
  if (out.type.empty() || is_private(out.type)) return std::nullopt;
  append_values(value, username, out.values);
  const auto keep = [&out](const auto& fits) {
    out.values.erase(std::remove_if(out.values.begin(), out.values.end(),
                                    [&fits](std::string& text) { return !fits(text); }),
                     out.values.end());
  };
  bool single = false;
  if (const ldap::AttributeType* type = ldap::find_attribute(out.type)) {
    if (is_fixed(type->id)) return std::nullopt;
    out.id = type->id;
    out.type = type->name;
    single = type->single_value;
    if (is_binary(type->id)) keep(to_octets);
  } else if (const CustomType* own = declared(out.type)) {
    if (!(kind_ == EntryKind::user ? own->of_users : own->of_groups)) return std::nullopt;
    out.type = own->name;
    single = !own->multi_valued;
    keep([own](std::string& text) { return convert(own->kind, text); });
    out.id = intern_(out.type);
  } else if (!out.values.empty()) {
    out.id = intern_(out.type);
  }
  if (out.id == kNoAttribute) return std::nullopt;
  drop_equal(info_of(out.id).equality, out.values);
  if (single && out.values.size() > 1) out.values.resize(1);
  return out;
}

void Composer::set_custom(const boost::json::object& attributes, const std::string* username) {
  for (const auto& item : attributes) {
    auto made = custom(item.key(), item.value(), username);
    if (!made || made->values.empty()) continue;
    const auto same = [&made](const Attribute& other) { return other.id == made->id; };
    const auto found = std::find_if(attributes_.begin(), attributes_.end(), same);
    if (found != attributes_.end()) {
      made->custom = false;  // shown where the built-in one is
      *found = std::move(*made);
    } else {
      attributes_.push_back(std::move(*made));
    }
  }
}

// The value of one mapped attribute, in place of what is there.
void Composer::map(const MappedAttribute& mapped, const Facts& facts) {
  Attribute made;
  for (const Template& value : mapped.values) value.render(facts, made.values);
  if (const ldap::AttributeType* type = ldap::find_attribute(mapped.name)) {
    made.id = type->id;
    made.type = type->name;
    if (type->single_value && made.values.size() > 1) made.values.resize(1);
    if (is_binary(type->id) && type->id != known().objectGUID) {
      std::erase_if(made.values, [](std::string& value) { return !to_octets(value); });
    }
  } else {
    made.type = mapped.name;
    made.id = intern_(mapped.name);
    if (const CustomType* own = declared(mapped.name)) {
      std::erase_if(made.values, [own](std::string& text) { return !convert(own->kind, text); });
    }
  }
  std::erase_if(shaped_, [&made](const Attribute& other) { return other.id == made.id; });
  if (made.id != kNoAttribute && !made.values.empty()) shaped_.push_back(std::move(made));
}

void Composer::shape(const Layout& layout) {
  const Profile& profile = layout.profile();
  const EntryShape& shape = kind_ == EntryKind::user ? profile.users : profile.groups;
  shaped_.clear();
  for (const Attribute& attribute : attributes_) {
    const bool naming = attribute.id == layout.rdn_attribute(kind_);
    if (attribute.custom && !shape.custom) continue;
    if (!naming && !attribute.custom) {
      if (!shape.keep.empty() && !is_named(shape.keep, attribute.type)) continue;
      if (is_named(shape.omit, attribute.type)) continue;
    }
    shaped_.push_back(attribute);
  }
  Facts facts = facts_;
  facts.domain = layout.domain();
  facts.install_id = profile.install_id;
  facts.uid_offset = profile.uid_offset;
  facts.gid_offset = profile.gid_offset;
  for (Attribute& attribute : shaped_) {
    if (attribute.custom) continue;
    if (attribute.id == layout.rdn_attribute(kind_)) attribute.values = {std::string(name_)};
    if (attribute.id == known().uidNumber && profile.uid_offset != 0) {
      attribute.values = {std::to_string(facts_.user->uid_number + profile.uid_offset)};
    }
    if (attribute.id == known().gidNumber && profile.gid_offset != 0) {
      const std::int64_t number =
          kind_ == EntryKind::user ? facts_.user->gid_number : facts_.group->gid_number;
      attribute.values = {std::to_string(number + profile.gid_offset)};
    }
  }
  for (const MappedAttribute& mapped : shape.attributes) map(mapped, facts);
}

std::string_view Composer::record(const Layout& layout) {
  const bool plain = layout.number() == 0;
  if (!plain) shape(layout);
  layout.make_rdn(kind_, name_, rdn_);
  builder_.begin(kind_, name_, rdn_);
  RecordHeader& header = builder_.header();
  header.flags = header_.flags;
  header.created = header_.created;
  header.updated = header_.updated;
  header.password_changed = header_.password_changed;
  header.not_after = header_.not_after;
  std::vector<std::string_view> values;
  const auto add = [&](const Attribute& attribute) {
    values.assign(attribute.values.begin(), attribute.values.end());
    builder_.add(attribute.id, attribute.type, values);
  };
  for (const Attribute& attribute : plain ? attributes_ : shaped_) add(attribute);
  builder_.add_ids(kDirectGroups, closure_->direct);
  builder_.add_ids(kNestedGroups, closure_->nested);
  for (const Attribute& attribute : operational_) add(attribute);
  return builder_.finish();
}

bool Composer::take(const core::StoredUser& user, const Closure& closure) {
  if (user_entry(user.pk) == 0 || user.username.empty() || user.username.size() > kMaxName) {
    return false;
  }
  const Known& k = known();
  const std::string name(trimmed(user.name));
  start(EntryKind::user, user.username, closure);
  facts_ = {.user = &user, .superuser = closure.superuser};
  set(k.cn, {user.username});
  set(k.sAMAccountName, {user.username});
  set(k.uid, {user.username});
  set(k.name, {name});
  set(k.displayName, {name});
  set(k.sn, {name.empty() ? user.username : name});  // person demands one
  set(k.givenName, {std::string(first_names(name))});
  set(k.mail, {user.email});
  set(k.uidNumber, {std::to_string(user.uid_number)});
  set(k.gidNumber, {std::to_string(user.gid_number)});
  set(k.homeDirectory, {"/home/" + user.username});
  set(k.loginShell, {"/bin/bash"});
  set(k.active, {truth(user.is_active)});
  set(k.superuser, {truth(closure.superuser)});
  set_custom(user.attributes, &user.username);
  set_operational(user.uuid, user.created, user.updated);
  header_.password_changed = in_seconds(user.password_changed);
  header_.not_after = in_seconds(user.not_after);
  if (!user.is_active) header_.flags = RecordHeader::kInactive;
  return true;
}

bool Composer::take(const core::StoredGroup& group, const Closure& closure) {
  if (group_entry(group.num_pk) == 0 || group.name.empty() || group.name.size() > kMaxName) {
    return false;
  }
  const Known& k = known();
  start(EntryKind::group, group.name, closure);
  facts_ = {.group = &group, .superuser = group.is_superuser};
  set(k.cn, {group.name});
  set(k.sAMAccountName, {group.name});
  set(k.uid, {ldap::ascii_lowered(group.uuid)});
  set(k.gidNumber, {std::to_string(group.gid_number)});
  set(k.superuser, {truth(group.is_superuser)});
  set_custom(group.attributes, nullptr);
  set_operational(group.uuid, group.created, group.updated);
  if (group.is_superuser) header_.flags = RecordHeader::kSuperuser;
  return true;
}

}  // namespace postern::directory
