#include "directory/evaluate.h"

#include <algorithm>
#include <charconv>

#include "directory/compose.h"
#include "directory/index_key.h"
#include "directory/members.h"
#include "protocols/ldap/dn.h"

namespace postern::directory {
namespace {

using ldap::FilterKind;

Truth of(bool value) noexcept { return value ? Truth::yes : Truth::no; }

Truth negate(Truth truth) noexcept {
  return truth == Truth::yes ? Truth::no : truth == Truth::no ? Truth::yes : truth;
}

bool bits(std::string_view value, std::string_view mask, bool all) noexcept {
  std::int64_t v = 0, m = 0;
  const auto parse = [](std::string_view text, std::int64_t& out) {
    const auto done = std::from_chars(text.data(), text.data() + text.size(), out);
    return done.ec == std::errc{} && done.ptr == text.data() + text.size();
  };
  if (!parse(value, v) || !parse(mask, m)) return false;
  const auto common = static_cast<std::uint64_t>(v) & static_cast<std::uint64_t>(m);
  return all ? common == static_cast<std::uint64_t>(m) : common != 0;
}

constexpr int kMaxChain = 32;  // entries followed through an attribute that the index does not nest

}  // namespace

Truth Evaluator::truth(std::uint32_t index, const Subject& subject) {
  const ldap::FilterNode& node = filter_.node(index);
  switch (node.kind) {
    case FilterKind::conjunction: {
      Truth all = Truth::yes;
      for (std::uint32_t i = 0; i < node.count && all != Truth::no; ++i) {
        all = std::min(all, truth(node.first + i, subject));
      }
      return all;
    }
    case FilterKind::disjunction: {
      Truth any = Truth::no;
      for (std::uint32_t i = 0; i < node.count && any != Truth::yes; ++i) {
        any = std::max(any, truth(node.first + i, subject));
      }
      return any;
    }
    case FilterKind::negation:
      return node.count == 1 ? negate(truth(node.first, subject)) : Truth::undefined;
    default:
      return index == proven_ ? Truth::yes : leaf(filter_.leaves[index], subject);
  }
}

Truth Evaluator::leaf(const Leaf& leaf, const Subject& subject) {
  if (leaf.test == Test::undefined) return Truth::undefined;
  constexpr std::uint8_t kFixed =
      kind_bit(EntryKind::user) | kind_bit(EntryKind::group) | kind_bit(EntryKind::virtual_group);
  if (leaf.by_kind && !leaf.dn_attributes && (kind_bit(subject.kind) & kFixed) != 0) {
    return of((leaf.kinds & kind_bit(subject.kind)) != 0);
  }
  Truth any = Truth::no;
  if (leaf.any_attribute) {
    any = any_attribute(leaf, subject);
  } else {
    for (const AttributeId id : leaf.attributes()) {
      if (!sight_.allows(id)) continue;
      any = std::max(any, attribute(leaf, id, subject));
      if (any == Truth::yes) return any;
    }
  }
  if (leaf.dn_attributes) any = std::max(any, dn_parts(leaf, subject));
  return any;
}

Truth Evaluator::attribute(const Leaf& leaf, AttributeId id, const Subject& subject) {
  const Known& k = known();
  if (id == k.memberOf) return member_of(leaf, subject);
  if (is_member_like(id)) return member(leaf, id, subject);
  if (id == k.memberUid) return member_uid(leaf, subject);
  if (id == k.entryDN) return entry_dn(leaf, subject);
  if (id == k.createTimestamp) return timestamp(leaf, subject.record.header().created);
  if (id == k.modifyTimestamp) return timestamp(leaf, subject.record.header().updated);
  Slot slot;
  const RecordView* record = &subject.record;
  if (!record->find(id, slot)) {
    record = &view_.layout->common(subject.kind);
    if (!record->find(id, slot)) return constructed(leaf, id, subject);
  }
  if (leaf.test == Test::present) return Truth::yes;
  if (leaf.test == Test::in_chain) return of(chain(leaf, id, subject.record, 0));
  Truth any = Truth::no;
  std::string_view text;
  for (ValueWalk walk = record->values(slot); any != Truth::yes && walk.next(text);) {
    any = std::max(any, value(leaf, text));
  }
  return any;
}

Truth Evaluator::value(const Leaf& leaf, std::string_view text) {
  // A value outside its own syntax (a name in Greek within a homeDirectory) equals no valid one.
  if (!ldap::prepare(leaf.rule, text, prepared_)) return Truth::no;
  const std::string_view wanted = filter_.value(leaf);
  switch (leaf.test) {
    case Test::equal:
      return of(prepared_ == wanted);
    case Test::greater_or_equal:
      return of(ldap::compare(leaf.rule, prepared_, wanted) >= 0);
    case Test::less_or_equal:
      return of(ldap::compare(leaf.rule, prepared_, wanted) <= 0);
    case Test::less:
      return of(ldap::compare(leaf.rule, prepared_, wanted) < 0);
    case Test::bit_and:
      return of(bits(prepared_, wanted, true));
    case Test::bit_or:
      return of(bits(prepared_, wanted, false));
    case Test::substrings: {
      std::size_t from = 0;
      for (std::uint32_t i = 0; i < leaf.pieces; ++i) {
        const PreparedPiece& piece = filter_.pieces[leaf.first_piece + i];
        if (!ldap::match_piece(prepared_, piece.place, filter_.texts[piece.text], from)) {
          return Truth::no;
        }
      }
      return Truth::yes;
    }
    default:
      return Truth::undefined;
  }
}

bool Evaluator::matches_value(AttributeId id, std::string_view text) {
  const ldap::FilterNode& root = filter_.node(0);
  for (std::uint32_t i = 0; i < root.count; ++i) {
    const Leaf& leaf = filter_.leaves[root.first + i];
    if (leaf.test == Test::undefined) continue;
    const auto wanted = leaf.attributes();
    const bool meant = leaf.any_attribute
                           ? fits(leaf, id)
                           : std::find(wanted.begin(), wanted.end(), id) != wanted.end();
    if (!meant) continue;
    if (leaf.test == Test::present || value(leaf, text) == Truth::yes) return true;
  }
  return false;
}

Truth Evaluator::constructed(const Leaf& leaf, AttributeId id, const Subject& subject) {
  if (!view_.layout->constructs(id, subject.kind)) return Truth::no;
  // A number of a change tells of members, too, that may be hidden.
  if (id == known().entryUSN && !sight_.whole()) return Truth::no;
  std::string text;
  if (!construct(id, subject.record, lease_.snapshot().built, text)) return Truth::no;
  return leaf.test == Test::present ? Truth::yes : value(leaf, text);
}

Truth Evaluator::timestamp(const Leaf& leaf, std::uint32_t seconds) {
  if (seconds == 0) return Truth::no;
  if (leaf.test == Test::present) return Truth::yes;
  return value(leaf, generalized_time(seconds));
}

// Whether an extensible filter without a type speaks of this attribute.
bool Evaluator::fits(const Leaf& leaf, AttributeId id) const noexcept {
  return leaf.named != nullptr && ldap::applies_to(*leaf.named, info_of(id).syntax) &&
         sight_.allows(id);
}

Truth Evaluator::any_attribute(const Leaf& leaf, const Subject& subject) {
  Truth any = Truth::no;
  for (const RecordView* record : {&subject.record, &view_.layout->common(subject.kind)}) {
    for (std::size_t i = 0; i < record->header().slots && any != Truth::yes; ++i) {
      const AttributeId id = record->slot(i).attribute;
      if (id == kDirectGroups || id == kNestedGroups || !fits(leaf, id)) continue;
      any = std::max(any, attribute(leaf, id, subject));
    }
  }
  // Attributes that are not in the record as such: DNs, names, times.
  const Known& k = known();
  for (const AttributeId id : {k.memberOf, k.member, k.uniqueMember, k.memberUid, k.entryDN,
                               k.createTimestamp, k.modifyTimestamp}) {
    if (any != Truth::yes && fits(leaf, id)) any = std::max(any, attribute(leaf, id, subject));
  }
  return any;
}

// The values of the entry's own DN (4511 4.5.1.7.7, dnAttributes).
Truth Evaluator::dn_parts(const Leaf& leaf, const Subject& subject) {
  Truth any = Truth::no;
  const auto part = [&](AttributeId id, std::string_view text) {
    const auto wanted = leaf.attributes();
    const bool named =
        leaf.any_attribute
            ? fits(leaf, id)
            : std::find(wanted.begin(), wanted.end(), id) != wanted.end() && sight_.allows(id);
    if (named && leaf.test != Test::in_chain) any = std::max(any, value(leaf, text));
  };
  const Layout& layout = *view_.layout;
  if (subject.kind != EntryKind::domain) {
    const bool container = subject.kind == EntryKind::container;
    const auto& above =
        layout.container(container ? subject.upper : Layout::container_of(subject.kind));
    if (!container) part(layout.rdn_attribute(subject.kind), subject.record.name());
    part(above.attribute, above.value);
  }
  for (const auto& [id, text] : view_.base_values) part(id, text);
  return any;
}

Truth Evaluator::member_of(const Leaf& leaf, const Subject& subject) {
  if (subject.kind != EntryKind::user && subject.kind != EntryKind::group) return Truth::no;
  if (!view_.layout->shows(known().memberOf)) return Truth::no;
  const bool chain = leaf.test == Test::in_chain && sight_.nested_chain();
  const AttributeId list = chain ? kNestedGroups : view_.member_of_list();
  switch (leaf.test) {
    case Test::present:
      return of(in_some_group(subject.record, list));
    case Test::equal:
    case Test::in_chain:
      return of(leaf.target.kind == Target::Kind::group &&
                subject.record.has_id(list, leaf.target.id));
    default:
      return Truth::undefined;
  }
}

bool Evaluator::in_some_group(const RecordView& record, AttributeId list) const {
  Slot slot;
  if (!record.find(list, slot)) return false;
  const std::size_t count = slot.size / sizeof(EntryId);
  for (std::size_t i = 0; i < count; ++i) {
    if (sight_.group(record.id_at(slot, i))) return true;
  }
  return false;
}

// `id` is one that the viewer sees.
bool Evaluator::has_member(const Subject& subject, EntryId id, bool chain) {
  if (subject.kind == EntryKind::virtual_group) return subject.id == id;
  if (is_group(id) && (view_.layout->flat() || sight_.is_short())) return false;
  const bool nested = chain && sight_.nested_chain();
  membership_key(nested ? Membership::nested : view_.layout->members_by(), subject.id, key_);
  return has_posting(lease_, key_, id);
}

bool Evaluator::has_members(const Subject& subject, bool users_only) {
  if (subject.kind == EntryKind::virtual_group) return true;
  bool found = false;
  for_each_member(lease_, view_, sight_, subject.id, users_only, key_, [&found](EntryId) {
    found = true;
    return false;
  });
  return found;
}

// A DN that is stored as text leads to an entry that has the attribute too, and so on (MS-ADTS
// 3.1.1.3.4.4.3).
bool Evaluator::chain(const Leaf& leaf, AttributeId id, const RecordView& record, int depth) {
  Slot slot;
  if (depth >= kMaxChain || !record.find(id, slot)) return false;
  std::string_view text;
  std::string normal, value;
  for (ValueWalk walk = record.values(slot); walk.next(text);) {
    if (!ldap::normalise_dn(text, normal)) continue;
    if (normal == filter_.value(leaf)) return true;
    const Target target = resolve(lease_, view_, normal, value, key_);
    const bool stored = target.kind == Target::Kind::user || target.kind == Target::Kind::group;
    if (!stored || !sight_.target(target)) continue;
    const auto octets = read_record(lease_, target.id);
    if (octets && chain(leaf, id, RecordView(*octets), depth + 1)) return true;
  }
  return false;
}

Truth Evaluator::member(const Leaf& leaf, AttributeId id, const Subject& subject) {
  if (subject.kind != EntryKind::group && subject.kind != EntryKind::virtual_group)
    return Truth::no;
  if (!view_.layout->shows(id)) return Truth::no;
  switch (leaf.test) {
    case Test::present:
      return of(has_members(subject, false));
    case Test::equal:
    case Test::in_chain:
      if (leaf.target.kind != Target::Kind::user && leaf.target.kind != Target::Kind::group) {
        return Truth::no;
      }
      return of(has_member(subject, leaf.target.id, leaf.test == Test::in_chain));
    default:
      return Truth::undefined;
  }
}

Truth Evaluator::member_uid(const Leaf& leaf, const Subject& subject) {
  if (subject.kind != EntryKind::group && subject.kind != EntryKind::virtual_group)
    return Truth::no;
  if (!view_.layout->shows(known().memberUid)) return Truth::no;
  if (leaf.test == Test::present) return of(has_members(subject, true));
  if (subject.kind == EntryKind::virtual_group) return value(leaf, subject.record.name());
  if (leaf.test == Test::equal && leaf.target.kind == Target::Kind::user) {
    return of(has_member(subject, leaf.target.id, false));
  }
  if (leaf.test == Test::equal && leaf.target.kind == Target::Kind::missing) return Truth::no;
  Truth any = Truth::no;
  for_each_member(lease_, view_, sight_, subject.id, true, key_, [&](EntryId id) {
    const auto octets = read_record(lease_, id);
    if (octets) any = std::max(any, value(leaf, RecordView(*octets).name()));
    return any != Truth::yes;
  });
  return any;
}

Truth Evaluator::entry_dn(const Leaf& leaf, const Subject& subject) {
  if (leaf.test == Test::present) return Truth::yes;
  if (leaf.test != Test::equal) return Truth::undefined;
  const Target& target = leaf.target;
  switch (target.kind) {
    case Target::Kind::user:
      return of(subject.kind == EntryKind::user && subject.id == target.id);
    case Target::Kind::group:
      return of(subject.kind == EntryKind::group && subject.id == target.id);
    case Target::Kind::virtual_group:
      return of(subject.kind == EntryKind::virtual_group && subject.id == target.id);
    case Target::Kind::upper:
      return of((subject.kind == EntryKind::domain || subject.kind == EntryKind::container) &&
                subject.upper == target.upper);
    default:
      return Truth::no;
  }
}

}  // namespace postern::directory
