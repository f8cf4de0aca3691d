#pragma once
// Visit: one request to the flow executor: which flow, on which page, by whom; and how a flow ends:
// what it did to the session and to the browser, and where it leads. Thread: as the request's.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/flow/web_flows.h"
#include "http/context.h"
#include "http/flow/challenge_json.h"

namespace postern::http {

inline constexpr std::string_view kProofCookie = "authentik_mfa";
inline constexpr std::string_view kDeviceCookie = "authentik_device";
inline constexpr std::string_view kDenied = "Access denied.";
inline constexpr std::string_view kMoved = "The flow has moved on meanwhile. Try again.";

struct Visit {
  Context& context;
  std::shared_ptr<const core::Flow> flow;
  Query page;  // the query of the page that shows the flow
  core::FlowVisitor who;
  std::optional<core::Plan> mailed;  // the run that a mailed link goes on with
  std::optional<core::Plan> from;    // the run of the flow that has led here
  std::string remote;                // for whom an outpost asks
};

ChallengePage page_for(const Visit& visit);

// Where the page wants to go afterwards; nothing = not a place of ours.
std::optional<std::string> next_page(const Visit& visit);

Response denied(Visit& visit, std::string_view message);

// A session for a visitor who has none, and its cookie.
void ensure_session(Context& context);

// The flow is done: what it did to the session, and where to go.
Response finish(Visit& visit, const core::FlowRun& run);

}  // namespace postern::http
