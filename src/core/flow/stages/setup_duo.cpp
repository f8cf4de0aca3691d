// authenticator_duo: enrols the pending user at Duo and waits, by asking, until the app there is
// activated.

#include "core/access/stored_fields.h"
#include "core/flow/stages/duo.h"
#include "core/flow/stages/page.h"

namespace postern::core {
namespace {

constexpr std::string_view kKept = "duo_enrolment";

Duo duo_of(const StageContext& context) {
  const WebTools& tools = context.attempt.web->tools;
  return {*tools.http, tools.objects.sealer, context.tools.clock, *context.stage.row};
}

Challenge show(const StageContext& context, const Object& kept) {
  return page("ak-stage-authenticator-duo", {{"activation_barcode", text_of(kept, "barcode")},
                                             {"activation_code", text_of(kept, "code")},
                                             {"stage_uuid", context.stage.pk}});
}

StageResult enter(const StageContext& context) {
  if (auto refusal = refuse_setup(context)) return *std::move(refusal);
  if (context.attempt.web->tools.http == nullptr) return Denied{Reason::stage_unsupported};
  Value& kept = context.plan.context[kKept];
  if (!kept.is_object()) {
    // Behind other stages of the same answer, whose effects cannot be had twice, it is asked here.
    const auto later =
        context.plan.position == 0 ? call_out_elsewhere(context) : std::optional<WouldBlock>();
    if (later) {
      context.plan.context.erase(kKept);
      return *later;
    }
    const auto enrolment = duo_of(context).enroll(context.attempt.record.username);
    if (!enrolment) {
      context.plan.context.erase(kKept);
      context.plan.prompt_error = "Duo does not answer.";
      return Denied{Reason::stage_unsupported};
    }
    kept = Object{{"user_id", enrolment->user_id},
                  {"code", enrolment->activation_code},
                  {"barcode", enrolment->barcode}};
    context.plan.keep = true;
  }
  return show(context, kept.get_object());
}

StageResult answer(const StageContext& context, const Answer&) {
  if (auto refusal = refuse_setup(context)) return *std::move(refusal);
  const auto* kept = context.plan.context.if_contains(kKept);
  if (kept == nullptr || !kept->is_object()) return enter(context);
  if (const auto later = call_out_elsewhere(context)) return *later;
  const Object enrolment = kept->get_object();
  const auto state =
      duo_of(context).enroll_status(text_of(enrolment, "user_id"), text_of(enrolment, "code"));
  if (state != "success") {
    return complaint(context, show(context, enrolment), "non_field_errors",
                     "The app at Duo is not activated yet.");
  }
  std::string name = setting(context.stage, "friendly_name");
  if (name.empty()) name = "Duo Device";
  const Model& model = *find_model("authentik_stages_authenticator_duo.duodevice");
  const auto made = write_object(
      context.attempt.web->tools, [&](Transaction&, Objects& objects) -> Outcome<Written> {
        return objects.create(model, {{"user", context.plan.pending_user},
                                      {"name", name},
                                      {"stage", context.stage.pk},
                                      {"duo_user_id", text_of(enrolment, "user_id")}});
      });
  if (!made) {
    return complaint(context, show(context, enrolment), "non_field_errors", made.error().message);
  }
  context.plan.context.erase(kKept);
  note(context, "model_created", {{"model", model.name}, {"pk", made->pk}});
  return reread(context);
}

}  // namespace

const StageFunctions kDuoSetupStage{&enter, &answer};

}  // namespace postern::core
