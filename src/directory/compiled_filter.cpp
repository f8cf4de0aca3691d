#include "directory/compiled_filter.h"

#include <algorithm>

#include "protocols/ldap/dn.h"
#include "protocols/ldap/string_prep.h"

namespace postern::directory {
namespace {

using ldap::FilterKind;
using ldap::FilterNode;
using ldap::Rule;
using ldap::RuleUse;

bool is_dn_rule(Rule rule) noexcept {
  return rule == Rule::distinguishedName || rule == Rule::uniqueMember;
}

class Compiler {
 public:
  Compiler(Lease& lease, const View& view, const Sight& sight, CompiledFilter& out)
      : lease_(lease), view_(view), sight_(sight), out_(out) {}

  void leaf(const FilterNode& node, Leaf& leaf) {
    if (node.kind == FilterKind::extensible) return extensible(node, leaf);
    if (!attribute(node.attribute, leaf)) return;
    const AttributeInfo info = info_of(leaf.own);
    switch (node.kind) {
      case FilterKind::present:
        leaf.test = Test::present;
        break;
      case FilterKind::equality:
      case FilterKind::approximate:
        value(node.value, info.equality, Test::equal, leaf);
        break;
      case FilterKind::greater_or_equal:
        ordering(node, info, Test::greater_or_equal, leaf);
        break;
      case FilterKind::less_or_equal:
        ordering(node, info, Test::less_or_equal, leaf);
        break;
      case FilterKind::substrings:
        substrings(node, info, leaf);
        break;
      default:
        break;
    }
  }

 private:
  bool attribute(std::string_view description, Leaf& leaf) {
    leaf.own = find_attribute_id(description, *lease_.snapshot().dictionary, out_.buffer);
    if (leaf.own == kNoAttribute) return false;
    leaf.subtypes = subtypes_of(leaf.own);
    if (sight_.all_attributes()) return true;
    const auto all = leaf.attributes();
    return std::any_of(all.begin(), all.end(),
                       [this](AttributeId id) { return sight_.allows(id); });
  }

  void value(std::string_view text, Rule rule, Test test, Leaf& leaf) {
    if (rule == Rule::none) return;
    leaf.value = out_.texts.take();
    if (!ldap::prepare(rule, text, out_.texts[leaf.value])) return;
    leaf.rule = rule;
    leaf.test = test;
    if (leaf.own == known().memberUid) return member_name(leaf);
    if (leaf.own == known().objectClass && rule == Rule::objectIdentifier && test == Test::equal) {
      leaf.by_kind = true;
      leaf.kinds = view_.layout->kinds_of_class(out_.texts[leaf.value]);
    }
    if (is_dn_rule(rule)) {
      leaf.target = resolve(lease_, view_, out_.texts[leaf.value], out_.buffer, out_.key);
      if (!sight_.target(leaf.target)) leaf.target = {.kind = Target::Kind::missing};
    }
  }

  // memberUid holds names exactly as they are (RFC 2307): the user of that very name.
  void member_name(Leaf& leaf) {
    const std::string& name = out_.texts[leaf.value];
    if (!ldap::prepare(Rule::caseIgnore, name, out_.buffer)) return;
    const EntryId id = find_named(lease_, view_, false, out_.buffer, out_.key);
    const auto octets = id != 0 ? read_record(lease_, id) : std::nullopt;
    leaf.target.kind = Target::Kind::missing;
    if (!octets || !ldap::prepare(leaf.rule, RecordView(*octets).name(), out_.buffer)) return;
    if (out_.buffer == name && sight_.user(id))
      leaf.target = {.kind = Target::Kind::user, .id = id};
  }

  void ordering(const FilterNode& node, const AttributeInfo& info, Test test, Leaf& leaf) {
    if (info.ordering == Rule::none || !ldap::has_ordering(info.ordering)) return;
    value(node.value, info.ordering, test, leaf);
  }

  void substrings(const FilterNode& node, const AttributeInfo& info, Leaf& leaf) {
    if (info.substrings == Rule::none || !ldap::has_substrings(info.substrings)) return;
    leaf.rule = info.substrings;
    leaf.first_piece = static_cast<std::uint32_t>(out_.pieces.size());
    for (std::uint32_t i = 0; i < node.count; ++i) {
      const ldap::SubstringPiece& piece = out_.source->pieces[node.first + i];
      const std::uint32_t text = out_.texts.take();
      if (!ldap::prepare_substring(info.substrings, piece.place, piece.text, out_.texts[text])) {
        return;
      }
      out_.pieces.push_back({piece.place, text});
    }
    leaf.pieces = node.count;
    leaf.test = Test::substrings;
  }

  // RFC 4511 4.5.1.7.7
  void extensible(const FilterNode& node, Leaf& leaf) {
    leaf.dn_attributes = node.dn_attributes;
    leaf.any_attribute = node.attribute.empty();
    if (!leaf.any_attribute && !attribute(node.attribute, leaf)) return;
    if (node.matching_rule.empty()) {
      if (!leaf.any_attribute) value(node.value, info_of(leaf.own).equality, Test::equal, leaf);
      return;
    }
    const ldap::NamedRule* rule = ldap::find_rule(node.matching_rule);
    if (rule == nullptr) return;
    const bool chain = rule->use == RuleUse::in_chain && is_member_like(leaf.own);
    const bool usable =
        leaf.any_attribute || chain || ldap::applies_to(*rule, info_of(leaf.own).syntax);
    if (!usable) return;
    leaf.named = rule;
    switch (rule->use) {
      case RuleUse::equality:
        value(node.value, rule->rule, Test::equal, leaf);
        break;
      // The rule's own relation is "less than" (RFC 4517 4.2).
      case RuleUse::ordering:
        value(node.value, rule->rule, Test::less, leaf);
        break;
      case RuleUse::bit_and:
        value(node.value, Rule::integer, Test::bit_and, leaf);
        break;
      case RuleUse::bit_or:
        value(node.value, Rule::integer, Test::bit_or, leaf);
        break;
      case RuleUse::in_chain:
        value(node.value, Rule::distinguishedName, Test::in_chain, leaf);
        break;
      case RuleUse::substrings:
        break;  // its assertion syntax is not that of a plain value
    }
  }

  Lease& lease_;
  const View& view_;
  const Sight& sight_;
  CompiledFilter& out_;
};

bool is_leaf(FilterKind kind) noexcept {
  return kind != FilterKind::conjunction && kind != FilterKind::disjunction &&
         kind != FilterKind::negation;
}

}  // namespace

AttributeId find_attribute_id(std::string_view description, const Dictionary& dictionary,
                              std::string& buffer) {
  if (const ldap::AttributeType* type = ldap::find_attribute(description)) return type->id;
  buffer.assign(description);
  for (char& c : buffer) c = ldap::ascii_lower(c);
  return dictionary.find(buffer);
}

std::span<const AttributeId> subtypes_of(AttributeId id) noexcept {
  if (id >= kFirstCustom) return {};
  return ldap::subtypes_of(id);
}

bool may_match(const CompiledFilter& filter, std::uint32_t node, EntryKind kind, bool wanted) {
  // Answers "may this part be `wanted` (TRUE or FALSE) for the kind"; leaves of other attributes
  // may be anything.
  const FilterNode& at = filter.node(node);
  if (is_leaf(at.kind)) {
    const Leaf& leaf = filter.leaves[node];
    if (!leaf.by_kind || leaf.dn_attributes) return true;
    return ((leaf.kinds & kind_bit(kind)) != 0) == wanted;
  }
  if (at.kind == FilterKind::negation) {
    return at.count == 1 && may_match(filter, at.first, kind, !wanted);
  }
  // AND is TRUE if all are, FALSE if one is; OR the other way round.
  const bool every = (at.kind == FilterKind::conjunction) == wanted;
  for (std::uint32_t i = 0; i < at.count; ++i) {
    if (may_match(filter, at.first + i, kind, wanted) != every) return !every;
  }
  return every;
}

void compile(const ldap::Filter& filter, Lease& lease, const View& view, const Sight& sight,
             CompiledFilter& out) {
  out.source = &filter;
  out.sight = &sight;
  out.texts.clear();
  out.pieces.clear();
  out.leaves.assign(filter.nodes.size(), Leaf{});
  Compiler compiler(lease, view, sight, out);
  for (std::size_t i = 0; i < filter.nodes.size(); ++i) {
    if (is_leaf(filter.nodes[i].kind)) compiler.leaf(filter.nodes[i], out.leaves[i]);
  }
}

}  // namespace postern::directory
