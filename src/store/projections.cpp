#include "store/projections.h"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "core/model/login_record.h"
#include "core/ports/store.h"
#include "store/object_table.h"
#include "store/write_transaction.h"

namespace postern::store {
namespace {

using core::StoredGroup;
using core::StoredUser;

constexpr std::size_t kVerifierOctets = 32;
constexpr std::string_view kAppPassword = "app_password";

// Every statement is followed by one of these: the whole table, or one owner's part of it.
enum class Part { all, one };

// A cursor over rows whose first column is the owner's key, ascending.
class Attached {
 public:
  Attached(Connection& connection, const std::string& select, const std::string& owner,
           const std::string& then, Part part, std::int64_t key) {
    const std::string tail = " order by " + owner + then;
    rows_ = part == Part::one ? connection.query(select + " and " + owner + " = $1" + tail, {key})
                              : connection.query(select + tail);
    more_ = rows_->next();
  }
  // Calls `use` with each row of `owner`; rows of owners before it are passed over.
  template <typename Use>
  void take(std::int64_t owner, Use use) {
    for (; more_ && rows_->integer(0) <= owner; more_ = rows_->next()) {
      if (rows_->integer(0) == owner) use(*rows_);
    }
  }

 private:
  std::unique_ptr<Rows> rows_;
  bool more_ = false;
};

boost::json::object json_object(std::string_view text) {
  boost::json::error_code error;
  boost::json::value value = boost::json::parse(text, error);
  return !error && value.is_object() ? std::move(value.get_object()) : boost::json::object();
}

std::vector<std::string> json_texts(std::string_view text) {
  std::vector<std::string> out;
  if (text == "[]") return out;
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse(text, error);
  if (error || !value.is_array()) return out;
  for (const auto& element : value.get_array()) {
    if (element.is_string()) out.emplace_back(element.get_string());
  }
  return out;
}

StoredUser user_of(const Rows& row) {
  StoredUser user;
  user.pk = row.integer(0);
  user.uuid = row.text(1);
  user.username = row.text(2);
  user.name = row.text(3);
  user.email = row.text(4);
  user.path = row.text(5);
  user.type = row.text(6);
  user.is_active = row.boolean(7);
  user.attributes = json_object(row.text(8));
  user.created = row.integer(9);
  user.updated = row.integer(10);
  user.password_changed = row.integer(11);
  user.not_before = row.integer(12);
  user.not_after = row.integer(13);
  user.uid_number = row.integer(14);
  user.gid_number = row.integer(15);
  user.password_hash = row.text(16);
  user.generation = static_cast<std::uint64_t>(row.integer(17));
  user.permissions = json_texts(row.text(18));
  user.password_must_change = row.boolean(19);
  user.sessions_revoked = row.integer(20);
  return user;
}

constexpr auto kUsers = R"(select "pk", "uuid", "username", "name", "email", "path", "type",
  "is_active", "attributes", "date_joined", "last_updated", "password_change_date", "not_before",
  "not_after", "uid_number", "gid_number", "password_hash", "generation", "permissions",
  "password_must_change", "sessions_revoked"
  from users where true)";
constexpr auto kMemberships = R"(select m."user_pk", g."num_pk" from group_users m
  join groups g on g."pk" = m."group_pk" where true)";
constexpr auto kTokens = R"(select "user", "pk", "identifier", "key_id", "verifier", "expiring",
  "expires", "intent", "sealed_key", "applications", "protocols", "networks" from tokens
  where "intent" in ('app_password', 'network_password'))";
constexpr auto kTotps = R"(select "user", "pk", "sealed_key", "digits", "step", "confirmed"
  from totp_devices where true)";
constexpr auto kStatics = R"(select "user", "pk", "confirmed" from static_devices where true)";
constexpr auto kCodes = R"(select d."user", c."device", c."pk", c."verifier", c."length"
  from static_devices d join static_tokens c on c."device" = d."pk" where c."used" is null)";

constexpr auto kOthers = R"(select "user", "model" from mfa_devices where "confirmed")";

std::uint8_t class_of(std::string_view model) noexcept {
  if (model.ends_with(".webauthndevice")) return core::kWebAuthnDevice;
  if (model.ends_with(".emaildevice")) return core::kEmailDevice;
  if (model.ends_with(".smsdevice")) return core::kSmsDevice;
  if (model.ends_with(".duodevice")) return core::kDuoDevice;
  return 0;
}

// The rows of the owners themselves.
std::unique_ptr<Rows> owners(Connection& connection, const std::string& select,
                             const std::string& key_column, Part part, std::int64_t key) {
  if (part == Part::one) return connection.query(select + " and " + key_column + " = $1", {key});
  return connection.query(select + " order by " + key_column);
}

// What hangs on users, read beside them.
class UserParts {
 public:
  UserParts(Connection& connection, Part part, std::int64_t key)
      : groups_(connection, kMemberships, "m.\"user_pk\"", "", part, key),
        tokens_(connection, kTokens, "\"user\"", ", \"pk\"", part, key),
        totps_(connection, kTotps, "\"user\"", ", \"pk\"", part, key),
        statics_(connection, kStatics, "\"user\"", ", \"pk\"", part, key),
        codes_(connection, kCodes, "d.\"user\"", ", c.\"device\", c.\"pk\"", part, key),
        others_(connection, kOthers, "\"user\"", "", part, key) {}

  void attach(StoredUser& user) {
    groups_.take(user.pk, [&](const Rows& row) { user.groups.push_back(row.integer(1)); });
    std::sort(user.groups.begin(), user.groups.end());
    tokens_.take(user.pk, [&](const Rows& row) { add_token(user, row); });
    totps_.take(user.pk, [&](const Rows& row) {
      user.totp.push_back({std::string(row.text(1)), octets_of_hex(row.text(2)),
                           static_cast<int>(row.integer(3)), static_cast<int>(row.integer(4)),
                           row.boolean(5)});
    });
    statics_.take(user.pk, [&](const Rows& row) {
      user.statics.push_back({std::string(row.text(1)), row.boolean(2), {}});
    });
    codes_.take(user.pk, [&](const Rows& row) { add_code(user, row); });
    others_.take(user.pk, [&](const Rows& row) {
      user.other_devices = static_cast<std::uint8_t>(user.other_devices | class_of(row.text(1)));
    });
  }

 private:
  static void add_token(StoredUser& user, const Rows& row) {
    core::StoredToken token;
    token.pk = row.text(1);
    token.intent = row.text(7);
    if (token.intent != kAppPassword) token.sealed = octets_of_hex(row.text(8));
    token.identifier = row.text(2);
    token.key_id = row.text(3);
    token.verifier = octets_of_hex(row.text(4));
    token.expires = row.boolean(5) ? row.integer(6) : 0;
    token.scope = scope_of(row);
    if (token.verifier.size() == kVerifierOctets) user.tokens.push_back(std::move(token));
  }
  static core::TokenScope scope_of(const Rows& row) {
    core::TokenScope scope;
    for (const std::string& pk : json_texts(row.text(9))) core::add_application(scope, pk);
    for (const std::string& name : json_texts(row.text(10))) {
      scope.protocols = static_cast<std::uint8_t>(scope.protocols | core::protocol_bit(name));
    }
    for (const std::string& network : json_texts(row.text(11))) core::add_network(scope, network);
    return scope;
  }
  static void add_code(StoredUser& user, const Rows& row) {
    std::string verifier = octets_of_hex(row.text(3));
    if (verifier.size() != kVerifierOctets) return;
    for (core::StoredStatic& device : user.statics) {
      if (device.pk != row.text(1)) continue;
      device.codes.push_back(
          {std::string(row.text(2)), std::move(verifier), static_cast<int>(row.integer(4))});
      return;
    }
  }

  Attached groups_, tokens_, totps_, statics_, codes_, others_;
};

void read_users(Connection& connection, Part part, std::int64_t key,
                const std::function<void(const StoredUser&)>& use) {
  UserParts parts(connection, part, key);
  const auto rows = owners(connection, kUsers, "\"pk\"", part, key);
  while (rows->next()) {
    StoredUser user = user_of(*rows);
    parts.attach(user);
    use(user);
  }
}

constexpr auto kGroups = R"(select "num_pk", "pk", "name", "is_superuser", "attributes",
  "date_created", "last_updated", "gid_number" from groups where true)";
constexpr auto kParents = R"(select c."num_pk", p."num_pk" from groups c
  join group_parents l on l."child_pk" = c."pk" join groups p on p."pk" = l."parent_pk" where true)";
constexpr auto kChildren = R"(select p."num_pk", c."num_pk" from groups p
  join group_parents l on l."parent_pk" = p."pk" join groups c on c."pk" = l."child_pk" where true)";
constexpr auto kMembers = R"(select g."num_pk", m."user_pk" from groups g
  join group_users m on m."group_pk" = g."pk" where true)";

StoredGroup group_of(const Rows& row) {
  StoredGroup group;
  group.num_pk = row.integer(0);
  group.uuid = row.text(1);
  group.name = row.text(2);
  group.is_superuser = row.boolean(3);
  group.attributes = json_object(row.text(4));
  group.created = row.integer(5);
  group.updated = row.integer(6);
  group.gid_number = row.integer(7);
  return group;
}

void read_groups(Connection& connection, Part part, std::int64_t key,
                 const std::function<void(const StoredGroup&)>& use) {
  Attached parents(connection, kParents, "c.\"num_pk\"", "", part, key);
  Attached children(connection, kChildren, "p.\"num_pk\"", "", part, key);
  Attached members(connection, kMembers, "g.\"num_pk\"", ", m.\"user_pk\"", part, key);
  const auto into = [](std::vector<std::int64_t>& list) {
    return [&list](const Rows& row) { list.push_back(row.integer(1)); };
  };
  const auto rows = owners(connection, kGroups, "\"num_pk\"", part, key);
  while (rows->next()) {
    StoredGroup group = group_of(*rows);
    parents.take(group.num_pk, into(group.parents));
    children.take(group.num_pk, into(group.children));
    members.take(group.num_pk, into(group.members));
    std::sort(group.parents.begin(), group.parents.end());
    std::sort(group.children.begin(), group.children.end());
    use(group);
  }
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string octets_of_hex(std::string_view hex) {
  std::string out;
  if (hex.size() % 2 != 0) return out;
  out.reserve(hex.size() / 2);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = hex_digit(hex[i]), low = hex_digit(hex[i + 1]);
    if (high < 0 || low < 0) return {};
    out.push_back(static_cast<char>(high * 16 + low));
  }
  return out;
}

std::optional<StoredUser> load_user(Connection& connection, core::UserId pk) {
  std::optional<StoredUser> found;
  read_users(connection, Part::one, pk, [&](const StoredUser& user) { found = user; });
  return found;
}

std::optional<StoredGroup> load_group(Connection& connection, core::GroupNumber num_pk) {
  std::optional<StoredGroup> found;
  read_groups(connection, Part::one, num_pk, [&](const StoredGroup& group) { found = group; });
  return found;
}

void scan_users(Connection& connection, const std::function<void(const StoredUser&)>& use) {
  read_users(connection, Part::all, 0, use);
}

void scan_groups(Connection& connection, const std::function<void(const StoredGroup&)>& use) {
  read_groups(connection, Part::all, 0, use);
}

core::StoredConfig load_config(Connection& connection) {
  core::StoredConfig config;
  core::ListQuery everything;
  everything.limit = SIZE_MAX;
  for (const core::Model* model : core::models()) {
    if (model->feed != core::Feed::config) continue;
    for (core::Object& object : ObjectTable::of(*model).list(connection, everything)) {
      core::Object entry;
      entry["model"] = model->name;
      entry["object"] = std::move(object);
      config.objects.emplace_back(std::move(entry));
    }
  }
  for (const auto& grant : read_object_permissions(connection)) {
    core::Object entry;
    entry["permission"] = grant.permission;
    entry["model"] = grant.model;
    entry["object"] = grant.object;
    entry["user"] = grant.user;
    config.permissions.emplace_back(std::move(entry));
  }
  return config;
}

}  // namespace postern::store
