#include "store/object_table.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <map>
#include <set>

#include "store/fold.h"

namespace postern::store {
namespace {

using core::Field;
using core::Home;
using core::Object;
using core::StoreError;
using core::Value;

std::string quoted_name(std::string_view name) { return '"' + std::string(name) + '"'; }

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + quoted_name(name);
  return out;
}

std::string placeholders(std::size_t count) {
  std::string out;
  for (std::size_t i = 1; i <= count; ++i) out += (i == 1 ? "$" : ", $") + std::to_string(i);
  return out;
}

std::string insert_text(const core::Model& model, const std::vector<std::string>& columns,
                        const std::string& returned) {
  return "insert into " + quoted_name(model.table) + " (" + joined(columns) + ") values (" +
         placeholders(columns.size()) + ") returning " + quoted_name(returned);
}

std::vector<Bind> binds_of(const std::vector<Stored>& values) {
  std::vector<Bind> binds;
  binds.reserve(values.size());
  for (const Stored& value : values) binds.push_back(value.bind());
  return binds;
}

Bind link_key(const Value& pk) {
  if (pk.is_string()) return std::string_view(pk.get_string());
  if (pk.is_int64()) return pk.get_int64();
  if (pk.is_uint64()) return pk.get_uint64();
  return nullptr;
}

}  // namespace

const ObjectTable& ObjectTable::of(const core::Model& model) {
  static const std::map<const core::Model*, ObjectTable> kTables = [] {
    std::map<const core::Model*, ObjectTable> tables;
    for (const core::Model* each : core::models()) tables.try_emplace(each, *each);
    return tables;
  }();
  const auto found = kTables.find(&model);
  if (found == kTables.end()) {
    throw StoreError(StoreError::Kind::schema, "no table for " + std::string(model.name));
  }
  return found->second;
}

ObjectTable::ObjectTable(const core::Model& model) : model_(model) {
  for (const Field& field : model.fields) {
    if (field.home == Home::column) columns_.push_back(&field);
    if (field.home == Home::settings) settings_.push_back(&field);
    if (field.home == Home::link) links_.push_back(&field);
  }
  const bool counted_group = model.feed == core::Feed::group;
  if (model.key == core::Key::integer) serial_ = model.key_column;
  if (counted_group) serial_ = "num_pk";
  folded_ = model.feed == core::Feed::user;

  std::vector<std::string> read{std::string(model.key_column)}, written;
  for (const Field* field : columns_) {
    read.emplace_back(field->name);
    if (field->name != serial_) written.emplace_back(field->name);
  }
  if (folded_) written.emplace_back("username_folded");
  if (!model.family.empty()) written.emplace_back("model");
  if (!settings_.empty() || !model.family.empty()) {
    read.emplace_back("settings");
    written.emplace_back("settings");
  }
  const std::string key(model.key_column);
  if (model.key == core::Key::uuid) written.insert(written.begin(), key);
  const std::string returned = serial_.empty() ? key : serial_;
  insert_ = insert_text(model, written, returned);
  if (!serial_.empty()) {
    written.insert(written.begin(), serial_);
    insert_keyed_ = insert_text(model, written, returned);
  }
  select_ = "select " + joined(read) + " from " + quoted_name(model.table);
  const std::string own =
      " where " + quoted_name(key) + " = $1" + (model.family.empty() ? "" : " and \"model\" = $2");
  get_ = select_ + own;
  erase_ = "delete from " + quoted_name(model.table) + own;
}

const Field& ObjectTable::stored_field(std::string_view name) const {
  const Field* field = model_.field(name);
  if (field == nullptr || field->home == Home::virtual_) {
    throw StoreError(StoreError::Kind::other,
                     std::string(model_.name) + " stores no field " + std::string(name));
  }
  return *field;
}

Object ObjectTable::read(Connection& connection, const Rows& rows, Links links) const {
  Object object;
  object["pk"] = key_value(model_.key, rows, 0);
  int column = 1;
  for (const Field* field : columns_) object[field->name] = decode(*field, rows, column++);
  if (!settings_.empty()) {
    const Value settings = boost::json::parse(rows.text(column));
    for (const Field* field : settings_) {
      const Value* value = settings.as_object().if_contains(field->name);
      object[field->name] = value != nullptr ? *value : fallback(*field);
    }
  }
  if (links == Links::without) return object;
  for (const Field* field : links_) {
    const std::vector<Value> targets = linked(connection, *field, object["pk"]);
    object[field->name] = boost::json::array(targets.begin(), targets.end());
  }
  return object;
}

std::optional<Object> ObjectTable::get(Connection& connection, const Value& pk, Links links) const {
  const auto key = encode_key(model_.key, pk);
  if (!key) return std::nullopt;
  std::vector<Bind> binds{key->bind()};
  if (!model_.family.empty()) binds.emplace_back(model_.name);
  const auto rows = connection.query(get_, binds);
  if (!rows->next()) return std::nullopt;
  return read(connection, *rows, links);
}

std::string ObjectTable::settings_text(const Object& current, const Object& changed) const {
  Object settings;
  for (const Field* field : settings_) {
    const Value* value = changed.if_contains(field->name);
    if (value == nullptr) value = current.if_contains(field->name);
    const Value chosen = value != nullptr ? *value : fallback(*field);
    encode(model_, *field, chosen);  // refuses what is not of the field's type
    settings[field->name] = chosen;
  }
  return boost::json::serialize(settings);
}

ObjectTable::Inserted ObjectTable::insert(Connection& connection, const Object& object) const {
  for (const auto& member : object) {
    if (member.key() != "pk") stored_field(member.key());
  }
  std::vector<Stored> values;
  values.reserve(columns_.size() + 4);
  const Value* pk = object.if_contains("pk");
  const Value* number = model_.key == core::Key::integer ? pk : object.if_contains(serial_);
  const bool keyed = !serial_.empty() && number != nullptr && !number->is_null();
  if (keyed) values.push_back(encode_key(core::Key::integer, *number).value_or(Stored{}));
  if (model_.key == core::Key::uuid) {
    const auto key = pk == nullptr ? std::nullopt : encode_key(model_.key, *pk);
    if (!key) {
      throw StoreError(StoreError::Kind::other, std::string(model_.name) + ": pk is missing");
    }
    values.push_back(*key);
  }
  for (const Field* field : columns_) {
    if (field->name == serial_) continue;
    const Value* value = object.if_contains(field->name);
    values.push_back(encode(model_, *field, value != nullptr ? *value : fallback(*field)));
  }
  if (folded_) {
    const Value* name = object.if_contains("username");
    values.push_back(name != nullptr && name->is_string() ? Stored{fold(name->get_string())}
                                                          : Stored{});
  }
  if (!model_.family.empty()) values.push_back({std::string(model_.name)});
  if (!settings_.empty() || !model_.family.empty()) values.push_back({settings_text({}, object)});

  Inserted inserted;
  try {
    const auto rows = connection.query(keyed ? insert_keyed_ : insert_, binds_of(values));
    rows->next();
    if (!serial_.empty()) inserted.number = rows->integer(0);
    inserted.pk = model_.key == core::Key::uuid ? *pk : Value(inserted.number);
    rows->next();
  } catch (const StoreError& error) {
    explain(error);
  }
  for (const Field* field : links_) {
    if (const Value* targets = object.if_contains(field->name)) {
      replace_links(connection, *field, inserted.pk, *targets);
    }
  }
  return inserted;
}

void ObjectTable::update(Connection& connection, const Object& current,
                         const Object& changed) const {
  std::vector<Stored> values;
  std::string sets;
  const auto set = [&](std::string_view column, Stored value) {
    values.push_back(std::move(value));
    sets +=
        (sets.empty() ? "" : ", ") + quoted_name(column) + " = $" + std::to_string(values.size());
  };
  for (const Field* field : columns_) {
    const Value* value = changed.if_contains(field->name);
    if (value == nullptr) continue;
    set(field->name, encode(model_, *field, *value));
    if (folded_ && field->name == "username" && value->is_string()) {
      set("username_folded", {fold(value->get_string())});
    }
  }
  const bool settings = std::any_of(settings_.begin(), settings_.end(), [&](const Field* field) {
    return changed.contains(field->name);
  });
  if (settings) set("settings", {settings_text(current, changed)});
  if (sets.empty()) return;
  values.push_back(encode_key(model_.key, current.at("pk")).value_or(Stored{}));
  const std::string sql = "update " + quoted_name(model_.table) + " set " + sets + " where " +
                          quoted_name(model_.key_column) + " = $" + std::to_string(values.size());
  try {
    connection.execute(sql, binds_of(values));
  } catch (const StoreError& error) {
    explain(error);
  }
}

bool ObjectTable::erase(Connection& connection, const Value& pk) const {
  const auto key = encode_key(model_.key, pk);
  if (!key) return false;
  std::vector<Bind> binds{key->bind()};
  if (!model_.family.empty()) binds.emplace_back(model_.name);
  return connection.execute(erase_, binds) > 0;
}

std::vector<Value> ObjectTable::linked(Connection& connection, const Field& field,
                                       const Value& pk) const {
  const std::string other = quoted_name(field.link.other);
  const auto rows =
      connection.query("select " + other + " from " + quoted_name(field.link.table) + " where " +
                           quoted_name(field.link.own) + " = $1 order by " + other,
                       {link_key(pk)});
  std::vector<Value> out;
  const core::Key key = key_of_target(field);
  while (rows->next()) out.push_back(key_value(key, *rows, 0));
  return out;
}

void ObjectTable::add_links(Connection& connection, const Field& field, const Value& pk,
                            const std::vector<Value>& targets) const {
  if (targets.empty()) return;
  const std::string sql = "insert into " + quoted_name(field.link.table) + " (" +
                          quoted_name(field.link.own) + ", " + quoted_name(field.link.other) +
                          ") values ($1, $2)";
  try {
    for (const Value& target : targets) connection.execute(sql, {link_key(pk), link_key(target)});
  } catch (const StoreError& error) {
    explain(error);
  }
}

ObjectTable::LinkChange ObjectTable::replace_links(Connection& connection, const Field& field,
                                                   const Value& pk, const Value& targets) const {
  const core::Key key = key_of_target(field);
  const auto stored = [&](const Value& target) {
    auto value = encode_key(key, target);
    if (!value) {
      throw StoreError(StoreError::Kind::foreign_key, std::string(model_.name) + ": " +
                                                          std::string(field.name) +
                                                          " names something that is no key");
    }
    return std::move(value->value);
  };
  if (!targets.is_null() && !targets.is_array()) encode(model_, field, Value(0));
  std::map<decltype(Stored::value), Value> wanted;
  if (targets.is_array()) {
    for (const Value& target : targets.get_array()) wanted.emplace(stored(target), target);
  }
  LinkChange change;
  for (Value& target : linked(connection, field, pk)) {
    if (wanted.erase(stored(target)) == 0) change.removed.push_back(std::move(target));
  }
  for (auto& entry : wanted) change.added.push_back(std::move(entry.second));

  const std::string sql = "delete from " + quoted_name(field.link.table) + " where " +
                          quoted_name(field.link.own) + " = $1 and " +
                          quoted_name(field.link.other) + " = $2";
  for (const Value& target : change.removed) {
    connection.execute(sql, {link_key(pk), link_key(target)});
  }
  add_links(connection, field, pk, change.added);
  return change;
}

void ObjectTable::explain(const StoreError& error) const {
  const std::string model(model_.name), what = error.what();
  if (error.kind() == StoreError::Kind::foreign_key) {
    throw StoreError(error.kind(), model + ": refers to an object that does not exist");
  }
  if (error.kind() != StoreError::Kind::duplicate) {
    throw StoreError(error.kind(), model + ": " + what);
  }
  for (const Field* field : columns_) {
    const std::string column = std::string(model_.table) + "." + std::string(field->name);
    if ((field->flags & core::kUnique) != 0 && what.find(column) != std::string::npos) {
      throw StoreError(error.kind(),
                       model + ": this " + std::string(field->name) + " is in use already");
    }
  }
  throw StoreError(error.kind(), model + ": exists already");
}

}  // namespace postern::store
