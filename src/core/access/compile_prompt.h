#pragma once
// What a prompt stage asks and by which rules it takes the answers, read from its row and the
// prompts that it names (authentik-core.md 3). Something that is missing makes the stage deny and
// is named in `problems`. Thread: any.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/access/catalog.h"
#include "core/policy/policy.h"

namespace postern::core {

using PolicyMap = std::map<std::string, std::shared_ptr<const Policy>, std::less<>>;  // by pk

void read_prompt(const boost::json::object& row,
                 const std::vector<const boost::json::object*>& prompts, const PolicyMap& policies,
                 Stage& stage, std::vector<std::string>& problems);

}  // namespace postern::core
