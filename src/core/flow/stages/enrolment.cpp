// invitation, consent, redirect and user_delete: the smaller stages of people's flows.

#include "core/access/stored_fields.h"
#include "core/credentials/random_text.h"
#include "core/flow/stages/page.h"
#include "core/uuid.h"

namespace postern::core {
namespace {

constexpr std::string_view kInvitation = "invitation";
constexpr std::string_view kSpendInvitation = "spend_invitation";
constexpr std::string_view kPromptData = "prompt_data";
constexpr std::string_view kConsentToken = "consent_token";

// --- invitation ---

// The invitation that the page's address names; nothing when it is none for this flow any more.
std::optional<Object> find_invitation(const StageContext& context) {
  const std::string_view key = context.attempt.web->invitation;
  if (!is_uuid(key)) return std::nullopt;
  ListQuery query;
  query.equals = {{"pk", key}};
  query.limit = 1;
  auto found = context.attempt.web->tools.store.list(
      *find_model("authentik_stages_invitation.invitation"), query);
  if (found.empty()) return std::nullopt;
  const Object& invitation = found.front();
  const WallMs expires = integer_of(invitation, "expires", 0);
  if (expires != 0 && context.tools.clock.wall() >= expires) return std::nullopt;
  const std::string flow = key_text(member(invitation, "flow"));
  if (!flow.empty() && flow != context.flow.pk) return std::nullopt;
  return std::move(found.front());
}

StageResult enter_invitation(const StageContext& context) {
  if (context.attempt.web == nullptr) return Denied{Reason::stage_unsupported};
  const auto invitation = find_invitation(context);
  if (!invitation) {
    if (setting_flag(context.stage, "continue_flow_without_invitation", false)) return Passed{};
    context.plan.prompt_error = "Invalid invite/invite not found";
    return Denied{Reason::flow_denied};
  }
  Value& data = context.plan.context[kPromptData];
  if (!data.is_object()) data.emplace_object();
  if (const auto* fixed = member(*invitation, "fixed_data");
      fixed != nullptr && fixed->is_object()) {
    for (const auto& item : fixed->get_object()) data.get_object()[item.key()] = item.value();
  }
  context.plan.context[kInvitation] = invitation->at("pk");
  if (flag_of(*invitation, "single_use", true)) {
    context.plan.context[kSpendInvitation] = invitation->at("pk");
  }
  return Passed{};
}

// --- consent ---

Challenge show_consent(const StageContext& context, const std::string& header) {
  Value& token = context.plan.context[kConsentToken];
  if (!token.is_string()) {
    token = random_text(context.attempt.web->tools.objects.random, kBase62, 40).reveal();
  }
  context.plan.keep = true;
  return page("ak-stage-consent", {{"header_text", header},
                                   {"permissions", boost::json::array()},
                                   {"additional_permissions", boost::json::array()},
                                   {"token", token}});
}

// Whether the answer is one to the page that was shown.
bool agrees(const StageContext& context, const Answer& given) {
  const std::string shown = text_of(context.plan.context, kConsentToken);
  const bool right = !shown.empty() && constant_time_equal(answered(given, "token"), shown);
  if (right) context.plan.context.erase(kConsentToken);
  return right;
}

std::string sign_in_header(const StageContext& context) {
  return "You're about to sign into " + context.attempt.web->brand + ".";
}

constexpr auto kStaleConsent = "Invalid consent token, re-showing prompt";

StageResult enter_consent(const StageContext& context) {
  if (context.attempt.web == nullptr) return Denied{Reason::stage_unsupported};
  if (context.plan.pending_user == 0) return Denied{Reason::flow_denied};
  return show_consent(context, sign_in_header(context));
}

StageResult answer_consent(const StageContext& context, const Answer& given) {
  if (agrees(context, given)) return Passed{};
  return complaint(context, show_consent(context, sign_in_header(context)), "token", kStaleConsent);
}

// --- redirect ---

StageResult enter_redirect(const StageContext& context) {
  if (context.attempt.web == nullptr) return Denied{Reason::stage_unsupported};
  const std::string to = setting(context.stage, "mode") == "flow"
                             ? setting(context.stage, "target_flow")
                             : setting(context.stage, "target_static");
  if (to.empty()) return Denied{Reason::flow_denied};
  // A flow is named by its key; whoever shows the end knows where it lives.
  context.plan.redirect = setting(context.stage, "mode") == "flow" ? "flow:" + to : to;
  context.plan.carry = setting_flag(context.stage, "keep_context", true);
  return Passed{};
}

// --- user_delete ---

constexpr auto kFarewell = "Your account and all that belongs to it will be deleted.";

// Not by a mere visit: whoever follows a link here is asked first.
StageResult enter_delete(const StageContext& context) {
  if (auto refusal = refuse_setup(context)) return *std::move(refusal);
  return show_consent(context, kFarewell);
}

StageResult answer_delete(const StageContext& context, const Answer& given) {
  if (auto refusal = refuse_setup(context)) return *std::move(refusal);
  if (!agrees(context, given)) {
    return complaint(context, show_consent(context, kFarewell), "token", kStaleConsent);
  }
  const Model& model = user_model();
  const Value pk(context.plan.pending_user);
  note(context, "model_deleted", {{"model", model.name}, {"pk", pk}});
  const auto done = write_object(context.attempt.web->tools,
                                 [&](Transaction&, Objects& objects) -> Outcome<Written> {
                                   const auto gone = objects.erase(model, pk);
                                   if (!gone) return gone.error();
                                   return Written{};
                                 });
  if (!done) {
    context.plan.prompt_error = done.error().message;
    return Denied{Reason::flow_denied};
  }
  context.plan.pending_user = 0;
  context.plan.logged_in = false;
  context.plan.logged_out = true;
  return Passed{};
}

}  // namespace

const StageFunctions kInvitationStage{&enter_invitation, &no_answer};
const StageFunctions kConsentStage{&enter_consent, &answer_consent};
const StageFunctions kRedirectStage{&enter_redirect, &no_answer};
const StageFunctions kUserDeleteStage{&enter_delete, &answer_delete};

}  // namespace postern::core
