#include "core/flow/builtin_flow.h"

#include <utility>

namespace postern::core {
namespace {

void add(Flow& flow, Stage stage) {
  FlowStep step;
  step.order = static_cast<int>(flow.steps.size()) * 10;
  step.re_evaluate_policies = false;
  step.stage = std::make_shared<const Stage>(std::move(stage));
  flow.steps.push_back(std::move(step));
}

std::shared_ptr<const Flow> make() {
  auto flow = std::make_shared<Flow>();
  flow->slug = "builtin-login";
  flow->designation = "authentication";
  flow->authentication = "none";
  add(*flow, {.name = "identification", .kind = StageKind::identification});
  add(*flow, {.name = "password", .kind = StageKind::password});
  add(*flow, {.name = "code",
              .kind = StageKind::authenticator_validate,
              .accepts_static = true,
              .accepts_totp = true});
  add(*flow, {.name = "login", .kind = StageKind::user_login});
  return flow;
}

}  // namespace

const std::shared_ptr<const Flow>& builtin_login_flow() {
  static const std::shared_ptr<const Flow> flow = make();
  return flow;
}

}  // namespace postern::core
