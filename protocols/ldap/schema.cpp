#include "protocols/ldap/schema.h"

#include <algorithm>
#include <deque>

#include "protocols/ldap/name_table.h"
#include "protocols/ldap/schema_rows.h"

namespace postern::ldap {
namespace {

std::string_view first_name(std::string_view names) { return names.substr(0, names.find(' ')); }

Rule rule_named(std::string_view name) {
  const NamedRule* rule = find_rule(name);
  return rule == nullptr ? Rule::none : rule->rule;
}

void add_unique(std::vector<AttributeId>& list, AttributeId id) {
  if (std::find(list.begin(), list.end(), id) == list.end()) list.push_back(id);
}

// The rows with inheritance resolved and names hashed. Built once, on first use, then read-only.
class Registry {
 public:
  Registry() {
    index_names();
    build_types();
    build_classes();
  }

  const AttributeType* type(std::string_view name) const noexcept {
    const std::uint16_t id = type_names_.find(name);
    return id == NameTable::kAbsent ? nullptr : &types_[id];
  }
  std::uint16_t class_index(std::string_view name) const noexcept {
    return class_names_.find(name);
  }
  const std::vector<AttributeType>& types() const noexcept { return types_; }
  const std::vector<ObjectClass>& classes() const noexcept { return classes_; }
  const std::vector<AttributeId>& subtypes(AttributeId id) const noexcept { return subtypes_[id]; }
  const std::vector<AttributeId>& allowed(std::size_t index) const noexcept {
    return allowed_[index];
  }

 private:
  void index_names() {
    std::uint16_t id = 0;
    for (const AttributeRow& row : attribute_rows()) {
      type_names_.add(row.oid, id);
      for_each_name(row.names, [&](std::string_view name) { type_names_.add(name, id); });
      ++id;
    }
    id = 0;
    for (const ClassRow& row : class_rows()) {
      class_names_.add(row.oid, id);
      for_each_name(row.names, [&](std::string_view name) { class_names_.add(name, id); });
      ++id;
    }
  }

  std::string_view lower(std::string_view name) {
    return lower_names_.emplace_back(ascii_lowered(name));
  }

  // A superior stands before its subtypes in the table, so it is complete when it is copied from.
  void build_types() {
    for (const AttributeRow& row : attribute_rows()) {
      AttributeType type;
      if (!row.superior.empty()) {
        const AttributeId parent = type_names_.find(row.superior);
        type = types_.at(parent);
        type.parent = parent;
      }
      type.id = static_cast<AttributeId>(types_.size());
      type.name = first_name(row.names);
      type.lower = lower(type.name);
      type.oid = row.oid;
      if (!row.syntax.empty()) type.syntax = row.syntax.substr(0, row.syntax.find('{'));
      if (!row.match.equality.empty()) type.equality = rule_named(row.match.equality);
      if (!row.match.ordering.empty()) type.ordering = rule_named(row.match.ordering);
      if (!row.match.substrings.empty()) type.substrings = rule_named(row.match.substrings);
      type.single_value = row.single_value;
      type.no_user_modification = row.no_user_modification;
      type.operational = row.usage != Usage::user;
      types_.push_back(type);
    }
    subtypes_.resize(types_.size());
    for (const AttributeType& type : types_) {
      for (AttributeId up = type.id; up != kNoAttribute; up = types_[up].parent)
        subtypes_[up].push_back(type.id);
    }
  }

  std::vector<AttributeId> ids_of(std::string_view names) const {
    std::vector<AttributeId> ids;
    for_each_name(names, [&](std::string_view name) { add_unique(ids, type(name)->id); });
    return ids;
  }

  void build_classes() {
    classes_.reserve(class_rows().size());  // superiors are pointers into the vector
    for (const ClassRow& row : class_rows()) {
      ObjectClass& made = classes_.emplace_back();
      made.name = first_name(row.names);
      made.lower = lower(made.name);
      made.oid = row.oid;
      made.kind = row.kind;
      made.must = ids_of(row.must);
      made.may = ids_of(row.may);
      std::vector<AttributeId>& allowed = allowed_.emplace_back(made.must);
      for (const AttributeId id : made.may) add_unique(allowed, id);
      for_each_name(row.superiors, [&](std::string_view name) {
        const std::uint16_t superior = class_names_.find(name);
        made.superiors.push_back(&classes_.at(superior));
        for (const AttributeId id : allowed_.at(superior)) add_unique(allowed, id);
      });
    }
  }

  NameTable type_names_{1024};
  NameTable class_names_{256};
  std::deque<std::string> lower_names_;  // elements never move
  std::vector<AttributeType> types_;
  std::vector<std::vector<AttributeId>> subtypes_;
  std::vector<ObjectClass> classes_;
  std::deque<std::vector<AttributeId>> allowed_;
};

const Registry& registry() {
  static const Registry instance;
  return instance;
}

void digest(std::uint64_t& state, std::string_view text) {
  for (const char c : text) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  state = (state ^ 0xffU) * 0x100000001b3U;
}

std::uint64_t digest_of_rows() {
  std::uint64_t state = 0xcbf29ce484222325U;
  for (const auto text : {subschema_attribute_types(), subschema_object_classes()}) {
    for (const std::string& definition : text) digest(state, definition);
  }
  return state;
}

}  // namespace

std::size_t attribute_count() noexcept { return registry().types().size(); }
const AttributeType& attribute(AttributeId id) noexcept { return registry().types()[id]; }

const AttributeType* find_attribute(std::string_view description) noexcept {
  return registry().type(description);
}

const ObjectClass* find_class(std::string_view name_or_oid) noexcept {
  const std::uint16_t index = registry().class_index(name_or_oid);
  return index == NameTable::kAbsent ? nullptr : &registry().classes()[index];
}

std::span<const ObjectClass> object_classes() noexcept { return registry().classes(); }

std::span<const AttributeId> subtypes_of(AttributeId id) noexcept {
  return registry().subtypes(id);
}

std::span<const AttributeId> subtypes_of(std::string_view name) noexcept {
  const AttributeType* type = find_attribute(name);
  return type == nullptr ? std::span<const AttributeId>{} : subtypes_of(type->id);
}

std::span<const AttributeId> attributes_of_class(std::string_view name_or_oid) noexcept {
  const std::uint16_t index = registry().class_index(name_or_oid);
  if (index == NameTable::kAbsent) return {};
  return registry().allowed(index);
}

std::uint64_t schema_version() noexcept {
  static const std::uint64_t version = digest_of_rows();
  return version;
}

}  // namespace postern::ldap
