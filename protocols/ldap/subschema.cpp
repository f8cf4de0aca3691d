// The text of the schema for the subschema entry (RFC 4512 4.1), made from the rows once, on first
// use.

#include <map>

#include "protocols/ldap/custom_rows.h"
#include "protocols/ldap/schema.h"
#include "protocols/ldap/schema_extension.h"
#include "protocols/ldap/schema_rows.h"

namespace postern::ldap {
namespace {

constexpr std::string_view kCustomClassOid = POSTERN_ARC("2.3");

std::string quoted_names(std::string_view names) {
  std::string out;
  std::size_t count = 0;
  for_each_name(names, [&](std::string_view name) {
    if (count++ != 0) out.push_back(' ');
    out.append("'").append(name).append("'");
  });
  return count == 1 ? out : "( " + out + " )";
}

std::string oid_list(std::string_view names) {
  std::string out;
  std::size_t count = 0;
  for_each_name(names, [&](std::string_view name) {
    if (count++ != 0) out.append(" $ ");
    out.append(name);
  });
  return count == 1 ? out : "( " + out + " )";
}

void append_field(std::string& out, std::string_view keyword, std::string_view value) {
  if (!value.empty()) out.append(" ").append(keyword).append(" ").append(value);
}

void append_list(std::string& out, std::string_view keyword, std::string_view names) {
  if (!names.empty()) append_field(out, keyword, oid_list(names));
}

std::string definition(const AttributeRow& row) {
  std::string out("( ");
  out.append(row.oid);
  append_field(out, "NAME", quoted_names(row.names));
  append_field(out, "SUP", row.superior);
  append_field(out, "EQUALITY", row.match.equality);
  append_field(out, "ORDERING", row.match.ordering);
  append_field(out, "SUBSTR", row.match.substrings);
  append_field(out, "SYNTAX", row.syntax);
  if (row.single_value) out.append(" SINGLE-VALUE");
  if (row.no_user_modification) out.append(" NO-USER-MODIFICATION");
  if (row.usage == Usage::directory) append_field(out, "USAGE", "directoryOperation");
  if (row.usage == Usage::dsa) append_field(out, "USAGE", "dSAOperation");
  return out.append(" )");
}

std::string_view kind_name(ClassKind kind) {
  switch (kind) {
    case ClassKind::abstract:
      return "ABSTRACT";
    case ClassKind::structural:
      return "STRUCTURAL";
    case ClassKind::auxiliary:
      return "AUXILIARY";
  }
  return {};
}

std::string definition(const ClassRow& row) {
  std::string out("( ");
  out.append(row.oid);
  append_field(out, "NAME", quoted_names(row.names));
  append_list(out, "SUP", row.superiors);
  out.append(" ").append(kind_name(row.kind));
  append_list(out, "MUST", row.must);
  append_list(out, "MAY", row.may);
  return out.append(" )");
}

std::string definition(const SyntaxRow& row) {
  return std::string("( ").append(row.oid).append(" DESC '").append(row.description).append("' )");
}

std::string definition(const NamedRule& row) {
  std::string out("( ");
  out.append(row.oid).append(" NAME '").append(row.name).append("'");
  append_field(out, "SYNTAX", row.syntax);
  return out.append(" )");
}

template <typename Row>
std::vector<std::string> definitions(std::span<const Row> rows) {
  std::vector<std::string> out;
  for (const Row& row : rows) out.push_back(definition(row));
  return out;
}

using RuleUses = std::map<std::string_view, std::string>;  // rule name -> names of attributes

void add_uses(std::span<const AttributeRow> rows, RuleUses& uses) {
  for (const AttributeRow& row : rows) {
    for (const std::string_view rule :
         {row.match.equality, row.match.ordering, row.match.substrings}) {
      if (rule.empty()) continue;
      std::string& list = uses[rule];
      if (!list.empty()) list.push_back(' ');
      list.append(row.names.substr(0, row.names.find(' ')));
    }
  }
}

std::vector<std::string> rule_uses(std::span<const AttributeRow> custom) {
  std::vector<std::string> out;
  RuleUses uses;
  add_uses(attribute_rows(), uses);
  add_uses(custom, uses);
  for (const NamedRule& rule : rule_rows()) {
    const auto found = uses.find(rule.name);
    if (found == uses.end()) continue;
    std::string& text = out.emplace_back("( ");
    text.append(rule.oid).append(" NAME '").append(rule.name).append("'");
    append_list(text, "APPLIES", found->second);
    text.append(" )");
  }
  return out;
}

std::vector<std::string> copied(std::span<const std::string> text) {
  return {text.begin(), text.end()};
}

// The rows and their texts stand in the same order.
void replace_posix_group(std::vector<std::string>& text) {
  const ClassRow& other = structural_posix_group();
  const auto rows = class_rows();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].oid == other.oid) text[i] = definition(other);
  }
}

std::string custom_class(std::span<const AttributeRow> rows) {
  std::string names;
  for (const AttributeRow& row : rows) names.append(names.empty() ? "" : " ").append(row.names);
  return definition({kCustomClassOid, kCustomClass, "top", ClassKind::auxiliary, "", names});
}

}  // namespace

std::span<const std::string> subschema_attribute_types() {
  static const std::vector<std::string> text = definitions(attribute_rows());
  return text;
}

std::span<const std::string> subschema_object_classes() {
  static const std::vector<std::string> text = definitions(class_rows());
  return text;
}

std::span<const std::string> subschema_syntaxes() {
  static const std::vector<std::string> text = definitions(syntax_rows());
  return text;
}

std::span<const std::string> subschema_matching_rules() {
  static const std::vector<std::string> text = definitions(rule_rows());
  return text;
}

std::span<const std::string> subschema_matching_rule_use() {
  static const std::vector<std::string> text = rule_uses({});
  return text;
}

std::vector<std::string> subschema_attribute_types(const SchemaExtension& extension) {
  std::vector<std::string> text = copied(subschema_attribute_types());
  for (const AttributeRow& row : custom_rows(extension)) text.push_back(definition(row));
  return text;
}

std::vector<std::string> subschema_object_classes(const SchemaExtension& extension) {
  std::vector<std::string> text = copied(subschema_object_classes());
  if (extension.posix_group() == PosixGroup::structural) replace_posix_group(text);
  if (!extension.empty()) text.push_back(custom_class(custom_rows(extension)));
  return text;
}

std::vector<std::string> subschema_matching_rule_use(const SchemaExtension& extension) {
  return rule_uses(custom_rows(extension));
}

}  // namespace postern::ldap
