#pragma once
// Duo's Auth API (duo.com/docs/authapi), signed requests: enrolment, its state, a push and its
// outcome. `api_hostname` may carry a port. Blocking, each call with a deadline. Nothing = Duo does
// not answer, or not OK; the log says why. What is not an "allow" is no login.

#include <optional>
#include <string>
#include <string_view>

#include "core/credentials/sealer.h"
#include "core/model/model.h"
#include "core/ports/clock.h"
#include "core/ports/http_client.h"

namespace postern::core {

class Duo {
 public:
  Duo(HttpClient& http, const Sealer& sealer, const Clock& clock, const Object& stage)
      : http_(http), sealer_(sealer), clock_(clock), stage_(stage) {}

  struct Enrolment {
    std::string user_id, activation_code, barcode;
  };
  std::optional<Enrolment> enroll(std::string_view username);
  // "success", "invalid", "waiting".
  std::optional<std::string> enroll_status(std::string_view user_id, std::string_view activation);
  // The push is on its way: its transaction.
  std::optional<std::string> push(std::string_view user_id, std::string_view address);
  // "allow", "deny", "waiting".
  std::optional<std::string> outcome(std::string_view transaction);

 private:
  using Parameters = std::vector<std::pair<std::string, std::string>>;
  std::optional<Object> call(std::string_view method, std::string_view path, Parameters parameters);

  HttpClient& http_;
  const Sealer& sealer_;
  const Clock& clock_;
  const Object& stage_;
};

}  // namespace postern::core
