#pragma once
// What a User-Agent says of browser, system and device, for the list of sessions; guessed from the
// few tokens that browsers have agreed on, "Other" where none fits. Thread: pure.

#include <boost/json/object.hpp>

#include <string_view>

namespace postern::http {

boost::json::object describe_user_agent(std::string_view text);

}  // namespace postern::http
