#pragma once
// PolicyCase: what a dynamic policy is asked about: who, from where, through which door, and what
// the flow has gathered. PolicyJudge: who answers. An error (a script that fails, a limit that is
// hit, a database that is away) is neither pass nor fail; the binding's failure_result decides
// then, negated or not.
//
// Thread: a case is a value of views for one call; a judge is thread-safe, and blocks: lanes only.
// Source: reference, policies 4.1, 4.2.

#include <boost/json/object.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.h"
#include "core/model/login_record.h"
#include "core/network/access_facts.h"
#include "core/policy/policy.h"

namespace postern::core {

struct HttpFacts {  // of a request over HTTP
  std::string_view method, path, host, user_agent;
  bool secure = false;
};

struct PolicyCase {
  const LoginRecord* record = nullptr;  // null or pk 0: nobody is known yet
  std::string_view identifier;          // the name as typed
  std::string_view client;              // address
  std::string_view protocol;            // "ldap", "radius", "http"
  std::string_view application;         // pk, "" = none
  std::string_view auth_method;         // "password", ...; "" = nothing shown yet
  std::string_view flow;                // slug
  std::string_view request_id;
  const boost::json::object* context = nullptr;  // what stages have left
  const HttpFacts* http = nullptr;
  const AccessFacts* access = nullptr;  // of network gear
};

struct PolicyAnswer {
  enum class Result : std::uint8_t { pass, fail, error } result = Result::error;
  std::vector<std::string> messages;  // for the person
  std::string error;                  // for the administrator
};

class PolicyJudge {
 public:
  virtual ~PolicyJudge() = default;
  // Never throws. Ends within `timeout` or a little after.
  virtual PolicyAnswer judge(const Policy& policy, const PolicyCase& facts,
                             std::chrono::milliseconds timeout) const noexcept = 0;
};

}  // namespace postern::core
