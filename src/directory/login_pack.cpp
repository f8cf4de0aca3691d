#include "directory/login_pack.h"

#include <algorithm>
#include <cstring>

#include "core/access/permission.h"
#include "core/credentials/network_password.h"
#include "protocols/ldap/matching.h"
#include "protocols/ldap/string_prep.h"

namespace postern::directory {
namespace {

constexpr std::size_t kMaxNameKey = 480;

enum Flag : std::uint64_t {
  kActive = 1,
  kSuperuser = 2,
  kSearchFull = 4,
  kStaticDevice = 8,
  kMustChange = 16
};
constexpr unsigned kOtherDevicesAt = 8;  // the bits of DeviceClass
constexpr unsigned kLanguageAt = 16;     // a Language

class Packer {
 public:
  explicit Packer(std::string& out) : out_(out) { out_.clear(); }
  void number(std::uint64_t value) {
    out_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void number(std::int64_t value) { number(static_cast<std::uint64_t>(value)); }
  void text(std::string_view value) {
    number(static_cast<std::uint64_t>(value.size()));
    out_.append(value);
  }

 private:
  std::string& out_;
};

// Reading never runs over the end; a short record leaves good() false.
class Unpacker {
 public:
  explicit Unpacker(std::string_view in) : in_(in) {}
  bool good() const noexcept { return good_; }
  std::uint64_t number() noexcept {
    std::uint64_t value = 0;
    if (in_.size() < sizeof value) {
      good_ = false;
      return 0;
    }
    std::memcpy(&value, in_.data(), sizeof value);
    in_.remove_prefix(sizeof value);
    return value;
  }
  std::int64_t signed_number() noexcept { return static_cast<std::int64_t>(number()); }
  int small() noexcept { return static_cast<int>(number()); }
  std::string_view text() noexcept {
    const std::uint64_t size = number();
    if (in_.size() < size) {
      good_ = false;
      return {};
    }
    const std::string_view value = in_.substr(0, size);
    in_.remove_prefix(size);
    return value;
  }
  // A count of items of at least 8 octets each.
  std::size_t count() noexcept {
    const std::uint64_t value = number();
    if (value > in_.size() / 8) {
      good_ = false;
      return 0;
    }
    return value;
  }

 private:
  std::string_view in_;
  bool good_ = true;
};

void copy_verifier(std::string_view from, std::array<std::uint8_t, 32>& to) noexcept {
  to.fill(0);
  std::memcpy(to.data(), from.data(), std::min(from.size(), to.size()));
}

std::uint64_t flags_of(const core::StoredUser& user, const Closure& closure) {
  std::uint64_t flags = 0;
  if (user.is_active) flags |= kActive;
  if (user.password_must_change) flags |= kMustChange;
  if (closure.superuser) flags |= kSuperuser;
  const auto& held = user.permissions;
  if (std::find(held.begin(), held.end(), core::kSearchFullDirectory) != held.end()) {
    flags |= kSearchFull;
  }
  const auto confirmed = [](const core::StoredStatic& device) { return device.confirmed; };
  if (std::any_of(user.statics.begin(), user.statics.end(), confirmed)) flags |= kStaticDevice;
  const auto language = static_cast<std::uint64_t>(core::language_of(user.attributes));
  return flags | std::uint64_t{user.other_devices} << kOtherDevicesAt | language << kLanguageAt;
}

// App passwords, then network passwords with their sealed blobs.
void pack_tokens(Packer& pack, const core::StoredUser& user) {
  for (const bool network : {false, true}) {
    const auto wanted = [network](const core::StoredToken& token) {
      return (token.intent == core::kNetworkPassword) == network;
    };
    pack.number(
        static_cast<std::uint64_t>(std::count_if(user.tokens.begin(), user.tokens.end(), wanted)));
    for (const core::StoredToken& token : user.tokens) {
      if (!wanted(token)) continue;
      pack.text(token.pk);
      pack.text(token.verifier);
      pack.number(token.expires);
      pack.number(std::uint64_t{token.scope.protocols});
      pack.text(token.scope.applications);
      pack.text(token.scope.networks);
      if (network) pack.text(token.sealed);
    }
  }
}

void unpack_token(Unpacker& in, std::string& scopes, core::LoginRecord::Token& token) {
  token.pk.assign(in.text());
  copy_verifier(in.text(), token.verifier);
  token.expires = in.signed_number();
  const auto protocols = static_cast<std::uint8_t>(in.number());
  const std::string_view applications = in.text();
  token.scope = core::keep_scope({applications, in.text(), protocols}, scopes);
}

void pack_totp(Packer& pack, const core::StoredUser& user) {
  const auto confirmed = [](const core::StoredTotp& device) { return device.confirmed; };
  pack.number(
      static_cast<std::uint64_t>(std::count_if(user.totp.begin(), user.totp.end(), confirmed)));
  for (const core::StoredTotp& device : user.totp) {
    if (!device.confirmed) continue;
    pack.text(device.pk);
    pack.text(device.sealed_key);
    pack.number(std::int64_t{device.digits});
    pack.number(std::int64_t{device.step});
  }
}

void pack_static(Packer& pack, const core::StoredUser& user) {
  std::uint64_t count = 0;
  for (const core::StoredStatic& device : user.statics) {
    if (device.confirmed) count += device.codes.size();
  }
  pack.number(count);
  for (const core::StoredStatic& device : user.statics) {
    if (!device.confirmed) continue;
    for (const core::StoredStaticCode& code : device.codes) {
      pack.text(code.pk);
      pack.text(device.pk);
      pack.text(code.verifier);
      pack.number(std::int64_t{code.length});
    }
  }
}

void unpack_devices(Unpacker& in, core::LoginRecord& out) {
  out.scopes.clear();
  out.tokens.resize(in.count());
  for (core::LoginRecord::Token& token : out.tokens) {
    unpack_token(in, out.scopes, token);
  }
  out.network_passwords.resize(in.count());
  for (core::LoginRecord::NetworkPassword& one : out.network_passwords) {
    unpack_token(in, out.scopes, one);
    one.sealed.assign(in.text());
  }
  out.totp.resize(in.count());
  for (core::LoginRecord::Totp& device : out.totp) {
    device.pk.assign(in.text());
    device.sealed_key.assign(in.text());
    device.digits = in.small();
    device.step = in.small();
  }
  out.static_codes.resize(in.count());
  for (core::LoginRecord::StaticCode& code : out.static_codes) {
    code.pk.assign(in.text());
    code.device.assign(in.text());
    copy_verifier(in.text(), code.verifier);
    code.length = in.small();
  }
}

bool unpack(Unpacker& in, core::LoginRecord& out) {
  out.generation = in.number();
  const std::uint64_t flags = in.number();
  out.is_active = (flags & kActive) != 0;
  out.is_superuser = (flags & kSuperuser) != 0;
  out.search_full_directory = (flags & kSearchFull) != 0;
  out.has_static_device = (flags & kStaticDevice) != 0;
  out.password_must_change = (flags & kMustChange) != 0;
  out.other_devices = static_cast<std::uint8_t>(flags >> kOtherDevicesAt);
  out.language = static_cast<core::Language>(static_cast<std::uint8_t>(flags >> kLanguageAt));
  out.pk = in.signed_number();
  out.not_before = in.signed_number();
  out.not_after = in.signed_number();
  out.password_changed = in.signed_number();
  out.sessions_revoked = in.signed_number();
  out.username.assign(in.text());
  out.uuid.assign(in.text());
  out.type.assign(in.text());
  out.password_hash.assign(in.text());
  out.groups.resize(in.count());
  for (core::GroupNumber& group : out.groups) group = in.signed_number();
  unpack_devices(in, out);
  return in.good();
}

void add_name(char kind, std::string_view name, std::vector<std::string>& out) {
  std::string key;
  if (name_key(kind, name, key)) out.push_back(std::move(key));
}

}  // namespace

void pack_login(const core::StoredUser& user, const Closure& closure,
                const std::vector<std::string>& names, std::string& out) {
  Packer pack(out);
  pack.number(user.generation);
  pack.number(flags_of(user, closure));
  pack.number(user.pk);
  pack.number(user.not_before);
  pack.number(user.not_after);
  pack.number(user.password_changed);
  pack.number(user.sessions_revoked);
  pack.text(user.username);
  pack.text(user.uuid);
  pack.text(user.type);
  pack.text(user.password_hash);
  pack.number(static_cast<std::uint64_t>(closure.nested.size()));
  for (const EntryId group : closure.nested) pack.number(number_of(group));
  pack_tokens(pack, user);
  pack_totp(pack, user);
  pack_static(pack, user);
  pack.number(static_cast<std::uint64_t>(names.size()));
  for (const std::string& name : names) pack.text(name);
}

bool unpack_login(std::string_view packed, core::LoginRecord& out) {
  Unpacker in(packed);
  return unpack(in, out);
}

std::uint64_t packed_generation(std::string_view packed) noexcept {
  return Unpacker(packed).number();
}

std::vector<std::string> packed_names(std::string_view packed) {
  Unpacker in(packed);
  core::LoginRecord skipped;
  std::vector<std::string> names;
  if (!unpack(in, skipped)) return names;
  names.resize(in.count());
  for (std::string& name : names) name.assign(in.text());
  return names;
}

bool name_key(char kind, std::string_view name, std::string& out) {
  if (name.empty()) return false;
  // One more octet in front would cost a copy: prepare first, then make room for the kind.
  if (!ldap::prepare(ldap::Rule::caseIgnore, name, out)) {
    out.assign(name);
    for (char& c : out) c = ldap::ascii_lower(c);
  }
  if (out.empty() || out.size() > kMaxNameKey) return false;
  out.insert(out.begin(), kind);
  return true;
}

std::vector<std::string> login_names(const core::StoredUser& user) {
  std::vector<std::string> names;
  add_name(kUsername, user.username, names);
  add_name(kEmail, user.email, names);
  for (const std::string_view attribute : {"upn", "userPrincipalName"}) {
    const auto* value = user.attributes.if_contains(attribute);
    if (value != nullptr && value->is_string()) add_name(kUpn, value->get_string(), names);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace postern::directory
