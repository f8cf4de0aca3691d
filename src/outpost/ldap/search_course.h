#pragma once
// SearchCourse: how a search with controls of its own goes: what its cookie leads to, whether it
// can be sorted, what its page may hold; and, when it is over, the response controls. Decided once,
// at the start; the controls themselves are decoded anew at each turn, as the request is.
//
// A search without such controls has no course. Thread: the session's loop.
// Sources: RFC 2696, 2891, vlv-09; design.md 7 (LDAP codes: paging cookie).

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "outpost/ldap/conversation.h"
#include "outpost/ldap/page_cookie.h"
#include "outpost/ldap/search_controls.h"
#include "protocols/ldap/tree.h"

namespace postern::outpost {

class SearchCourse {
 public:
  // `viewer` is nothing for a search that reaches no provider's tree.
  SearchCourse(Conversation& conversation, const ldap::SearchRequest& request,
               const SearchControls& controls, const ldap::Viewer& viewer);

  // success, or why the search is not carried out.
  ldap::ResultCode refusal() const noexcept { return refusal_; }
  std::string_view why() const noexcept { return why_; }
  // Nothing is to be searched: the client ended its series.
  bool ended() const noexcept { return ended_; }
  // A persistent search: it goes on until the client or the connection ends it.
  bool watches() const noexcept { return watches_; }

  // Where this page begins.
  void place(ldap::SearchCursor& cursor) const;
  ldap::SearchExtras extras(const ldap::SearchRequest& request,
                            const SearchControls& controls) const noexcept;
  // Appends the response controls of the SearchResultDone.
  void respond(Conversation& conversation, const ldap::Turn& turn, const ldap::SearchCursor& cursor,
               Octets& controls) const;

 private:
  void judge_page(Conversation& conversation, const ldap::SearchRequest& request,
                  const SearchControls& controls, const ldap::Viewer& viewer);
  void judge_sort(Conversation& conversation, const SearchControls& controls);
  void refuse(ldap::ResultCode code, std::string_view why) noexcept;

  ldap::ResultCode refusal_ = ldap::ResultCode::success;
  std::string_view why_;
  bool ended_ = false;
  bool paged_ = false, sorted_ = false, asked_to_sort_ = false, window_ = false, watches_ = false;
  std::uint32_t page_ = 0;
  std::optional<PageMark> mark_;
  std::string binding_;
  ldap::SortVerdict verdict_;
  std::string offender_;  // the sort attribute that is to blame
};

}  // namespace postern::outpost
