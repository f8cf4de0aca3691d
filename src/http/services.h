#pragma once
// Services: what every HTTP request may need, put together by the composition. Outlives all
// sessions and their works. Thread-safe as its parts are.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/credentials/sealer.h"
#include "core/flow/web_flows.h"
#include "core/objects/objects.h"
#include "core/observations.h"
#include "core/ports/clock.h"
#include "core/ports/directory.h"
#include "core/ports/event_log.h"
#include "core/ports/mailer.h"
#include "core/ports/store.h"

namespace postern::http {

struct Services {
  core::Store& store;
  const core::Directory& directory;
  const core::ObjectTools& tools;
  core::EventLog& events;
  core::WebFlows& flows;
  core::Mailer& mail;
  std::string base_url;  // without a slash at its end
  std::string version;
  // Waits until a change can be read from the Directory.
  std::function<bool(std::int64_t change)> visible;
  // What was dropped without an answer. Null: nothing is observed.
  const core::Observations* observations = nullptr;
  // Figures of this node as it runs; thread-safe. Empty: there are none.
  std::function<core::Object()> live = {};
};

}  // namespace postern::http
