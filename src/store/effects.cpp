#include "store/effects.h"

#include <algorithm>
#include <array>

namespace postern::store {
namespace {

using core::Feed;
using core::Field;
using core::Object;
using core::Value;

constexpr std::array<std::string_view, 7> kCredentialFields{
    "password_hash", "is_active", "not_before",      "not_after",
    "permissions",   "groups",    "sessions_revoked"};

constexpr auto kGroupsOfUser = R"(select g."num_pk" from group_users m join groups g
  on g."pk" = m."group_pk" where m."user_pk" = $1 order by g."num_pk")";
constexpr auto kUsersOfGroup =
    R"(select "user_pk" from group_users where "group_pk" = $1 order by "user_pk")";
constexpr auto kParentsOfGroup = R"(select g."num_pk" from group_parents l join groups g
  on g."pk" = l."parent_pk" where l."child_pk" = $1 order by g."num_pk")";
constexpr auto kChildrenOfGroup = R"(select g."num_pk" from group_parents l join groups g
  on g."pk" = l."child_pk" where l."parent_pk" = $1 order by g."num_pk")";
constexpr auto kNumberOfGroup = R"(select "num_pk" from groups where "pk" = $1)";
constexpr auto kOwnerOfDevice = R"(select "user" from static_devices where "pk" = $1)";

std::string_view text_of(const Value& value) {
  return value.is_string() ? std::string_view(value.get_string()) : std::string_view();
}

bool targets(const Field& field, const core::Model& model) {
  return field.target == model.name || (!model.family.empty() && field.target == model.family);
}

// One-time links are no credential of a login, and whoever asks for one by mail must not disturb
// the user's grants.
bool concerns_owner(const core::Model& model, const Object& object) {
  const Value* intent =
      model.name == "authentik_core.token" ? object.if_contains("intent") : nullptr;
  return intent == nullptr || text_of(*intent) != "verification";
}

}  // namespace

void Effects::inserted(const ObjectTable& table, const Object& object,
                       const ObjectTable::Inserted& key, const LinkChanges& links) {
  const core::Model& model = table.model();
  switch (model.feed) {
    case Feed::user:
      log_.user(key.number);
      break;
    case Feed::group:
      log_.group(key.number);
      break;
    case Feed::owner:
      if (concerns_owner(model, object)) bump_owner(model, object.at(model.owner));
      break;
    case Feed::config:
      log_.config();
      break;
    case Feed::none:
      break;
  }
  membership(table, links);
}

void Effects::updated(const ObjectTable& table, const Object& before, const Object& changed,
                      const LinkChanges& links) {
  const core::Model& model = table.model();
  switch (model.feed) {
    case Feed::user: {
      const std::int64_t pk = before.at("pk").to_number<std::int64_t>();
      log_.user(pk);
      if (changed.contains("username")) touch_groups_of(pk);
      const bool credential =
          std::any_of(kCredentialFields.begin(), kCredentialFields.end(),
                      [&](std::string_view name) { return changed.contains(name); });
      if (credential || !links.empty()) bump_generation(pk);
      break;
    }
    case Feed::group:
      log_.group(before.at("num_pk").to_number<std::int64_t>());
      break;
    case Feed::owner:
      if (!concerns_owner(model, before) && !changed.contains("intent")) break;
      bump_owner(model, before.at(model.owner));
      if (const Value* moved = changed.if_contains(model.owner)) bump_owner(model, *moved);
      break;
    case Feed::config:
      log_.config();
      break;
    case Feed::none:
      break;
  }
  membership(table, links);
}

// Both ends of a link see it: the user's memberOf and the group's members, a group and its parents.
void Effects::membership(const ObjectTable& table, const LinkChanges& links) {
  const bool of_group = table.model().feed == Feed::group;
  for (const auto& [field, change] : links) {
    for (const auto* list : {&change.added, &change.removed}) {
      for (const Value& target : *list) {
        if (field->target == "authentik_core.group") touch_group(target);
        if (of_group && field->target == "authentik_core.user") {
          bump_generation(target.to_number<std::int64_t>());
        }
      }
    }
  }
}

void Effects::before_erase(const ObjectTable& table, const Object& object) {
  const core::Model& model = table.model();
  const Value& pk = object.at("pk");
  switch (model.feed) {
    case Feed::user: {
      const std::int64_t user = pk.to_number<std::int64_t>();
      log_.user(user);
      touch_groups_of(user);
      const bool configured =
          any(R"(select 1 from policy_bindings where "user" = $1 limit 1)", user) ||
          any(R"(select 1 from object_permissions where "user_pk" = $1 limit 1)", user);
      if (configured) log_.config();
      break;
    }
    case Feed::group: {
      log_.group(object.at("num_pk").to_number<std::int64_t>());
      touch(kParentsOfGroup, text_of(pk), &ChangeLog::group);
      touch(kChildrenOfGroup, text_of(pk), &ChangeLog::group);
      touch(kUsersOfGroup, text_of(pk), &ChangeLog::user);
      connection_.execute(R"(update users set "generation" = "generation" + 1 where "pk" in
                             (select "user_pk" from group_users where "group_pk" = $1))",
                          {text_of(pk)});
      if (any(R"(select 1 from policy_bindings where "group" = $1 limit 1)", text_of(pk))) {
        log_.config();
      }
      break;
    }
    case Feed::owner:
      if (concerns_owner(model, object)) bump_owner(model, object.at(model.owner));
      break;
    case Feed::config:
      log_.config();
      break;
    case Feed::none:
      break;
  }
}

void Effects::after_erase(const ObjectTable& table, const Object& object) {
  const core::Model& model = table.model();
  const Value& pk = object.at("pk");
  const std::string key =
      pk.is_string() ? std::string(text_of(pk)) : std::to_string(pk.to_number<std::int64_t>());
  const std::int64_t grants = connection_.execute(
      R"(delete from object_permissions where "model" = $1 and "object" = $2)", {model.name, key});
  const std::int64_t of_roles = connection_.execute(
      R"(delete from role_grants where "model" = $1 and "object" = $2)", {model.name, key});
  if (grants + of_roles > 0) log_.config();
  if (model.feed != Feed::config) return;
  // A binding's target may be of four kinds, which no foreign key says; cascades may have erased
  // further ones than this object.
  connection_.execute(R"(delete from policy_bindings where "target" not in (
      select "pk" from flows union all select "pk" from flow_stage_bindings
      union all select "pk" from applications union all select "pk" from notification_rules))");
  forget_references(model, pk);
}

// References inside settings: set to null, as `on delete set null` would.
void Effects::forget_references(const core::Model& erased, const Value& pk) {
  for (const core::Model* model : core::models()) {
    const ObjectTable& table = ObjectTable::of(*model);
    for (const Field& field : model->fields) {
      const bool reference = field.home == core::Home::settings &&
                             field.type == core::Type::reference && targets(field, erased);
      if (!reference) continue;
      core::ListQuery query;
      query.equals[field.name] = pk;
      query.limit = SIZE_MAX;
      for (const Object& holder : table.list(connection_, query)) {
        table.update(connection_, holder, Object{{field.name, nullptr}});
      }
    }
  }
}

void Effects::bump_generation(std::int64_t user) {
  connection_.execute(R"(update users set "generation" = "generation" + 1 where "pk" = $1)",
                      {user});
  log_.user(user);
}

void Effects::bump_owner(const core::Model& model, const Value& reference) {
  if (model.owner == "user") {
    bump_generation(reference.to_number<std::int64_t>());
    return;
  }
  const auto rows = connection_.query(kOwnerOfDevice, {text_of(reference)});
  if (rows->next()) bump_generation(rows->integer(0));
}

void Effects::touch_groups_of(std::int64_t user) { touch(kGroupsOfUser, user, &ChangeLog::group); }

void Effects::touch_group(const Value& pk) {
  touch(kNumberOfGroup, text_of(pk), &ChangeLog::group);
}

void Effects::touch(const char* sql, const Bind& id, void (ChangeLog::*add)(std::int64_t)) {
  const auto rows = connection_.query(sql, {id});
  while (rows->next()) (log_.*add)(rows->integer(0));
}

bool Effects::any(const char* sql, const Bind& id) { return connection_.query(sql, {id})->next(); }

}  // namespace postern::store
