#pragma once
// Search: one turn of one search (protocols/ldap/tree.h), in three phases of ascending ids: the
// base entry and containers, users and groups, virtual groups. Between turns only ids are kept;
// each turn plans anew or goes on in the list that was gathered, and decides on what an entry is
// now. A sorted search gathers ids and sort keys in these phases and sends in a fourth; an entry
// that has gone meanwhile, or matches no more, is then left out.
//
// What the viewer may not see (sight.h) is passed over before the filter is looked at. Thread: the
// lease's.

#include "directory/change_ring.h"
#include "directory/plan.h"
#include "directory/render.h"
#include "directory/sort_cache.h"
#include "directory/sort_key.h"
#include "directory/sort_store.h"
#include "protocols/ldap/decode_response.h"
#include "protocols/ldap/tree.h"

namespace postern::directory {

// What a matched values or dereference control makes of entries.
struct DecorateScratch {
  CompiledFilter values;
  Selection followed, wanted;
  RenderScratch render;
  SubjectScratch subject;
  Octets rendered, entry, attributes, results, controls;
  std::string dn, value, key;
  core::LoginRecord login;
};

struct SearchScratch {
  std::string base, value, key, prepared;
  SightScratch sight;
  CompiledFilter filter;
  PlanScratch plan;
  Selection selection;
  RenderScratch render;
  SubjectScratch subject;
  ldap::Filter assertion;    // of a Compare
  std::vector<EntryId> ids;  // those to be looked at next
  SortKeys sort;
  DecorateScratch decorate;
};

// What Tree::search() was called with.
struct SearchCall {
  const ldap::SearchRequest& request;
  std::int32_t message_id;
  const ldap::Viewer& viewer;
  const ldap::SearchLimits& limits;
  const ldap::SearchExtras& extras;
  ldap::SearchCursor& cursor;
  Octets& out;
};

// A sorted search between its turns.
struct SortedSearch final : ldap::SearchState {
  explicit SortedSearch(std::shared_ptr<MemoryBudget> budget) : store(std::move(budget)) {}
  SortStore store;
  std::size_t rank = 0;  // the next to be sent
  std::size_t end = 0;   // and where to stop
  bool placed = false;   // the window's target is found
};

// A persistent search between its turns.
struct Watching final : ldap::SearchState {
  explicit Watching(std::shared_ptr<ChangeRing> ring) : changes(std::move(ring)) {}
  ~Watching() override { changes->end_watch(); }
  std::shared_ptr<ChangeRing> changes;
  Target base;
};

// Dereferencing of an entry that leads to more others than one turn can look at.
struct Following final : ldap::SearchState {
  EntryId id = 0;
  EntryKind kind{};
  std::size_t spec = 0;  // the attribute that is followed
  bool gathered = false;
  std::vector<EntryId> ids;  // to which it leads
  std::size_t at = 0;        // the next of them
  Octets results;
};

// What the searches of a node share.
struct SearchShared {
  std::shared_ptr<MemoryBudget> sort_memory;
  std::shared_ptr<ChangeRing> changes;
  std::shared_ptr<SortCache> sorted;
};

class Search {
 public:
  Search(Lease& lease, const View& view, const SearchCall& call, const SearchShared& shared);

  ldap::Turn run();

 private:
  enum class Step : std::uint8_t { next, turn_over, finished };

  ldap::Turn refused();
  void set_range();
  Step step();
  bool asks_for_children() const noexcept;
  Subject upper(Container which);
  Step uppers();
  Step phase(Realm realm);
  Step walk_records();
  Step walk_posting(Realm realm, const Source& source);
  Step walk_list(Realm realm, const std::vector<EntryId>& ids, std::size_t first, std::size_t last);
  Step examine(Realm realm, EntryId id, std::uint32_t proven);
  Step examine(const Subject& subject, std::uint32_t proven);
  Step examine_stored(EntryId id, const RecordView& record, std::uint32_t proven);
  Step examine_virtual(EntryId user, const RecordView& record);
  Step pass_over();
  Step send(const Subject& subject);
  Step finish(ldap::ResultCode code);
  bool turn_over();

  // Matched values, dereferenced ones and notices of changes (search_decorated.cpp)
  bool decorated() const noexcept {
    return extras_.values != nullptr || !extras_.dereference.empty() || extras_.notes != nullptr ||
           noticed_;
  }
  void prepare_decoration();
  void decorate(const Subject& subject, std::size_t start);
  bool may_note(const Subject& subject) const noexcept;
  void note(EntryId user);
  void match_values(const ldap::Entry& entry, Octets& attributes);
  Step follow(const Subject& subject);
  Step follow_ids(const ldap::DerefSpec& spec, Following& work, std::size_t& steps);
  bool gather(const ldap::DerefSpec& spec, const Subject& subject, std::vector<EntryId>& ids);
  void follow_values(const ldap::DerefSpec& spec, const Subject& subject, Octets& results);
  void append_wanted(const Target& target, Octets& attributes);

  // Persistent searches (search_watch.cpp)
  void begin_watch();
  ldap::Turn watch();
  Step notify(const Change& change);
  Step send_notice(const Subject& subject);

  // Sorted searches (search_sorted.cpp)
  bool begin_sorted();
  void open_sorted();
  void keep_rest();
  Step collect(const Subject& subject);
  Step send_sorted();
  Step place_window(SortedSearch& sorted);
  void note_last(const SortedSearch& sorted);
  Step send_ranked(SortedSearch& sorted, const SortStore::Place& place);

  Lease& lease_;
  const View& view_;
  const ldap::SearchRequest& request_;
  std::int32_t message_id_;
  const ldap::SearchLimits& limits_;
  const ldap::SearchExtras& extras_;
  ldap::SearchCursor& cursor_;
  Octets& out_;
  SearchScratch& scratch_;
  const SearchShared& shared_;
  const Sight sight_;
  Evaluator evaluator_;
  Renderer renderer_;
  const std::int64_t viewer_;
  Target target_;
  // What the scope covers.
  std::uint8_t upper_mask_ = 0;
  EntryId first_ = 1, last_ = 0;                  // users and groups
  EntryId first_virtual_ = 1, last_virtual_ = 0;  // users of virtual groups
  std::size_t start_size_ = 0;
  std::uint32_t examined_ = 0;
  Instant start_;
  SortedSearch* collecting_ = nullptr;  // entries that match go there
  ldap::ResultCode code_ = ldap::ResultCode::success;
  bool page_full_ = false;
  bool children_count_ = false;  // whether containers have any matters to this search
  bool noticed_ = false;         // entries carry notice_
  ldap::EntryChange notice_;
};

}  // namespace postern::directory
