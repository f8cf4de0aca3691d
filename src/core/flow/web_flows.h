#pragma once
// WebFlows: flows for a front that shows each challenge to a person and keeps the plan meanwhile.
// The same executor and checks as logins over LDAP; around it what an attempt needs: staleness, one
// slow hash per refusal, the age of the password, events. Every path starts from Denied.
//
// The caller owns a FlowRun; what a Challenge shows lives in it. start() needs no lane for flows
// that begin by asking who is there, submit() always runs where slow hashes may.
// Thread-safe. Errors: a missing Store or a stale Directory is Unavailable.
// Sources: design.md 2 idea 2, 7 (Login).

#include <memory>
#include <string>
#include <string_view>

#include "core/flow/challenge.h"
#include "core/flow/executor.h"
#include "core/flow/web_visit.h"
#include "core/login_service.h"
#include "core/objects/objects.h"

namespace postern::core {

struct FlowRun {
  Plan plan;
  LoginRecord record;                 // of the pending user
  std::vector<std::string> messages;  // of policies, to the person
};

struct FlowVisitor {
  std::string_view client, request_id;
  UserId user = 0;                      // who is logged in, 0 = nobody
  UserId invited = 0;                   // whom a token in the address names
  Uuid invitation;                      // that token
  std::string_view itoken;              // an invitation to enrol that the page names
  std::string brand;                    // what people know this installation as
  Language language = Language::unset;  // in which the page is read
  HttpFacts http{};                     // for policies
  std::string_view proof = {};          // what the browser kept of a device that has answered
  std::string_view known_device = {};   // what it kept of a login
  bool outpost = false;                 // an outpost asks for somebody else
  const Plan* from = nullptr;           // another flow has led here
  bool may_call_out = true;             // false: WouldBlock where another service has to be asked
};

// WouldBlock: nothing has been done; the same call has to be made on the outbound lane, from the
// plan as it was before.
using WebFlowOutcome = std::variant<Denied, Challenge, Finished, Unavailable, WouldBlock>;

class WebFlows {
 public:
  // `visible` waits until a change can be read from the Directory.
  struct Parts {
    LoginParts login;
    const ObjectTools& tools;
    std::function<bool(std::int64_t change)> visible;
    Mailer* mail = nullptr;
    HttpClient* http = nullptr;
    std::string base_url = {};
    const AttestationRoots* attestation_roots = nullptr;  // outlives this; nullptr = none
  };
  explicit WebFlows(const Parts& parts);
  ~WebFlows();
  WebFlows(const WebFlows&) = delete;
  WebFlows& operator=(const WebFlows&) = delete;

  WebFlowOutcome start(std::shared_ptr<const Flow> flow, const FlowVisitor& visitor, FlowRun& run);
  // A plan that a mailed link has brought back; `run.plan` holds it.
  WebFlowOutcome resume(const FlowVisitor& visitor, FlowRun& run);
  // The challenge that is due, again.
  WebFlowOutcome show(const FlowVisitor& visitor, FlowRun& run);
  WebFlowOutcome submit(const Answer& answer, const FlowVisitor& visitor, FlowRun& run);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace postern::core
