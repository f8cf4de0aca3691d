#include "outpost/ldap/virtual_entry.h"

#include <algorithm>
#include <utility>

#include "protocols/ldap/encode.h"
#include "protocols/ldap/matching.h"
#include "protocols/ldap/string_prep.h"

namespace postern::outpost {
namespace {

using Truth = VirtualEntry::Truth;

// The type or one that inherits from it.
bool is_a(const ldap::AttributeType& type, const ldap::AttributeType& ancestor) {
  const auto family = ldap::subtypes_of(ancestor.id);
  return type.id == ancestor.id || std::find(family.begin(), family.end(), type.id) != family.end();
}

struct Piece {
  ldap::SubstringPiece::Place place;
  std::string prepared;
};

}  // namespace

void VirtualEntry::add(std::string_view name, Shown shown, std::vector<std::string> values) {
  if (values.empty()) return;
  attributes_.push_back({std::string(name), ldap::find_attribute(name), shown, std::move(values)});
}

Truth VirtualEntry::matches(const ldap::Filter& filter) const {
  return filter.nodes.empty() ? Truth::undefined : evaluate(filter, filter.nodes.front());
}

// Recursion is bounded by kMaxFilterDepth, which decoding enforces.
Truth VirtualEntry::evaluate(const ldap::Filter& filter, const ldap::FilterNode& node) const {
  switch (node.kind) {
    case ldap::FilterKind::conjunction:
      return evaluate_all(filter, node, Truth::no);
    case ldap::FilterKind::disjunction:
      return evaluate_all(filter, node, Truth::yes);
    case ldap::FilterKind::negation: {
      const Truth inner = evaluate(filter, filter.nodes[node.first]);
      if (inner == Truth::undefined) return inner;
      return inner == Truth::yes ? Truth::no : Truth::yes;
    }
    case ldap::FilterKind::extensible:
      return evaluate_extensible(node);
    default:
      return evaluate_item(filter, node);
  }
}

// One child with the decisive value settles it; an undefined one leaves it open at best.
Truth VirtualEntry::evaluate_all(const ldap::Filter& filter, const ldap::FilterNode& node,
                                 Truth decisive) const {
  Truth result = decisive == Truth::no ? Truth::yes : Truth::no;
  for (std::uint32_t i = 0; i < node.count; ++i) {
    const Truth child = evaluate(filter, filter.nodes[node.first + i]);
    if (child == decisive) return decisive;
    if (child == Truth::undefined) result = Truth::undefined;
  }
  return result;
}

// yes if a value of the type, prepared by the rule, passes the test.
template <typename Test>
Truth VirtualEntry::any_value(const ldap::AttributeType& type, ldap::Rule rule,
                              const Test& test) const {
  std::string prepared;
  for (const Attribute& attribute : attributes_) {
    if (attribute.type == nullptr || !is_a(*attribute.type, type)) continue;
    for (const std::string& value : attribute.values) {
      if (ldap::prepare(rule, value, prepared) && test(prepared)) return Truth::yes;
    }
  }
  return Truth::no;
}

Truth VirtualEntry::evaluate_item(const ldap::Filter& filter, const ldap::FilterNode& node) const {
  const ldap::AttributeType* type = ldap::find_attribute(node.attribute);
  if (type == nullptr) return Truth::undefined;
  if (node.kind == ldap::FilterKind::present) {
    const bool there = std::any_of(attributes_.begin(), attributes_.end(), [&](const Attribute& a) {
      return a.type != nullptr && is_a(*a.type, *type);
    });
    return there ? Truth::yes : Truth::no;
  }
  if (node.kind == ldap::FilterKind::substrings) {
    if (type->substrings == ldap::Rule::none) return Truth::undefined;
    std::vector<Piece> pieces(node.count);
    for (std::uint32_t i = 0; i < node.count; ++i) {
      const ldap::SubstringPiece& piece = filter.pieces[node.first + i];
      pieces[i].place = piece.place;
      const bool fits =
          ldap::prepare_substring(type->substrings, piece.place, piece.text, pieces[i].prepared);
      if (!fits) return Truth::undefined;
    }
    return any_value(*type, type->substrings, [&](const std::string& value) {
      std::size_t from = 0;
      return std::all_of(pieces.begin(), pieces.end(), [&](const Piece& piece) {
        return ldap::match_piece(value, piece.place, piece.prepared, from);
      });
    });
  }
  const bool ordering = node.kind == ldap::FilterKind::greater_or_equal ||
                        node.kind == ldap::FilterKind::less_or_equal;
  const ldap::Rule rule = ordering ? type->ordering : type->equality;
  std::string assertion;
  if (rule == ldap::Rule::none || !ldap::prepare(rule, node.value, assertion)) {
    return Truth::undefined;
  }
  return any_value(*type, rule, [&](const std::string& value) {
    const int order = ldap::compare(rule, value, assertion);
    if (node.kind == ldap::FilterKind::greater_or_equal) return order >= 0;
    if (node.kind == ldap::FilterKind::less_or_equal) return order <= 0;
    return value == assertion;  // equality; approximate may fall back to it
  });
}

Truth VirtualEntry::evaluate_extensible(const ldap::FilterNode& node) const {
  const ldap::AttributeType* type = ldap::find_attribute(node.attribute);
  ldap::Rule rule = type != nullptr ? type->equality : ldap::Rule::none;
  if (!node.matching_rule.empty()) {
    const ldap::NamedRule* named = ldap::find_rule(node.matching_rule);
    if (named == nullptr || named->use != ldap::RuleUse::equality) return Truth::undefined;
    rule = named->rule;
  }
  std::string assertion;
  if (type == nullptr || rule == ldap::Rule::none || !ldap::prepare(rule, node.value, assertion)) {
    return Truth::undefined;
  }
  return any_value(*type, rule, [&](const std::string& value) { return value == assertion; });
}

bool VirtualEntry::selected(const Attribute& attribute,
                            std::span<const std::string_view> requested) {
  if (requested.empty()) return attribute.shown == Shown::always;
  return std::any_of(requested.begin(), requested.end(), [&](std::string_view name) {
    if (name == "*") return attribute.shown == Shown::always;
    if (name == "+") return attribute.shown == Shown::on_request;
    if (ldap::equal_ascii_case(name, attribute.name)) return true;
    if (attribute.type == nullptr) return false;
    if (name.size() > 1 && name.front() == '@') {
      const auto members = ldap::attributes_of_class(name.substr(1));
      return std::find(members.begin(), members.end(), attribute.type->id) != members.end();
    }
    const ldap::AttributeType* type = ldap::find_attribute(name);
    return type != nullptr && is_a(*attribute.type, *type);
  });
}

void VirtualEntry::append_to(Octets& out, std::int32_t message_id,
                             const ldap::SearchRequest& request) const {
  Octets body;
  std::vector<std::string_view> values;
  for (const Attribute& attribute : attributes_) {
    if (!selected(attribute, request.attributes)) continue;
    values.clear();
    if (!request.types_only) values.assign(attribute.values.begin(), attribute.values.end());
    ldap::append_partial_attribute(body, attribute.name, values);
  }
  ldap::append_entry_header(out, message_id, dn_, body.size());
  out.insert(out.end(), body.begin(), body.end());
}

ldap::ResultCode VirtualEntry::compare(std::string_view attribute, std::string_view value) const {
  const ldap::AttributeType* type = ldap::find_attribute(attribute);
  if (type == nullptr) return ldap::ResultCode::undefinedAttributeType;
  if (type->equality == ldap::Rule::none) return ldap::ResultCode::inappropriateMatching;
  std::string assertion;
  if (!ldap::prepare(type->equality, value, assertion)) {
    return ldap::ResultCode::invalidAttributeSyntax;
  }
  const bool there = std::any_of(attributes_.begin(), attributes_.end(), [&](const Attribute& a) {
    return a.type != nullptr && is_a(*a.type, *type);
  });
  if (!there) return ldap::ResultCode::noSuchAttribute;
  const Truth equal = any_value(*type, type->equality,
                                [&](const std::string& prepared) { return prepared == assertion; });
  return equal == Truth::yes ? ldap::ResultCode::compareTrue : ldap::ResultCode::compareFalse;
}

}  // namespace postern::outpost
