#include "store/write_transaction.h"

#include <utility>

#include "store/object_table.h"

namespace postern::store {
namespace {

using core::Field;
using core::Home;
using core::Model;
using core::Object;
using core::StoreError;
using core::Value;

constexpr std::string_view kBindable = "policybindingmodel";

const Model* named_in(Connection& connection, const char* sql, const Stored& key) {
  const auto rows = connection.query(sql, {key.bind()});
  return rows->next() ? core::find_model(rows->text(0)) : nullptr;
}

const Model* bindable(Connection& connection, const Value& pk) {
  for (const char* name : {"authentik_flows.flow", "authentik_flows.flowstagebinding",
                           "authentik_core.application", "authentik_events.notificationrule"}) {
    const Model* model = core::find_model(name);
    if (model != nullptr &&
        ObjectTable::of(*model).get(connection, pk, ObjectTable::Links::without)) {
      return model;
    }
  }
  return nullptr;
}

}  // namespace

WriteTransaction::WriteTransaction(Database::Lease connection, const core::Clock& clock,
                                   std::function<void(std::int64_t)> committed,
                                   core::OperationMeter* meter)
    : lease_(std::move(connection)),
      clock_(clock),
      committed_(std::move(committed)),
      meter_(meter),
      numbering_(*lease_) {
  lease_->begin(Access::write);
}

Connection& WriteTransaction::connection() {
  if (!lease_) throw StoreError(StoreError::Kind::other, "the transaction is committed already");
  return *lease_;
}

std::vector<Object> WriteTransaction::find(const Model& model, const Object& equals,
                                           std::size_t limit) {
  core::ListQuery query;
  query.equals = equals;
  query.limit = limit;
  return ObjectTable::of(model).list(connection(), query);
}

std::optional<Object> WriteTransaction::get(const Model& model, const Value& pk) {
  return ObjectTable::of(model).get(connection(), pk);
}

const Model* WriteTransaction::owner_of(std::string_view family, const Value& pk) {
  if (family == kBindable) return bindable(connection(), pk);
  const bool integer = family == "provider";
  const auto key = encode_key(integer ? core::Key::integer : core::Key::uuid, pk);
  if (const Model* model = core::find_model(family)) return get(*model, pk) ? model : nullptr;
  if (!key) return nullptr;
  if (integer) {
    return named_in(connection(), R"(select "model" from providers where "pk" = $1)", *key);
  }
  if (family == "stage") {
    return named_in(connection(), R"(select "model" from stages where "pk" = $1)", *key);
  }
  if (family == "policy") {
    return named_in(connection(), R"(select "model" from policies where "pk" = $1)", *key);
  }
  return nullptr;
}

// What no foreign key of the schema covers: references inside settings, and a binding's target.
void WriteTransaction::check_references(const Model& model, const Object& object) {
  for (const Field& field : model.fields) {
    const Value* value = object.if_contains(field.name);
    const bool ours = field.type == core::Type::reference &&
                      (field.home == Home::settings || field.target == kBindable);
    if (!ours || value == nullptr || value->is_null()) continue;
    if (owner_of(field.target, *value) == nullptr) {
      throw StoreError(StoreError::Kind::foreign_key,
                       std::string(model.name) + ": " + std::string(field.name) +
                           " refers to an object that does not exist");
    }
  }
}

Value WriteTransaction::insert(const Model& model, const Object& object) {
  const ObjectTable& table = ObjectTable::of(model);
  check_references(model, object);
  Object complete = object;
  const Field* stamp = model.field("last_updated");
  if (stamp != nullptr && !complete.contains(stamp->name)) complete[stamp->name] = clock_.wall();

  Savepoint step(connection());
  const ObjectTable::Inserted key = table.insert(connection(), complete);
  LinkChanges links;
  for (const Field& field : model.fields) {
    const Value* targets = complete.if_contains(field.name);
    if (field.home != Home::link || targets == nullptr || !targets->is_array()) continue;
    links[&field].added.assign(targets->get_array().begin(), targets->get_array().end());
  }
  Effects(connection(), log_).inserted(table, complete, key, links);
  step.keep();
  return key.pk;
}

// The column and settings fields of `wanted` that are not so in `current`.
Object WriteTransaction::difference(const ObjectTable& table, const Object& current,
                                    const Object& wanted) const {
  Object out;
  for (const auto& member : wanted) {
    if (member.key() == "pk") {
      if (member.value() == current.at("pk")) continue;
      throw StoreError(StoreError::Kind::other, "the key of an object does not change");
    }
    const Field& field = table.stored_field(member.key());
    if (field.home == Home::link) continue;
    const Stored value = encode(table.model(), field, member.value());
    if (value != encode(table.model(), field, current.at(field.name))) {
      out[field.name] = member.value();
    }
  }
  return out;
}

// A generation never goes back, whatever the caller has read before.
void WriteTransaction::keep_generation_growing(const Object& current, Object& changed) const {
  const Value* wanted = changed.if_contains("generation");
  if (wanted == nullptr) return;
  if (wanted->to_number<std::int64_t>() < current.at("generation").to_number<std::int64_t>()) {
    changed.erase("generation");
  }
}

void WriteTransaction::update(const Model& model, const Value& pk, const Object& changed) {
  const ObjectTable& table = ObjectTable::of(model);
  const auto current = table.get(connection(), pk, ObjectTable::Links::without);
  if (!current) {
    throw StoreError(StoreError::Kind::other, std::string(model.name) + ": no such object");
  }
  Object columns = difference(table, *current, changed);
  if (model.feed == core::Feed::user) keep_generation_growing(*current, columns);
  check_references(model, columns);

  Savepoint step(connection());
  LinkChanges links;
  for (const Field& field : model.fields) {
    const Value* targets = changed.if_contains(field.name);
    if (field.home != Home::link || targets == nullptr) continue;
    auto change = table.replace_links(connection(), field, current->at("pk"), *targets);
    if (!change.empty()) links.emplace(&field, std::move(change));
  }
  Object loud;
  for (const auto& member : columns) {
    if ((model.field(member.key())->flags & core::kSilent) == 0) loud.insert(member);
  }
  const bool counts = !loud.empty() || !links.empty();
  const Field* stamp = model.field("last_updated");
  if (counts && stamp != nullptr && !columns.contains(stamp->name)) {
    columns[stamp->name] = clock_.wall();
  }
  table.update(connection(), *current, columns);
  if (counts) Effects(connection(), log_).updated(table, *current, loud, links);
  step.keep();
}

bool WriteTransaction::erase(const Model& model, const Value& pk) {
  const ObjectTable& table = ObjectTable::of(model);
  const auto object = table.get(connection(), pk, ObjectTable::Links::without);
  if (!object) return false;
  Savepoint step(connection());
  Effects effects(connection(), log_);
  effects.before_erase(table, *object);
  table.erase(connection(), object->at("pk"));
  effects.after_erase(table, *object);
  step.keep();
  return true;
}

void WriteTransaction::bump_generation(core::UserId user) {
  Effects(connection(), log_).bump_generation(user);
}

std::int64_t WriteTransaction::allocate_number(Numbering which, std::int64_t floor) {
  connection();
  return numbering_.allocate(which, floor);
}

void WriteTransaction::remember_password(core::UserId user, std::string_view hash,
                                         core::WallMs replaced, std::size_t keep) {
  connection().execute(
      R"(insert into password_history ("user", "hash", "replaced") values ($1, $2, $3))",
      {user, hash, replaced});
  connection().execute(R"(delete from password_history where "user" = $1 and "pk" not in
      (select "pk" from password_history where "user" = $1 order by "pk" desc limit $2))",
                       {user, keep});
}

void WriteTransaction::grant(const ObjectPermission& permission) {
  Savepoint step(connection());
  const std::int64_t added = connection().execute(
      R"(insert into object_permissions ("permission", "model", "object", "user_pk")
         values ($1, $2, $3, $4) on conflict do nothing)",
      {permission.permission, permission.model, permission.object, permission.user});
  if (added > 0) log_.config();
  step.keep();
}

std::vector<core::Transaction::ObjectPermission> WriteTransaction::object_permissions() {
  return read_object_permissions(connection());
}

std::optional<std::string> WriteTransaction::blueprint_hash(std::string_view path) {
  const auto rows =
      connection().query(R"(select "hash" from blueprints where "path" = $1)", {path});
  if (!rows->next()) return std::nullopt;
  return std::string(rows->text(0));
}

void WriteTransaction::set_blueprint_hash(std::string_view path, std::string_view hash) {
  connection().execute(R"(insert into blueprints ("path", "hash") values ($1, $2)
                          on conflict ("path") do update set "hash" = excluded."hash")",
                       {path, hash});
}

std::int64_t WriteTransaction::commit() {
  Connection& open = connection();
  numbering_.write();
  const std::int64_t last = log_.write(open);
  const core::Instant began = clock_.now();
  open.commit();
  if (meter_ != nullptr) {
    meter_->count(core::Operation::store_commit, 0, 0, clock_.now() - began);
  }
  lease_.release();
  if (last > 0 && committed_) committed_(last);
  return last;
}

std::vector<core::Transaction::ObjectPermission> read_object_permissions(Connection& connection) {
  const auto rows = connection.query(
      R"(select "permission", "model", "object", "user_pk" from object_permissions
         order by "permission", "model", "object", "user_pk")");
  std::vector<core::Transaction::ObjectPermission> out;
  while (rows->next()) {
    out.push_back({std::string(rows->text(0)), std::string(rows->text(1)),
                   std::string(rows->text(2)), rows->integer(3)});
  }
  return out;
}

}  // namespace postern::store
