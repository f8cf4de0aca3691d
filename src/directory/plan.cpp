#include "directory/plan.h"

#include <algorithm>
#include <array>

#include "directory/index_key.h"
#include "directory/values.h"

namespace postern::directory {
namespace {

using ldap::FilterKind;
using Place = ldap::SubstringPiece::Place;

constexpr std::size_t kMaxWindows = 12;  // trigrams counted for one leaf
constexpr std::size_t kUuidSize = 36;
constexpr std::size_t kMaxParts = 64;  // of an OR; with more it walks

Source nothing() { return {.kind = Source::Kind::nothing, .count = 0}; }

class Planner {
 public:
  Planner(const CompiledFilter& filter, Realm realm, Lease& lease, const View& view,
          PlanScratch& scratch)
      : filter_(filter), realm_(realm), lease_(lease), view_(view), scratch_(scratch) {}

  Source node(std::uint32_t index) {
    const ldap::FilterNode& at = filter_.node(index);
    switch (at.kind) {
      case FilterKind::conjunction:
        return conjunction(at);
      case FilterKind::disjunction:
        return disjunction(at);
      case FilterKind::negation:
        return {};
      default:
        return leaf(index);
    }
  }

 private:
  // The parts of an OR, until they are gathered into one list.
  struct Union {
    std::array<Source, kMaxParts> parts;
    std::size_t size = 0;
    std::uint64_t count = 0;
  };

  Source conjunction(const ldap::FilterNode& at) {
    Source best;
    for (std::uint32_t i = 0; i < at.count && best.count > kFewEnough; ++i) {
      const Source next = node(at.first + i);
      if (next.count < best.count) best = next;
    }
    return best;
  }

  Source disjunction(const ldap::FilterNode& at) {
    Union all;
    for (std::uint32_t i = 0; i < at.count; ++i) {
      const Source next = node(at.first + i);
      if (!join(next, all)) return {};
    }
    return finish(all);
  }

  bool join(const Source& next, Union& all) {
    if (next.kind == Source::Kind::nothing) return true;
    if (next.kind == Source::Kind::everything || all.size == all.parts.size()) return false;
    all.count += next.count;
    all.parts[all.size++] = next;
    return all.count <= kMaxUnion;
  }

  Source finish(const Union& all) {
    if (all.size == 0) return nothing();
    if (all.size == 1) {
      Source only = all.parts[0];
      only.proven = kNoLeaf;
      return only;
    }
    const std::size_t first = scratch_.ids.size();
    for (std::size_t i = 0; i < all.size; ++i) {
      const Source& part = all.parts[i];
      if (part.kind == Source::Kind::posting) {
        read_posting(lease_, scratch_.keys[part.key], 0, kLastEntry, kMaxUnion, scratch_.ids);
        continue;
      }
      for (std::size_t at = part.first; at < part.last; ++at) {
        const EntryId id = scratch_.ids[at];
        scratch_.ids.push_back(id);
      }
    }
    return segment(first);
  }

  // What was gathered from `first` on, sorted, each once.
  Source segment(std::size_t first) {
    auto& ids = scratch_.ids;
    std::sort(ids.begin() + static_cast<std::ptrdiff_t>(first), ids.end());
    ids.erase(std::unique(ids.begin() + static_cast<std::ptrdiff_t>(first), ids.end()), ids.end());
    if (ids.size() == first) return nothing();
    return {
        .kind = Source::Kind::ids, .count = ids.size() - first, .first = first, .last = ids.size()};
  }

  Source single(EntryId id) {
    scratch_.ids.push_back(id);
    return segment(scratch_.ids.size() - 1);
  }

  Source posting(std::uint32_t key, std::uint32_t proven) {
    MDB_val k = to_val(scratch_.keys[key]), v{};
    MDB_cursor* cursor = lease_.index();
    const int rc = mdb_cursor_get(cursor, &k, &v, MDB_SET);
    if (rc == MDB_NOTFOUND) return nothing();
    check(rc, "mdb_cursor_get");
    std::size_t count = 0;
    check(mdb_cursor_count(cursor, &count), "mdb_cursor_count");
    return {.kind = Source::Kind::posting, .count = count, .key = key, .proven = proven};
  }

  Source leaf(std::uint32_t index) {
    const Leaf& leaf = filter_.leaves[index];
    if (leaf.test == Test::undefined) return nothing();  // never TRUE
    if (leaf.dn_attributes || leaf.any_attribute) return {};
    const auto attributes = leaf.attributes();
    if (attributes.size() == 1) return attribute(leaf, attributes[0], index);
    Union all;
    for (const AttributeId id : attributes) {
      if (!filter_.sight->allows(id)) continue;
      if (!join(attribute(leaf, id, kNoLeaf), all)) return {};
    }
    return finish(all);
  }

  Source attribute(const Leaf& leaf, AttributeId id, std::uint32_t proven) {
    if (realm_ == Realm::virtual_groups) return virtual_attribute(leaf, id);
    const Known& k = known();
    if (id == k.memberOf) return member_of(leaf, proven);
    if (is_member_like(id) || id == k.memberUid) return member(leaf);
    if (id == k.entryDN && leaf.test == Test::equal) return entry(leaf);
    return indexed(leaf, id, proven);
  }

  // Not in the index: what it is made from may be.
  Source constructed(const Leaf& leaf, AttributeId id) {
    if (id != known().objectGUID || leaf.test != Test::equal) return {};
    std::string uuid;
    if (!uuid_of_guid(filter_.value(leaf), uuid)) return nothing();
    const std::uint32_t key = scratch_.keys.take();
    equality_key(known().entryUUID, uuid, scratch_.keys[key]);
    return posting(key, kNoLeaf);
  }

  Source indexed(const Leaf& leaf, AttributeId id, std::uint32_t proven) {
    const AttributeInfo info = info_of(id);
    if (!view_.layout->stores(id)) return constructed(leaf, id);
    if (leaf.test == Test::present) {
      if (is_universal(id)) return {};
      const std::uint32_t key = scratch_.keys.take();
      presence_key(id, scratch_.keys[key]);
      return posting(key, proven);
    }
    if (!is_indexed(id) || info.equality != leaf.rule) return {};
    if (leaf.test == Test::equal) {
      const std::uint32_t key = scratch_.keys.take();
      const bool whole = equality_key(id, filter_.value(leaf), scratch_.keys[key]);
      return posting(key, whole ? proven : kNoLeaf);
    }
    return leaf.test == Test::substrings ? substrings(leaf, id) : Source{};
  }

  Source member_of(const Leaf& leaf, std::uint32_t proven) {
    if (leaf.test != Test::equal && leaf.test != Test::in_chain) return {};
    if (leaf.target.kind != Target::Kind::group) return nothing();
    if (!view_.layout->shows(known().memberOf)) return nothing();
    const bool chain = leaf.test == Test::in_chain && filter_.sight->nested_chain();
    const bool nested = view_.nested || chain;
    const std::uint32_t key = scratch_.keys.take();
    membership_key(nested ? Membership::nested : Membership::direct, leaf.target.id,
                   scratch_.keys[key]);
    return posting(key, proven);
  }

  // Groups of a member: they are listed in its record.
  Source member(const Leaf& leaf) {
    if (leaf.test != Test::equal && leaf.test != Test::in_chain) return {};
    if (leaf.target.kind != Target::Kind::user && leaf.target.kind != Target::Kind::group) {
      return nothing();
    }
    const auto octets = read_record(lease_, leaf.target.id);
    if (!octets) return nothing();
    const RecordView record(*octets);
    Slot slot;
    const AttributeId list =
        leaf.test == Test::in_chain ? kNestedGroups : view_.layout->member_list();
    if (!record.find(list, slot)) {
      return nothing();
    }
    const std::size_t first = scratch_.ids.size();
    for (std::size_t i = 0; i < slot.size / sizeof(EntryId); ++i) {
      scratch_.ids.push_back(record.id_at(slot, i));
    }
    return segment(first);
  }

  Source entry(const Leaf& leaf) {
    const bool stored =
        leaf.target.kind == Target::Kind::user || leaf.target.kind == Target::Kind::group;
    return stored ? single(leaf.target.id) : nothing();
  }

  Source substrings(const Leaf& leaf, AttributeId id) {
    Source best;
    if (has_trigrams(id)) best = trigrams(leaf);
    if (best.count <= kFewEnough || leaf.pieces == 0) return best;
    const PreparedPiece& piece = filter_.pieces[leaf.first_piece];
    const std::string& text = filter_.texts[piece.text];
    if (piece.place != Place::initial || text.empty()) return best;
    const Source range = initial(id, text, std::min<std::uint64_t>(best.count, kMaxUnion));
    return range.count < best.count ? range : best;
  }

  Source trigrams(const Leaf& leaf) {
    Source best;
    std::size_t windows = 0;
    for (std::uint32_t i = 0; i < leaf.pieces; ++i) {
      const std::string& text = filter_.texts[filter_.pieces[leaf.first_piece + i].text];
      for (std::size_t at = 0; at + 3 <= text.size() && windows < kMaxWindows; at += 2) {
        const std::string_view window = std::string_view(text).substr(at, 3);
        if (!is_trigram(window)) continue;
        ++windows;
        const std::uint32_t key = scratch_.keys.take();
        trigram_key(window, scratch_.keys[key]);
        const Source next = posting(key, kNoLeaf);
        if (next.count < best.count) best = next;
        if (best.count <= kFewEnough) return best;
      }
    }
    return best;
  }

  // All values with this beginning lie together; more than `most` ids are not worth gathering.
  Source initial(AttributeId id, std::string_view text, std::uint64_t most) {
    const std::size_t first = scratch_.ids.size();
    whole_prefix_key(id, text, scratch_.key);
    if (!gather_range(scratch_.key, first, most)) return {};
    hashed_prefix_key(id, text, scratch_.key);
    if (!gather_range(scratch_.key, first, most)) return {};
    return segment(first);
  }

  bool gather_range(std::string_view prefix, std::size_t first, std::uint64_t most) {
    MDB_val k = to_val(prefix), v{};
    MDB_cursor* cursor = lease_.index();
    int rc = mdb_cursor_get(cursor, &k, &v, MDB_SET_RANGE);
    for (; rc == MDB_SUCCESS; rc = mdb_cursor_get(cursor, &k, &v, MDB_NEXT)) {
      if (from_val(k).substr(0, prefix.size()) != prefix) return true;
      if (scratch_.ids.size() - first >= most) {
        scratch_.ids.resize(first);
        return false;
      }
      scratch_.ids.push_back(read_id(from_val(v).data()));
    }
    if (rc != MDB_NOTFOUND) check(rc, "mdb_cursor_get");
    return true;
  }

  // A virtual group is a view of its user: name, number and UUID of the one are the other's.
  Source virtual_attribute(const Leaf& leaf, AttributeId id) {
    const Known& k = known();
    if (id == k.cn || id == k.sAMAccountName) {
      return indexed(leaf, view_.layout->rdn_attribute(EntryKind::user), kNoLeaf);
    }
    if (id == k.gidNumber) return indexed(leaf, k.gidNumber, kNoLeaf);
    if (id == k.uid || id == k.entryUUID) return virtual_uuid(leaf, id);
    if (is_member_like(id) || id == k.memberUid) {
      if (leaf.test != Test::equal && leaf.test != Test::in_chain) return {};
      return leaf.target.kind == Target::Kind::user ? single(leaf.target.id) : nothing();
    }
    if (id == k.entryDN && leaf.test == Test::equal) {
      return leaf.target.kind == Target::Kind::virtual_group ? single(leaf.target.id) : nothing();
    }
    const bool held = id == k.objectClass || id == k.superuser || info_of(id).operational;
    return held ? Source{} : nothing();
  }

  Source virtual_uuid(const Leaf& leaf, AttributeId id) {
    if (leaf.test != Test::equal) return {};
    if (filter_.value(leaf).size() != kUuidSize) return nothing();
    scratch_.key.assign(filter_.value(leaf));
    if (id == known().entryUUID && !flip_uuid(filter_.value(leaf), scratch_.key)) return nothing();
    const std::uint32_t key = scratch_.keys.take();
    equality_key(known().entryUUID, scratch_.key, scratch_.keys[key]);
    return posting(key, kNoLeaf);
  }

  const CompiledFilter& filter_;
  Realm realm_;
  Lease& lease_;
  const View& view_;
  PlanScratch& scratch_;
};

}  // namespace

Source plan(const CompiledFilter& filter, Realm realm, Lease& lease, const View& view,
            PlanScratch& scratch) {
  return Planner(filter, realm, lease, view, scratch).node(0);
}

void read_posting(Lease& lease, std::string_view key, EntryId from, EntryId last, std::size_t limit,
                  std::vector<EntryId>& out) {
  const IdKey start(from);
  MDB_val k = to_val(key), v = to_val(start.view());
  MDB_cursor* cursor = lease.index();
  int rc = mdb_cursor_get(cursor, &k, &v, MDB_GET_BOTH_RANGE);
  for (; rc == MDB_SUCCESS && limit != 0; rc = mdb_cursor_get(cursor, &k, &v, MDB_NEXT_DUP)) {
    const EntryId id = read_id(from_val(v).data());
    if (id > last) return;
    out.push_back(id);
    --limit;
  }
  if (rc != MDB_SUCCESS && rc != MDB_NOTFOUND) check(rc, "mdb_cursor_get");
}

}  // namespace postern::directory
