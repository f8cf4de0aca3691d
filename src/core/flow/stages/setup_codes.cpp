// authenticator_totp and authenticator_static: how people make themselves devices that give codes.
// What is shown lies in the plan until it is confirmed; a device exists only then, and is asked for
// at once, over LDAP as well. The step of the code that confirmed a device is burnt with it.

#include <algorithm>
#include <cstring>

#include "core/credentials/random_text.h"
#include "core/credentials/static_code.h"
#include "core/credentials/totp.h"
#include "core/flow/stages/page.h"

namespace postern::core {
namespace {

constexpr std::string_view kTotpKey = "totp_key";
constexpr std::string_view kStaticCodes = "static_codes";
constexpr std::size_t kTotpOctets = 20;
constexpr int kTotpStep = 30;
constexpr std::int64_t kMostCodes = 100;

int digits_of(const Stage& stage) { return setting(stage, "digits") == "8" ? 8 : 6; }

std::string friendly(const Stage& stage, std::string_view otherwise) {
  std::string name = setting(stage, "friendly_name");
  return name.empty() ? std::string(otherwise) : name;
}

// The key that this run shows, octets.
Secret totp_key(const StageContext& context) {
  boost::json::object& kept = context.plan.context;
  if (const auto* shown = kept.if_contains(kTotpKey); shown != nullptr && shown->is_string()) {
    auto key = parse_totp_key("base32:" + std::string(shown->get_string()));
    if (key) return *std::move(key);
  }
  std::array<std::uint8_t, kTotpOctets> octets{};
  context.attempt.web->tools.objects.random.fill(octets);
  const Secret key({reinterpret_cast<const char*>(octets.data()), octets.size()});
  kept[kTotpKey] = base32(key.reveal());
  context.plan.keep = true;
  return key;
}

Challenge show_totp(const StageContext& context) {
  const Secret key = totp_key(context);
  return page(
      "ak-stage-authenticator-totp",
      {{"config_url", otpauth_uri(context.attempt.web->brand, context.attempt.record.username,
                                  key.reveal(), digits_of(context.stage), kTotpStep)}});
}

StageResult enter_totp(const StageContext& context) {
  if (auto refusal = refuse_setup(context)) return *std::move(refusal);
  return show_totp(context);
}

StageResult answer_totp(const StageContext& context, const Answer& given) {
  if (auto refusal = refuse_setup(context)) return *std::move(refusal);
  const Secret key = totp_key(context);
  const int digits = digits_of(context.stage);
  const auto step = matching_step(key.reveal(), answered(given, "code"), digits, kTotpStep,
                                  context.tools.clock.wall());
  if (!step) return complaint(context, show_totp(context), "code", "Code does not match");
  const Model& model = *find_model("authentik_stages_authenticator_totp.totpdevice");
  const auto made = write_object(
      context.attempt.web->tools,
      [&](Transaction& transaction, Objects& objects) -> Outcome<Written> {
        auto written = objects.create(model, {{"user", context.plan.pending_user},
                                              {"name", friendly(context.stage, "TOTP Device")},
                                              {"key", "base32:" + base32(key.reveal())},
                                              {"digits", digits},
                                              {"step", kTotpStep}});
        // The code that was just shown cannot log in.
        if (written) transaction.update(model, written->pk, {{"last_step", *step}});
        return written;
      });
  if (!made) return complaint(context, show_totp(context), "code", made.error().message);
  context.plan.context.erase(kTotpKey);
  note(context, "model_created", {{"model", model.name}, {"pk", made->pk}});
  return reread(context);
}

const boost::json::array& static_codes(const StageContext& context) {
  boost::json::value& kept = context.plan.context[kStaticCodes];
  if (kept.is_array()) return kept.get_array();
  boost::json::array& codes = kept.emplace_array();
  const auto length = static_cast<std::size_t>(std::clamp<std::int64_t>(
      setting(context.stage, "token_length", kStaticCodeLength), kMinStaticCode, kMaxStaticCode));
  const auto count =
      std::clamp<std::int64_t>(setting(context.stage, "token_count", 6), 1, kMostCodes);
  for (std::int64_t i = 0; i < count; ++i) {
    codes.emplace_back(
        make_static_code(context.attempt.web->tools.objects.random, length).reveal());
  }
  context.plan.keep = true;
  return codes;
}

StageResult enter_static(const StageContext& context) {
  if (auto refusal = refuse_setup(context)) return *std::move(refusal);
  return page("ak-stage-authenticator-static", {{"codes", static_codes(context)}});
}

StageResult answer_static(const StageContext& context, const Answer&) {
  if (auto refusal = refuse_setup(context)) return *std::move(refusal);
  const boost::json::array codes = static_codes(context);
  const Model& device = *find_model("authentik_stages_authenticator_static.staticdevice");
  const Model& code_model = *find_model("authentik_stages_authenticator_static.statictoken");
  const auto made = write_object(
      context.attempt.web->tools, [&](Transaction&, Objects& objects) -> Outcome<Written> {
        auto written = objects.create(device, {{"user", context.plan.pending_user},
                                               {"name", friendly(context.stage, "Static Token")}});
        for (const Value& code : codes) {
          if (!written) break;
          const auto kept = objects.create(code_model, {{"device", written->pk}, {"token", code}});
          if (!kept) return kept.error();
        }
        return written;
      });
  if (!made) {
    return complaint(context, page("ak-stage-authenticator-static", {{"codes", codes}}),
                     "non_field_errors", made.error().message);
  }
  context.plan.context.erase(kStaticCodes);
  note(context, "model_created", {{"model", device.name}, {"pk", made->pk}});
  return reread(context);
}

}  // namespace

const StageFunctions kTotpSetupStage{&enter_totp, &answer_totp};
const StageFunctions kStaticSetupStage{&enter_static, &answer_static};

}  // namespace postern::core
