#pragma once
// Challenges of flows as the v3 API writes them. Thread: pure; views of the Challenge and the run
// live for the call. Source: reference, HTTP 1.3.

#include <boost/json/object.hpp>

#include "core/flow/web_flows.h"
#include "http/context.h"

namespace postern::http {

struct ChallengePage {
  const core::Flow& flow;
  std::string recovery_slug;  // of the brand; "" = there is none
  std::string brand_title;
};

core::Object challenge_json(const Context& context, const ChallengePage& page,
                            const core::Challenge& challenge, const core::FlowRun& run);
core::Object denied_json(const Context& context, const ChallengePage& page,
                         std::string_view message);
core::Object redirect_json(std::string_view to);

}  // namespace postern::http
