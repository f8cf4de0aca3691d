#pragma once
// Services: what every HTTP request may need, put together by the composition. Outlives all
// sessions and their works. Thread-safe as its parts are.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/credentials/login_leases.h"
#include "core/credentials/sealer.h"
#include "core/explanations.h"
#include "core/flow/web_flows.h"
#include "core/objects/objects.h"
#include "core/observations.h"
#include "core/policy/policy_case.h"
#include "core/ports/clock.h"
#include "core/ports/directory.h"
#include "core/ports/event_log.h"
#include "core/ports/geo_ip.h"
#include "core/ports/mailer.h"
#include "core/ports/outbound_client.h"
#include "core/ports/store.h"

namespace postern::http {

struct Services {
  core::Store& store;
  const core::Directory& directory;
  const core::ObjectTools& tools;
  core::EventLog& events;
  core::WebFlows& flows;
  core::Mailer& mail;
  const core::PolicyJudge& judge;
  const core::Explanations& explanations;
  core::LoginLeases& leases;
  // Applies the text of a blueprint as a whole; nothing = done, else what is wrong, line by line.
  std::function<std::vector<std::string>(std::string_view text)> apply_blueprint;
  std::string base_url;  // without a slash at its end
  std::string version;
  // Of one address in a minute, 0 = any number: answers to login flows, and wrong bearer tokens.
  int login_rate = 600, token_failures = 60;
  // Waits until a change can be read from the Directory.
  std::function<bool(std::int64_t change)> visible;
  // What was dropped without an answer. Null: nothing is observed.
  const core::Observations* observations = nullptr;
  // Figures of this node as it runs; thread-safe. Empty: there are none.
  std::function<core::Object()> live = {};
  // To other services. Null: there is no way out.
  core::OutboundClient* outbound = nullptr;
  const core::GeoIp* geo = nullptr;  // null: no database
  core::WallMs session_idle = 0;     // a login ends after so long without use; 0 = it does not
};

}  // namespace postern::http
