#include "directory/search.h"

#include <algorithm>

#include "directory/index_key.h"
#include "protocols/ldap/dn.h"

namespace postern::directory {
namespace {

using ldap::ResultCode;
using ldap::Scope;

constexpr std::uint32_t kClockEvery = 16;  // entries between two looks at the clock
constexpr std::size_t kChunk = 64;         // ids read from a posting list at once
enum Phase : std::uint8_t { kUppers, kStored, kVirtual, kSorted, kEnd };

constexpr std::uint8_t bit(Container which) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(which));
}
constexpr std::uint8_t kAllContainers =
    bit(Container::users) | bit(Container::groups) | bit(Container::virtual_groups);

}  // namespace

Search::Search(Lease& lease, const View& view, const SearchCall& call, const SearchShared& shared)
    : lease_(lease),
      view_(view),
      request_(call.request),
      message_id_(call.message_id),
      limits_(call.limits),
      extras_(call.extras),
      cursor_(call.cursor),
      out_(call.out),
      scratch_(*lease.slot().scratch),
      shared_(shared),
      sight_(lease, view, call.viewer, scratch_.sight),
      evaluator_(lease, view, scratch_.filter, sight_, scratch_.prepared, scratch_.key),
      renderer_(lease, view, sight_, scratch_.selection, scratch_.render),
      viewer_(call.viewer.user),
      start_size_(out_.size()),
      start_(std::chrono::steady_clock::now()) {}

ldap::Turn Search::run() {
  if (limits_.deadline != Instant{} && start_ >= limits_.deadline)
    return {.code = ResultCode::timeLimitExceeded};
  if (!ldap::normalise_dn(request_.base, scratch_.base))
    return {.code = ResultCode::invalidDNSyntax};
  target_ = resolve(lease_, view_, scratch_.base, scratch_.value, scratch_.key);
  // A suspended search goes on even if its base has gone meanwhile: it finds what is left.
  const bool found = sight_.target(target_);
  if (!found && !cursor_.started) return refused();
  if (extras_.watch != nullptr) {
    if (!cursor_.state) {
      begin_watch();
      cursor_.started = true;
      return {.more = true};
    }
    target_ = static_cast<const Watching&>(*cursor_.state).base;  // there or not
  } else if (!found || request_.filter.nodes.empty()) {
    return {.code = ResultCode::success};
  }
  if (!extras_.sort.empty() && !begin_sorted()) return {.code = ResultCode::inappropriateMatching};
  cursor_.started = true;
  set_range();
  compile(request_.filter, lease_, view_, sight_, scratch_.filter);
  select(request_.attributes, request_.types_only, *lease_.snapshot().dictionary, sight_,
         scratch_.value, scratch_.selection);
  children_count_ = upper_mask_ != 0 && asks_for_children();
  if (decorated()) prepare_decoration();
  if (extras_.watch != nullptr && extras_.watch->changes_only) return watch();
  while (cursor_.phase != kEnd) {
    const Step step = this->step();
    if (step == Step::turn_over) return {.more = true};
    if (step == Step::finished) {
      if (page_full_ && !extras_.sort.empty()) keep_rest();
      return {.code = code_, .page_full = page_full_};
    }
    ++cursor_.phase;
    cursor_.next = 0;
    cursor_.has_candidates = false;
    cursor_.candidates.clear();
  }
  return extras_.watch != nullptr ? watch() : ldap::Turn{};
}

Search::Step Search::step() {
  switch (cursor_.phase) {
    case kUppers:
      return uppers();
    case kStored:
      return phase(Realm::stored);
    case kVirtual:
      return phase(Realm::virtual_groups);
    default:
      return extras_.sort.empty() ? Step::next : send_sorted();
  }
}

// noSuchObject with the nearest ancestor that this viewer may know of.
ldap::Turn Search::refused() {
  ldap::Turn turn{.code = ResultCode::noSuchObject};
  if (target_.kind != Target::Kind::outside) {
    nearest_visible(lease_, view_, sight_, scratch_.base, turn.matched_dn);
  }
  return turn;
}

// RFC 4511 4.5.1.2
void Search::set_range() {
  const Scope scope = request_.scope;
  const bool self = scope == Scope::base || scope == Scope::sub;
  if (target_.kind != Target::Kind::upper) {
    if (!self) return;  // leaves have nothing below
    EntryId& first = target_.kind == Target::Kind::virtual_group ? first_virtual_ : first_;
    EntryId& last = target_.kind == Target::Kind::virtual_group ? last_virtual_ : last_;
    first = last = target_.id;
    return;
  }
  if (self) upper_mask_ = bit(target_.upper);
  if (scope == Scope::base) return;
  const bool root = target_.upper == Container::base;
  if (root) upper_mask_ |= kAllContainers;
  if (root && scope == Scope::one) return;
  const bool users = root || target_.upper == Container::users;
  const bool groups = root || target_.upper == Container::groups;
  if (users || groups) {
    first_ = users ? 1 : kGroupBit;
    last_ = groups ? kLastEntry : kLastUser;
  }
  const bool there = view_.upper(Container::virtual_groups).there();
  if (there && (root || target_.upper == Container::virtual_groups)) {
    first_virtual_ = 1;
    last_virtual_ = kLastUser;
  }
}

bool Search::turn_over() {
  if (examined_ == 0) return false;  // each turn gets at least one step further
  if (examined_ >= ldap::kTurnEntries || out_.size() - start_size_ >= ldap::kTurnOctets)
    return true;
  if (examined_ % kClockEvery != 0) return false;
  return std::chrono::steady_clock::now() - start_ >= ldap::kTurnTime;
}

Search::Step Search::examine(const Subject& subject, std::uint32_t proven) {
  ++examined_;
  ++cursor_.examined;
  if (limits_.examined != 0 && cursor_.examined > limits_.examined) {
    return finish(ResultCode::adminLimitExceeded);
  }
  if (!evaluator_.matches(subject, proven)) return Step::next;
  return collecting_ != nullptr ? collect(subject) : send(subject);
}

// A limit that is reached is told of by the first entry too many, so the last page of a series
// knows that it is the last.
Search::Step Search::send(const Subject& subject) {
  if (limits_.size != 0 && cursor_.sent >= limits_.size) {
    return finish(ResultCode::sizeLimitExceeded);
  }
  if (extras_.page != 0 && cursor_.on_page >= extras_.page) {
    page_full_ = true;
    return finish(ResultCode::success);
  }
  if (const Step step = follow(subject); step != Step::next) return step;
  const std::size_t start = out_.size();
  renderer_.entry(subject, message_id_, out_);
  if (decorated()) decorate(subject, start);
  ++cursor_.sent;
  ++cursor_.on_page;
  return Step::next;
}

Search::Step Search::finish(ResultCode code) {
  code_ = code;
  return Step::finished;
}

bool Search::asks_for_children() const noexcept {
  const AttributeId id = known().hasSubordinates;
  if (scratch_.selection.wants(id, true)) return true;
  const auto& leaves = scratch_.filter.leaves;
  return std::any_of(leaves.begin(), leaves.end(), [id](const Leaf& leaf) {
    const auto attributes = leaf.attributes();
    return leaf.any_attribute ||
           std::find(attributes.begin(), attributes.end(), id) != attributes.end();
  });
}

Subject Search::upper(Container which) {
  Subject subject = upper_subject(view_, which);
  if (children_count_ && !has_children(lease_, sight_, which)) {
    subject.record = RecordView(view_.upper(which).childless);
  }
  return subject;
}

Search::Step Search::uppers() {
  for (std::uint32_t i = cursor_.next; i < view_.uppers.size(); ++i) {
    const auto which = static_cast<Container>(i);
    if ((upper_mask_ & bit(which)) == 0 || !view_.upper(which).there()) continue;
    cursor_.next = i;
    const Subject subject = upper(which);
    if (const Step step = examine(subject, kNoLeaf); step != Step::next) return step;
  }
  return Step::next;
}

// What is hidden costs work, and a turn is as long as its work; limits count what is seen.
Search::Step Search::pass_over() {
  ++examined_;
  return Step::next;
}

Search::Step Search::examine(Realm realm, EntryId id, std::uint32_t proven) {
  const auto octets = read_record(lease_, id);
  if (!octets) return Step::next;
  const RecordView record(*octets);
  return realm == Realm::stored ? examine_stored(id, record, proven) : examine_virtual(id, record);
}

Search::Step Search::examine_stored(EntryId id, const RecordView& record, std::uint32_t proven) {
  if (!sight_.stored(id, record)) return pass_over();
  return examine(Subject{.kind = record.kind(), .id = id, .record = record}, proven);
}

Search::Step Search::examine_virtual(EntryId user, const RecordView& record) {
  if (!sight_.user(user, record)) return pass_over();
  return examine(virtual_subject(view_, user, record, scratch_.subject), kNoLeaf);
}

Search::Step Search::phase(Realm realm) {
  if (realm == Realm::virtual_groups) {
    if (!may_match(scratch_.filter, 0, EntryKind::virtual_group)) return Step::next;
  } else {
    if (first_ <= kLastUser && !may_match(scratch_.filter, 0, EntryKind::user)) {
      first_ = kGroupBit;
    }
    if (last_ >= kGroupBit && !may_match(scratch_.filter, 0, EntryKind::group)) {
      last_ = kLastUser;
    }
  }
  const EntryId first = realm == Realm::stored ? first_ : first_virtual_;
  const EntryId last = realm == Realm::stored ? last_ : last_virtual_;
  if (first > last) return Step::next;
  cursor_.next = std::max(cursor_.next, first);
  if (sight_.is_short()) {
    scratch_.ids.assign(sight_.shown().begin(), sight_.shown().end());
    return walk_list(realm, scratch_.ids, 0, scratch_.ids.size());
  }
  if (first == last) {  // the base itself
    scratch_.ids.assign(1, first);
    return walk_list(realm, scratch_.ids, 0, 1);
  }
  if (cursor_.has_candidates)
    return walk_list(realm, cursor_.candidates, 0, cursor_.candidates.size());
  scratch_.plan.clear();
  const Source source = plan(scratch_.filter, realm, lease_, view_, scratch_.plan);
  switch (source.kind) {
    case Source::Kind::nothing:
      return Step::next;
    case Source::Kind::posting:
      return walk_posting(realm, source);
    case Source::Kind::ids: {
      const Step step = walk_list(realm, scratch_.plan.ids, source.first, source.last);
      if (step != Step::turn_over) return step;
      const auto begin = scratch_.plan.ids.begin();
      cursor_.candidates.assign(begin + static_cast<std::ptrdiff_t>(source.first),
                                begin + static_cast<std::ptrdiff_t>(source.last));
      cursor_.has_candidates = true;
      return step;
    }
    case Source::Kind::everything:
      break;
  }
  return walk_records();
}

Search::Step Search::walk_list(Realm realm, const std::vector<EntryId>& ids, std::size_t first,
                               std::size_t last) {
  const EntryId bound = realm == Realm::stored ? last_ : last_virtual_;
  const auto begin = ids.begin() + static_cast<std::ptrdiff_t>(first);
  const auto end = ids.begin() + static_cast<std::ptrdiff_t>(last);
  for (auto at = std::lower_bound(begin, end, cursor_.next); at != end && *at <= bound; ++at) {
    cursor_.next = *at;
    if (turn_over()) return Step::turn_over;
    if (const Step step = examine(realm, *at, kNoLeaf); step != Step::next) return step;
  }
  return Step::next;
}

Search::Step Search::walk_posting(Realm realm, const Source& source) {
  const EntryId bound = realm == Realm::stored ? last_ : last_virtual_;
  for (EntryId from = cursor_.next;;) {
    scratch_.ids.clear();
    read_posting(lease_, scratch_.plan.keys[source.key], from, bound, kChunk, scratch_.ids);
    for (const EntryId id : scratch_.ids) {
      cursor_.next = id;
      if (turn_over()) return Step::turn_over;
      if (const Step step = examine(realm, id, source.proven); step != Step::next) return step;
    }
    if (scratch_.ids.size() < kChunk || scratch_.ids.back() == bound) return Step::next;
    from = scratch_.ids.back() + 1;
  }
}

Search::Step Search::walk_records() {
  const bool stored = cursor_.phase == kStored;
  const EntryId bound = stored ? last_ : last_virtual_;
  const IdKey start(cursor_.next);
  MDB_val key = to_val(start.view()), value{};
  MDB_cursor* cursor = lease_.records();
  int rc = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
  for (; rc == MDB_SUCCESS; rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
    const EntryId id = read_id(from_val(key).data());
    if (id > bound) return Step::next;
    cursor_.next = id;
    if (turn_over()) return Step::turn_over;
    const RecordView record(from_val(value));
    const Step step = stored ? examine_stored(id, record, kNoLeaf) : examine_virtual(id, record);
    if (step != Step::next) return step;
  }
  if (rc != MDB_NOTFOUND) check(rc, "mdb_cursor_get");
  return Step::next;
}

}  // namespace postern::directory
