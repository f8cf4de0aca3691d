#include "core/objects/objects.h"

#include <algorithm>

#include "core/model/time_text.h"
#include "core/objects/hooks.h"
#include "core/objects/validate.h"

namespace postern::core {
namespace {

Error from_store(const Model& model, const StoreError& error) {
  if (error.kind() == StoreError::Kind::duplicate) {
    std::string names;
    for (const Field& field : model.fields) {
      if (!(field.flags & kUnique) || (field.flags & kReadOnly)) continue;
      if (!names.empty()) names += " or ";
      names += field.name;
    }
    return {Error::Kind::conflict, "",
            std::string(model.name) + " with this " + names + " exists already"};
  }
  return {Error::Kind::conflict, "",
          std::string(model.name) + " is still referred to by another object"};
}

bool is_constraint(const StoreError& error) {
  return error.kind() == StoreError::Kind::duplicate ||
         error.kind() == StoreError::Kind::foreign_key;
}

Value shown(const Field* field, const Value& value) {
  if (field != nullptr && (field->flags & kSecret))
    return value.is_null() ? value : Value("(secret)");
  if (field != nullptr && field->type == Type::time && value.is_int64()) {
    return Value(time_text(value.get_int64()));
  }
  return value;
}

// Whether a change of it is told, and not what it was and is. Keys of a webhook stand in the
// mapping that makes its header fields.
bool is_kept_quiet(const Model& model, const Field& field) {
  return (field.flags & kSecret) != 0 ||
         (model.name == "authentik_events.notificationwebhookmapping" &&
          field.name == "expression");
}

// Keeps in `fields` only what differs from `stored`, and says how.
boost::json::object differences(const Model& model, const Object& stored, Object& fields) {
  boost::json::object changes;
  Object kept;
  for (const auto& item : fields) {
    const auto* old = stored.if_contains(item.key());
    if (old != nullptr && *old == item.value()) continue;
    kept[item.key()] = item.value();
    const Field* field = model.field({item.key().data(), item.key().size()});
    if (field != nullptr && is_kept_quiet(model, *field)) {
      changes[item.key()] = "(changed)";
      continue;
    }
    changes[item.key()] = {{"old", shown(field, old == nullptr ? Value(nullptr) : *old)},
                           {"new", shown(field, item.value())}};
  }
  fields = std::move(kept);
  return changes;
}

}  // namespace

Outcome<Written> Objects::create(const Model& model, const Object& attrs, WriteOptions options) {
  auto fields = normalise(transaction_, tools_, model, attrs, options.trusted);
  if (!fields) return fields.error();
  if (const auto* pk = attrs.if_contains("pk"); pk != nullptr && model.key == Key::uuid) {
    (*fields)["pk"] = *pk;
  }
  Written written;
  const HookContext context{transaction_, tools_, options, nullptr, written.generated};
  if (auto done = run_hook(model, context, *fields); !done) return done.error();
  if (auto done = complete(model, *fields); !done) return done.error();
  try {
    written.pk = transaction_.insert(model, *fields);
  } catch (const StoreError& error) {
    if (!is_constraint(error)) throw;
    return from_store(model, error);
  }
  written.created = true;
  written.changes = differences(model, Object{}, *fields);
  return written;
}

Outcome<Written> Objects::update(const Model& model, const Value& pk, const Object& attrs,
                                 WriteOptions options) {
  const auto stored = transaction_.get(model, pk);
  if (!stored) return Error{Error::Kind::not_found, "", std::string(model.name) + " not found"};
  auto fields = normalise(transaction_, tools_, model, attrs, options.trusted);
  if (!fields) return fields.error();
  Written written;
  written.pk = pk;
  const HookContext context{transaction_, tools_, options, &*stored, written.generated};
  if (auto done = run_hook(model, context, *fields); !done) return done.error();
  written.changes = differences(model, *stored, *fields);
  if (fields->empty()) return written;
  try {
    transaction_.update(model, pk, *fields);
  } catch (const StoreError& error) {
    if (!is_constraint(error)) throw;
    return from_store(model, error);
  }
  return written;
}

Outcome<Done> Objects::erase(const Model& model, const Value& pk) {
  try {
    if (transaction_.erase(model, pk)) return Done{};
  } catch (const StoreError& error) {
    if (!is_constraint(error)) throw;
    return from_store(model, error);
  }
  return Error{Error::Kind::not_found, "", std::string(model.name) + " not found"};
}

Outcome<std::vector<Object>> Objects::find(const Model& model, const Object& identifiers) {
  auto stored = stored_identifiers(model, tools_, identifiers);
  if (!stored) return stored.error();
  return transaction_.find(model, *stored);
}

Outcome<Object> Objects::by_name(const Model& model, std::string_view name) {
  if (!model.natural.empty()) {
    Object equals;
    equals[model.natural.front()] = name;
    auto found = transaction_.find(model, equals, 1);
    if (!found.empty()) return std::move(found.front());
  }
  std::string kind(model.name.substr(model.name.find('.') + 1));
  return Error{Error::Kind::not_found, "",
               "no " + kind + " is named \"" + std::string(name) + "\""};
}

Object presentable(const Model& model, const Object& stored) {
  Object out;
  if (const auto* pk = stored.if_contains("pk")) out["pk"] = *pk;
  for (const Field& field : model.fields) {
    if (field.flags & kSecret) continue;
    const auto* value = stored.if_contains(field.name);
    if (value == nullptr) continue;
    out[field.name] = shown(&field, *value);
  }
  return out;
}

}  // namespace postern::core
