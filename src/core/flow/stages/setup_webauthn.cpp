// authenticator_webauthn: registers a key of the pending user. The challenge is used up by every
// answer; what is wrong with one is told to the log alone.

#include "core/access/stored_fields.h"
#include "core/flow/stages/keys.h"
#include "core/hex.h"
#include "core/log.h"
#include "core/webauthn/base64url.h"
#include "core/webauthn/cose_key.h"

namespace postern::core {
namespace {

constexpr std::string_view kComponent = "ak-stage-authenticator-webauthn";
constexpr std::string_view kAttempts = "webauthn_attempts";

const Model& model() {
  return *find_model("authentik_stages_authenticator_webauthn.webauthndevice");
}

std::string requirement(const Stage& stage, std::string_view name) {
  std::string text = setting(stage, name);
  return text.empty() ? "preferred" : text;
}

boost::json::array known_keys(const StageContext& context) {
  ListQuery query;
  query.equals = {{"user", context.plan.pending_user}};
  boost::json::array out;
  for (const Object& key : context.attempt.web->tools.store.list(model(), query)) {
    out.push_back(Object{{"type", "public-key"}, {"id", key.at("credential")}});
  }
  return out;
}

// Only keys of named models, which have to prove that they are.
bool restricted(const Stage& stage) {
  const auto* models = member(*stage.row, "device_type_restrictions");
  return models != nullptr && models->is_array() && !models->get_array().empty();
}

Object selection(const Stage& stage) {
  const std::string resident = requirement(stage, "resident_key_requirement");
  Object out{{"residentKey", resident},
             {"requireResidentKey", resident == "required"},
             {"userVerification", requirement(stage, "user_verification")}};
  const std::string attachment = setting(stage, "authenticator_attachment");
  if (!attachment.empty()) out["authenticatorAttachment"] = attachment;
  return out;
}

Challenge show(const StageContext& context) {
  const WebTools& tools = context.attempt.web->tools;
  const LoginRecord& record = context.attempt.record;
  const auto user = tools.store.load_user(record.pk);
  boost::json::array algorithms;
  for (const int algorithm : {kEs256, kEdDsa, kRs256}) {
    algorithms.push_back(Object{{"type", "public-key"}, {"alg", algorithm}});
  }
  const auto* hints = member(*context.stage.row, "hints");
  return page(
      kComponent,
      {{"registration",
        Object{{"rp", Object{{"id", relying_party(tools.base_url).id},
                             {"name", context.attempt.web->brand}}},
               {"user", Object{{"id", to_base64url(record.uuid)},
                               {"name", record.username},
                               {"displayName",
                                user && !user->name.empty() ? user->name : record.username}}},
               {"challenge", shown_challenge(context)},
               {"pubKeyCredParams", std::move(algorithms)},
               {"timeout", 60'000},
               {"excludeCredentials", known_keys(context)},
               {"authenticatorSelection", selection(context.stage)},
               {"attestation", restricted(context.stage) ? "direct" : "none"},
               {"hints", hints == nullptr ? Value(boost::json::array()) : *hints},
               {"extensions", Object{{"credProps", true}}}}}});
}

StageResult enter(const StageContext& context) {
  if (auto refusal = refuse_setup(context)) return *std::move(refusal);
  return show(context);
}

const char* text_for(std::string_view why) noexcept {
  if (why == "known_credential") return "This security key is registered already.";
  if (why == "model_not_allowed" || why == "model_not_proven") {
    return "Security keys of this model are not allowed here.";
  }
  return "The security key could not be registered.";
}

StageResult refuse(const StageContext& context, std::string_view why) {
  log::info("webauthn.registration_refused",
            {{"why", why}, {"user", context.attempt.record.username}});
  boost::json::value& count = context.plan.context[kAttempts];
  count = count.is_int64() ? count.get_int64() + 1 : 1;
  const std::int64_t most = setting(context.stage, "max_attempts", 0);
  if (most > 0 && count.get_int64() >= most) return Denied{Reason::flow_denied};
  return complaint(context, show(context), "response", text_for(why));
}

boost::json::array transports_of(const boost::json::object& answer) {
  boost::json::array out;
  const auto* response = member(answer, "response");
  const auto* list = response == nullptr || !response->is_object()
                         ? nullptr
                         : member(response->get_object(), "transports");
  if (list == nullptr || !list->is_array()) return out;
  for (const Value& one : list->get_array()) {
    if (one.is_string() && one.get_string().size() <= 32 && out.size() < 8) out.push_back(one);
  }
  return out;
}

// 6d028fa5-... of 16 octets.
std::string uuid_text(std::string_view octets) {
  std::string out = to_hex(octets);
  for (const std::size_t at : {8U, 13U, 18U, 23U}) out.insert(at, 1, '-');
  return out;
}

StageResult answer(const StageContext& context, const Answer& given) {
  if (auto refusal = refuse_setup(context)) return *std::move(refusal);
  const WebTools& tools = context.attempt.web->tools;
  const auto* response = answered_object(given, "response");
  if (response == nullptr) return show(context);
  const std::string challenge = take_challenge(context);
  const RelyingParty party = relying_party(tools.base_url);
  const auto judged =
      register_credential(*response, {challenge, party.origin, party.id,
                                      requirement(context.stage, "user_verification") == "required",
                                      tools.attestation_roots});
  if (const auto* fault = std::get_if<Fault>(&judged)) return refuse(context, fault->word);
  const auto& made = std::get<NewCredential>(judged);
  if (restricted(context.stage)) {
    if (!holds(*context.stage.row, "device_type_restrictions", uuid_text(made.aaguid))) {
      return refuse(context, "model_not_allowed");
    }
    if (made.attestation != "root") return refuse(context, "model_not_proven");
  }
  const auto written =
      write_object(tools, [&](Transaction& transaction, Objects& objects) -> Outcome<Written> {
        const Value id(to_base64url(made.id));
        if (!transaction.find(model(), {{"credential", id}}, 1).empty()) {
          return Error{Error::Kind::conflict, "response", "known"};
        }
        WriteOptions options;
        options.trusted = true;
        return objects.create(model(),
                              {{"user", context.plan.pending_user},
                               {"name", "WebAuthn Device"},
                               {"credential", id},
                               {"sign_count", std::int64_t{made.sign_count}},
                               {"public_key", to_base64url(made.public_key)},
                               {"aaguid", uuid_text(made.aaguid)},
                               {"rp_id", party.id},
                               {"attestation", made.attestation},
                               {"transports", transports_of(*response)},
                               {"backup_eligible", made.backup_eligible},
                               {"backed_up", made.backed_up}},
                              options);
      });
  if (!written) return refuse(context, "known_credential");
  context.plan.context.erase(kAttempts);
  note(context, "model_created", {{"model", model().name}, {"pk", written->pk}});
  return reread(context);
}

}  // namespace

const StageFunctions kWebAuthnSetupStage{&enter, &answer};

}  // namespace postern::core
