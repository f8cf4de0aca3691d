#include "app/blueprints/applier.h"

#include <boost/json/serialize.hpp>

#include "app/blueprints/references.h"
#include "app/blueprints/scalar.h"

namespace postern::app {
namespace {

using core::Field;
using core::Object;
using core::Value;

constexpr core::WriteOptions kKeepMatching{.keep_matching = true};

// Lays `over` on `under`, maps merged, lists appended, everything else replaced: how authentik
// joins attrs and identifiers.
void merge(Value& under, const Value& over) {
  if (under.is_object() && over.is_object()) {
    for (const auto& member : over.get_object()) {
      Object& map = under.get_object();
      if (Value* own = map.if_contains(member.key())) {
        merge(*own, member.value());
      } else {
        map[member.key()] = member.value();
      }
    }
  } else if (under.is_array() && over.is_array()) {
    for (const Value& item : over.get_array()) under.get_array().push_back(item);
  } else {
    under = over;
  }
}

bool is_secret(const core::Model& model, std::string_view name) {
  const Field* field = model.field(name);
  return field != nullptr &&
         (field->home == core::Home::virtual_ || (field->flags & core::kSecret));
}

std::string name_text(const core::Model& model, const Object& fields,
                      const std::optional<Value>& pk) {
  std::string out = pk ? "pk=" + plain_text(*pk) : std::string();
  for (const auto& field : fields) {
    const std::string_view key(field.key().data(), field.key().size());
    if (!out.empty()) out += ' ';
    out +=
        std::string(key) + "=" + (is_secret(model, key) ? "(secret)" : plain_text(field.value()));
  }
  return out;
}

// Field changes as the object writer tells them; at creation only what the file gave.
void tell(const boost::json::object& changes, const Object* given, EntryReport& out) {
  for (const auto& change : changes) {
    const std::string field(change.key().data(), change.key().size());
    if (const auto* both = change.value().if_object()) {
      if (given != nullptr && !given->contains(field)) continue;
      const Value* before = both->if_contains("old");
      const Value* after = both->if_contains("new");
      out.changes.push_back({field, before ? boost::json::serialize(*before) : "null",
                             after ? boost::json::serialize(*after) : "null"});
    } else if (given == nullptr || !change.value().is_null()) {
      out.changes.push_back({field, "", "(changed)"});
    }
  }
}

}  // namespace

Applier::Applier(core::Transaction& transaction, const core::ObjectTools& tools,
                 const Blueprint& blueprint, const Object& context)
    : transaction_(transaction),
      objects_(transaction, tools),
      blueprint_(blueprint),
      evaluator_(transaction, tools, blueprint, context) {
  report_.file = blueprint.file;
}

bool Applier::fail(Mark mark, std::string text) {
  error_ = {blueprint_.file, mark.line, mark.column, std::move(text)};
  return false;
}

bool Applier::evaluator_failed() {
  error_ = evaluator_.error();
  return false;
}

// An error of the object writer, at the line of the field that it names.
bool Applier::fail(const BlueprintEntry& entry, const core::Error& error) {
  if (error.field.empty()) return fail(entry.mark, error.message);
  Mark mark = entry.mark;
  for (const YamlNode* part : {&entry.identifiers, &entry.attrs}) {
    if (const YamlNode* node = part->find(error.field)) mark = node->mark;
  }
  return fail(mark, "`" + error.field + "` " + error.message);
}

bool Applier::run() {
  for (const BlueprintEntry& entry : blueprint_.entries) {
    EntryReport out;
    out.line = entry.mark.line;
    out.model = entry.model->name;
    if (!this->entry(entry, out)) return false;
    count(out);
    report_.entries.push_back(std::move(out));
  }
  return true;
}

void Applier::count(const EntryReport& entry) {
  switch (entry.action) {
    case EntryReport::Action::created:
      ++report_.created;
      break;
    case EntryReport::Action::updated:
      ++report_.updated;
      break;
    case EntryReport::Action::unchanged:
      ++report_.unchanged;
      break;
    case EntryReport::Action::deleted:
      ++report_.deleted;
      break;
    case EntryReport::Action::skipped:
      ++report_.skipped;
      break;
  }
}

bool Applier::entry(const BlueprintEntry& entry, EntryReport& out) {
  if (!entry.id.empty()) evaluator_.remember(entry.id, std::nullopt);
  const auto wanted = conditions_met(entry);
  if (!wanted) return false;
  if (!*wanted) {
    out.action = EntryReport::Action::skipped;
    return true;
  }
  Target target;
  std::optional<Object> stored;
  if (!identify(entry, target)) return false;
  out.name = name_text(*entry.model, target.fields, target.pk);
  if (!existing(entry, target, stored)) return false;
  if (entry.state == EntryState::absent) return !stored || erase(entry, stored->at("pk"), out);
  if (stored && entry.state == EntryState::must_created) {
    return fail(entry.mark, "state must_created, but " + out.model + " " + out.name + " exists");
  }
  Value pk = stored ? stored->at("pk") : Value(nullptr);
  if (!stored) {
    if (!create(entry, target, out, pk)) return false;
  } else if (entry.state == EntryState::present) {
    if (!update(entry, target, *stored, out)) return false;
  }
  if (!entry.id.empty()) evaluator_.remember(entry.id, pk);
  const bool untouched = stored && entry.state == EntryState::created;
  return untouched || permissions(entry, pk, out);
}

std::optional<bool> Applier::conditions_met(const BlueprintEntry& entry) {
  for (const YamlNode& node : entry.conditions.items) {
    const auto value = evaluator_.value(node);
    if (!value) {
      evaluator_failed();
      return std::nullopt;
    }
    if (!truthy(*value)) return false;
  }
  return true;
}

bool Applier::identify(const BlueprintEntry& entry, Target& out) {
  for (const YamlMember& member : entry.identifiers.members) {
    if (!identifier(entry, member, out)) return false;
  }
  return true;
}

bool Applier::identifier(const BlueprintEntry& entry, const YamlMember& member, Target& out) {
  const bool is_pk = member.key == "pk";
  const Field* field = entry.model->field(member.key);
  auto value = evaluator_.value(member.value, field);
  if (!value) return evaluator_failed();
  const std::string why = value->is_null() ? evaluator_.why_null(member.value) : std::string();
  if (!why.empty()) return fail(member.value.mark, "`" + member.key + "`: " + why);
  if (is_pk) {
    if (value->is_null()) return fail(member.value.mark, "`pk` has to be a value");
    if (auto problem = bad_key(entry.model->key, *value)) {
      return fail(member.value.mark, "`pk` " + *problem);
    }
    out.pk = *std::move(value);
    return true;
  }
  if (field->type == core::Type::reference && !reference(member.value, *field, *value))
    return false;
  if (!comparable(*field, *value)) {
    return fail(member.value.mark, "`" + member.key + "` cannot be compared with " +
                                       std::string(kind_text(member.value)) + " of this form");
  }
  out.fields[member.key] = *std::move(value);
  return true;
}

// authentik: the object with this pk, or else the first that has all the other fields.
bool Applier::existing(const BlueprintEntry& entry, const Target& target,
                       std::optional<Object>& out) {
  if (target.pk) out = transaction_.get(*entry.model, *target.pk);
  if (out || target.fields.empty()) return true;
  auto found = objects_.find(*entry.model, target.fields);
  if (!found) return fail(entry, found.error());
  if (!found->empty()) out = std::move(found->front());
  return true;
}

bool Applier::attributes(const BlueprintEntry& entry, Object& out) {
  for (const YamlMember& member : entry.attrs.members) {
    if (!attribute(entry, member, out)) return false;
  }
  return true;
}

bool Applier::attribute(const BlueprintEntry& entry, const YamlMember& member, Object& out) {
  const Field* field = entry.model->field(member.key);
  auto value = evaluator_.value(member.value, field);
  if (!value) return evaluator_failed();
  const bool needed = (field->flags & core::kRequired) || field->home == core::Home::virtual_;
  if (value->is_null() && needed) {
    const std::string why = evaluator_.why_null(member.value);
    if (!why.empty()) return fail(member.value.mark, "`" + member.key + "`: " + why);
  }
  const bool refers = field->type == core::Type::reference || field->type == core::Type::references;
  if (refers && !reference(member.value, *field, *value)) return false;
  if (member.key == "permissions" && entry.model->name == "authentik_core.user" &&
      !user_permissions(member.value, *value)) {
    return false;
  }
  out[member.key] = *std::move(value);
  return true;
}

bool Applier::reference(const YamlNode& node, const Field& field, const Value& value) {
  if (const auto* list = value.if_array()) {
    if (field.type == core::Type::reference) {
      return fail(node.mark, "`" + std::string(field.name) + "` has to be one pk, not a list");
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
      const bool own = node.tag.empty() && node.is_sequence() && i < node.items.size();
      const YamlNode& item = own ? node.items[i] : node;
      if (!(*list)[i].is_null()) {
        if (!reference(item, field, (*list)[i])) return false;
        continue;
      }
      const std::string why = evaluator_.why_null(item);
      return fail(item.mark,
                  "`" + std::string(field.name) + "`: " + (why.empty() ? "null is not a pk" : why));
    }
    return true;
  }
  if (value.is_null()) return true;
  if (auto problem = bad_reference(field, value)) {
    return fail(node.mark, "`" + std::string(field.name) + "` " + *problem);
  }
  return true;
}

bool Applier::user_permissions(const YamlNode& node, const Value& value) {
  const auto* list = value.if_array();
  if (list == nullptr) return fail(node.mark, "`permissions` has to be a list");
  for (std::size_t i = 0; i < list->size(); ++i) {
    const bool own = node.tag.empty() && i < node.items.size();
    if (auto problem = bad_permission((*list)[i], nullptr)) {
      return fail(own ? node.items[i].mark : node.mark, *problem);
    }
  }
  return true;
}

bool Applier::create(const BlueprintEntry& entry, const Target& target, EntryReport& out,
                     Value& pk) {
  if (target.pk && entry.model->key == core::Key::integer) {
    if (target.fields.empty()) {
      return fail(entry.mark, "there is no " + out.model + " with " + out.name +
                                  ", and the server gives new ones their pk");
    }
  }
  Value attrs = Object{};
  if (!attributes(entry, attrs.get_object())) return false;
  merge(attrs, Value(target.fields));
  Object& fields = attrs.get_object();
  if (target.pk && entry.model->key == core::Key::uuid) fields["pk"] = *target.pk;
  auto written = objects_.create(*entry.model, fields, kKeepMatching);
  if (!written) return fail(entry, written.error());
  pk = written->pk;
  out.action = EntryReport::Action::created;
  tell(written->changes, &fields, out);
  return true;
}

// Only the listed attrs are touched. Identifiers are equal to what is stored already, unless the pk
// found the object; a map among them is a "contains" and joins attrs only where attrs have that
// field.
bool Applier::update(const BlueprintEntry& entry, const Target& target, const Object& stored,
                     EntryReport& out) {
  Value attrs = Object{};
  if (!attributes(entry, attrs.get_object())) return false;
  Object& fields = attrs.get_object();
  for (const auto& identifier : target.fields) {
    if (Value* own = fields.if_contains(identifier.key())) {
      merge(*own, identifier.value());
    } else if (!identifier.value().is_object() && !is_secret(*entry.model, identifier.key())) {
      fields[identifier.key()] = identifier.value();
    }
  }
  auto written = objects_.update(*entry.model, stored.at("pk"), fields, kKeepMatching);
  if (!written) return fail(entry, written.error());
  if (written->changed()) out.action = EntryReport::Action::updated;
  tell(written->changes, nullptr, out);
  return true;
}

bool Applier::erase(const BlueprintEntry& entry, const Value& pk, EntryReport& out) {
  auto done = objects_.erase(*entry.model, pk);
  if (!done) return fail(entry, done.error());
  out.action = EntryReport::Action::deleted;
  return true;
}

bool Applier::permissions(const BlueprintEntry& entry, const Value& pk, EntryReport& out) {
  for (const YamlNode& node : entry.permissions.items) {
    if (!permission(entry, node, pk, out)) return false;
  }
  return true;
}

bool Applier::permission(const BlueprintEntry& entry, const YamlNode& node, const Value& pk,
                         EntryReport& out) {
  const YamlNode& name = *node.find("permission");
  const auto wanted = evaluator_.value(name);
  if (!wanted) return evaluator_failed();
  if (auto problem = bad_permission(*wanted, entry.model)) return fail(name.mark, *problem);
  const auto user = permitted_user(*node.find("user"));
  if (!user) return false;
  const core::Transaction::ObjectPermission grant{std::string(wanted->get_string()), out.model,
                                                  plain_text(pk), *user};
  for (const auto& held : transaction_.object_permissions()) {
    if (held == grant) return true;
  }
  transaction_.grant(grant);
  if (out.action == EntryReport::Action::unchanged) out.action = EntryReport::Action::updated;
  out.changes.push_back(
      {"permission " + grant.permission, "null", "user " + std::to_string(*user)});
  return true;
}

std::optional<core::UserId> Applier::permitted_user(const YamlNode& node) {
  const core::Model& model = core::user_model();
  const auto value = evaluator_.value(node, model.field("username"));
  if (!value) {
    evaluator_failed();
    return std::nullopt;
  }
  std::optional<Object> found;
  if (node.tag.empty() && value->is_string()) {
    auto named = transaction_.find(model, Object{{"username", *value}}, 1);
    if (!named.empty()) found = std::move(named.front());
  }
  if (!found) found = user_by_key(transaction_, model, *value);
  if (found) return found->at("pk").as_int64();
  const std::string why = value->is_null() ? evaluator_.why_null(node) : std::string();
  fail(node.mark, !why.empty() ? "`user`: " + why
                               : "`user`: there is no user " + in_quotes(plain_text(*value)) +
                                     "; allowed is a username, or a pk by !Find or !KeyOf");
  return std::nullopt;
}

}  // namespace postern::app
