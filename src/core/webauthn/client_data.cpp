#include "core/webauthn/client_data.h"

#include <boost/json/parse.hpp>

#include "core/secret.h"
#include "core/webauthn/base64url.h"

namespace postern::core {
namespace {

constexpr std::size_t kMostOctets = 8192;

std::string_view text(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                : std::string_view();
}

}  // namespace

std::string_view fault_of_client_data(std::string_view json, std::string_view type,
                                      const CeremonyRequest& request) {
  if (json.size() > kMostOctets) return "client_data_too_large";
  if (json.starts_with("\xef\xbb\xbf")) json.remove_prefix(3);  // UTF-8 decode, step 5
  boost::system::error_code error;
  const boost::json::value parsed = boost::json::parse({json.data(), json.size()}, error);
  if (error || !parsed.is_object()) return "client_data_malformed";
  const boost::json::object& data = parsed.get_object();
  if (text(data, "type") != type) return "wrong_type";
  const auto challenge = from_base64url(text(data, "challenge"));
  if (!challenge || request.challenge.empty() ||
      !constant_time_equal(*challenge, request.challenge)) {
    return "wrong_challenge";
  }
  if (text(data, "origin") != request.origin) return "wrong_origin";
  const auto* crossed = data.if_contains("crossOrigin");
  if (crossed != nullptr && !(crossed->is_bool() && !crossed->get_bool())) return "cross_origin";
  if (data.contains("topOrigin")) return "top_origin";
  return {};
}

}  // namespace postern::core
