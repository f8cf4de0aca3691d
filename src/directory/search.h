#pragma once
// Search: one turn of one search (protocols/ldap/tree.h), in three phases of ascending ids: the
// base entry and containers, users and groups, virtual groups. Between turns only ids are kept;
// each turn plans anew or goes on in the list that was gathered, and decides on what an entry is
// now.
//
// What the viewer may not see (sight.h) is passed over before the filter is looked at. Thread: the
// lease's.

#include "directory/plan.h"
#include "directory/render.h"
#include "protocols/ldap/tree.h"

namespace postern::directory {

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
};

class Search {
 public:
  Search(Lease& lease, const View& view, const ldap::SearchRequest& request,
         std::int32_t message_id, const ldap::Viewer& viewer, const ldap::SearchLimits& limits,
         ldap::SearchCursor& cursor, Octets& out);

  ldap::Turn run();

 private:
  enum class Step : std::uint8_t { next, turn_over, finished };

  ldap::Turn refused();
  void set_range();
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
  bool turn_over();

  Lease& lease_;
  const View& view_;
  const ldap::SearchRequest& request_;
  std::int32_t message_id_;
  const ldap::SearchLimits& limits_;
  ldap::SearchCursor& cursor_;
  Octets& out_;
  SearchScratch& scratch_;
  const Sight sight_;
  Evaluator evaluator_;
  Renderer renderer_;
  Target target_;
  // What the scope covers.
  std::uint8_t upper_mask_ = 0;
  EntryId first_ = 1, last_ = 0;                  // users and groups
  EntryId first_virtual_ = 1, last_virtual_ = 0;  // users of virtual groups
  std::size_t start_size_ = 0;
  std::uint32_t examined_ = 0;
  Instant start_;
  ldap::ResultCode code_ = ldap::ResultCode::success;
};

}  // namespace postern::directory
