#include "outpost/ldap/search_course.h"

#include "protocols/ldap/controls.h"

namespace postern::outpost {
namespace {

using ldap::ResultCode;

void append_number(std::uint64_t number, std::string& out) {
  for (unsigned shift = 64; shift != 0; shift -= 8) {
    out.push_back(static_cast<char>(number >> (shift - 8U)));
  }
}

void append_text(std::string_view text, std::string& out) {
  append_number(text.size(), out);
  out.append(text);
}

void append_filter(const ldap::Filter& filter, std::string& out) {
  append_number(filter.nodes.size(), out);
  for (const ldap::FilterNode& node : filter.nodes) {
    append_number(static_cast<std::uint64_t>(node.kind) << 1U | (node.dn_attributes ? 1U : 0U),
                  out);
    append_number(static_cast<std::uint64_t>(node.first) << 32U | node.count, out);
    append_text(node.attribute, out);
    append_text(node.value, out);
    append_text(node.matching_rule, out);
  }
  for (const ldap::SubstringPiece& piece : filter.pieces) {
    append_number(static_cast<std::uint64_t>(piece.place), out);
    append_text(piece.text, out);
  }
}

// What a series of pages belongs to: who looks, at which view, for what, in which order.
std::string binding_of(const ldap::SearchRequest& request, const SearchControls& controls,
                       const ldap::Viewer& viewer) {
  std::string binding;
  append_number(static_cast<std::uint64_t>(viewer.provider), binding);
  append_number(static_cast<std::uint64_t>(viewer.user), binding);
  append_text(request.base, binding);
  append_number(static_cast<std::uint64_t>(request.scope), binding);
  append_filter(request.filter, binding);
  append_number(controls.sort.size(), binding);
  for (const ldap::SortKey& key : controls.sort) {
    append_text(key.attribute, binding);
    append_text(key.ordering_rule, binding);
    append_number(key.reverse ? 1U : 0U, binding);
  }
  return binding;
}

}  // namespace

SearchCourse::SearchCourse(Conversation& conversation, const ldap::SearchRequest& request,
                           const SearchControls& controls, const ldap::Viewer& viewer) {
  window_ = controls.window.has_value();
  paged_ = controls.page.has_value();
  watches_ = controls.watch.has_value();
  if (watches_ && (paged_ || !controls.sort.empty())) {
    refuse(ResultCode::unwillingToPerform, "a persistent search has neither pages nor an order");
  } else if (window_ && controls.sort.empty()) {
    refuse(ResultCode::sortControlMissing, "a list view needs a sort control");
  } else if (window_ && paged_) {
    refuse(ResultCode::unwillingToPerform, "a list view has no pages");
  } else if (!controls.sort.empty()) {
    judge_sort(conversation, controls);
  }
  if (paged_ && refusal_ == ResultCode::success) {
    judge_page(conversation, request, controls, viewer);
  }
}

void SearchCourse::refuse(ResultCode code, std::string_view why) noexcept {
  refusal_ = code;
  why_ = why;
}

// RFC 2891 section 2: what cannot be sorted is refused or left unsorted, as the client prefers.
void SearchCourse::judge_sort(Conversation& conversation, const SearchControls& controls) {
  asked_to_sort_ = true;
  verdict_ = conversation.services.tree.judge_sort(controls.sort);
  sorted_ = verdict_.code == ResultCode::success;
  if (sorted_) return;
  offender_ = controls.sort[verdict_.key].attribute;
  if (controls.sort_critical || window_) {
    refuse(ResultCode::unavailableCriticalExtension, "the entries cannot be sorted so");
  }
}

// RFC 2696 section 3
void SearchCourse::judge_page(Conversation& conversation, const ldap::SearchRequest& request,
                              const SearchControls& controls, const ldap::Viewer& viewer) {
  binding_ = binding_of(request, controls, viewer);
  if (!controls.page->cookie.empty()) {
    mark_ = conversation.services.cookies.open(controls.page->cookie,
                                               conversation.services.clock.wall(), binding_);
    if (!mark_) {
      return refuse(ResultCode::unwillingToPerform,
                    "the cookie has expired or belongs to another search");
    }
  }
  page_ = controls.page->size;
  ended_ = page_ == 0;
  // All fits on one page that is as large as the size limit: the control changes nothing.
  if (request.size_limit != 0 && page_ >= request.size_limit) page_ = 0;
}

void SearchCourse::place(ldap::SearchCursor& cursor) const {
  if (!mark_) return;
  if (sorted_) {
    cursor.sent = mark_->sent;
  } else {
    cursor.resume(mark_->at, mark_->sent);
  }
}

ldap::SearchExtras SearchCourse::extras(const ldap::SearchRequest& request,
                                        const SearchControls& controls) const noexcept {
  ldap::SearchExtras extras;
  extras.page = page_;
  if (sorted_) {
    extras.sort = controls.sort;
    if (window_) extras.window = &*controls.window;
    if (mark_) extras.after = &mark_->at;
    extras.series = binding_;
  }
  if (controls.values && !request.types_only) extras.values = &*controls.values;
  extras.dereference = controls.dereference;
  if (controls.watch) extras.watch = &*controls.watch;
  return extras;
}

void SearchCourse::respond(Conversation& conversation, const ldap::Turn& turn,
                           const ldap::SearchCursor& cursor, Octets& controls) const {
  if (paged_) {
    std::string cookie;
    if (turn.page_full) {
      const ldap::Position at =
          sorted_ ? cursor.last : ldap::Position{cursor.phase, cursor.next, {}};
      cookie = conversation.services.cookies.seal({at, cursor.sent},
                                                  conversation.services.clock.wall(), binding_);
    }
    ldap::append_paged_results(controls, {0, cookie});
  }
  // Where nothing was found there was nothing to sort (RFC 2891 section 2, last item).
  if (asked_to_sort_ && !sorted_) {
    ldap::append_sort_response(controls, verdict_.code, offender_);
  } else if (asked_to_sort_ && turn.code == ResultCode::adminLimitExceeded) {
    ldap::append_sort_response(controls, turn.code);
  } else if (asked_to_sort_ && cursor.on_page != 0 && turn.code == ResultCode::success) {
    ldap::append_sort_response(controls, ResultCode::success);
  }
  if (window_) {
    ldap::append_vlv_response(controls, {.target_position = cursor.window_target,
                                         .content_count = cursor.window_size,
                                         .code = turn.code,
                                         .context = {}});
  }
}

}  // namespace postern::outpost
