#pragma once
// What requests to other services are made of: percent-encoding (RFC 3986, upper-case hex), forms,
// credentials of RFC 7617. Thread: pure.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace postern::core {

std::string percent_encoded(std::string_view text);
// name=value&..., in the order given.
std::string form_text(const std::vector<std::pair<std::string, std::string>>& fields);
std::string basic_credentials(std::string_view name, std::string_view password);  // "Basic ..."

}  // namespace postern::core
