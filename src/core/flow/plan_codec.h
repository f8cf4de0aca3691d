#pragma once
// A Plan as JSON and back, for fronts that keep it between requests. What comes back is bound to
// the flow as it is now: a plan of a flow that is gone or was changed is nothing. The text holds
// what people have typed into prompts: it is stored sealed. Thread: pure functions.

#include <boost/json/object.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/flow/plan.h"

namespace postern::core {

// The place of the sealed plan of a mailed link, by its token's key.
inline std::string mailed_plan_place(std::string_view token) {
  return "mailed plan:" + std::string(token);
}

boost::json::object plan_to_json(const Plan& plan);
std::optional<Plan> plan_from_json(const boost::json::object& json, const Catalog& catalog);

}  // namespace postern::core
