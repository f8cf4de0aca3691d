#include "core/flow/stages/keys.h"

#include <array>

#include "core/access/stored_fields.h"
#include "core/webauthn/base64url.h"

namespace postern::core {
namespace {

constexpr std::string_view kChallenge = "webauthn_challenge";
constexpr std::size_t kChallengeOctets = 64;
constexpr int kTimeout = 60'000;

const Model& key_model() {
  return *find_model("authentik_stages_authenticator_webauthn.webauthndevice");
}

}  // namespace

RelyingParty relying_party(std::string_view base_url) {
  const std::size_t scheme = base_url.find("://");
  if (scheme == std::string_view::npos) return {};
  const std::string_view authority =
      base_url.substr(scheme + 3, base_url.find('/', scheme + 3) - scheme - 3);
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  RelyingParty out;
  out.id = authority.substr(0, colon);
  out.origin = std::string(base_url.substr(0, scheme + 3)) + std::string(authority);
  // Browsers leave the usual port out.
  const std::string_view port = colon == std::string_view::npos ? "" : authority.substr(colon);
  const bool usual = (base_url.starts_with("https:") && port == ":443") ||
                     (base_url.starts_with("http:") && port == ":80");
  if (usual) out.origin.resize(out.origin.size() - port.size());
  return out;
}

std::string shown_challenge(const StageContext& context) {
  boost::json::value& kept = context.plan.context[kChallenge];
  if (!kept.is_string()) {
    std::array<std::uint8_t, kChallengeOctets> octets{};
    context.attempt.web->tools.objects.random.fill(octets);
    kept = to_base64url({reinterpret_cast<const char*>(octets.data()), octets.size()});
  }
  context.plan.keep = true;
  return std::string(kept.get_string());
}

std::string take_challenge(const StageContext& context) {
  const std::string text = text_of(context.plan.context, kChallenge);
  context.plan.context.erase(kChallenge);
  return from_base64url(text).value_or(std::string());
}

boost::json::object assertion_request(const StageContext& context, UserId user,
                                      std::string_view verification) {
  boost::json::array allowed;
  if (user != 0) {
    ListQuery query;
    query.equals = {{"user", user}, {"confirmed", true}};
    for (const Object& key : context.attempt.web->tools.store.list(key_model(), query)) {
      if (!is_admitted(context, key)) continue;
      allowed.push_back(Object{{"type", "public-key"},
                               {"id", key.at("credential")},
                               {"transports", key.at("transports")}});
    }
  }
  const auto* hints = member(*context.stage.row, "webauthn_hints");
  return {{"challenge", shown_challenge(context)},
          {"timeout", kTimeout},
          {"rpId", relying_party(context.attempt.web->tools.base_url).id},
          {"allowCredentials", std::move(allowed)},
          {"userVerification", verification},
          {"hints", hints == nullptr ? Value(boost::json::array()) : *hints}};
}

bool is_admitted(const StageContext& context, const boost::json::object& key) {
  const auto* models = member(*context.stage.row, "webauthn_allowed_device_types");
  if (models == nullptr || !models->is_array() || models->get_array().empty()) return true;
  return text_of(key, "attestation") == "root" &&
         holds(*context.stage.row, "webauthn_allowed_device_types", text_of(key, "aaguid"));
}

std::variant<KeyAnswer, Fault> check_assertion(const StageContext& context,
                                               const boost::json::object& answer, UserId user,
                                               bool verify_user) {
  const WebTools& tools = context.attempt.web->tools;
  const std::string challenge = take_challenge(context);
  const std::string id = credential_id_of(answer);
  if (challenge.empty() || id.empty()) return Fault{"answer_malformed"};
  ListQuery query;
  query.equals = {{"credential", id}, {"confirmed", true}};
  query.limit = 1;
  const auto found = tools.store.list(key_model(), query);
  if (found.empty()) return Fault{"unknown_credential"};
  const Object& key = found.front();
  const UserId owner = key.at("user").as_int64();
  if (user != 0 && owner != user) return Fault{"unknown_credential"};
  if (!is_admitted(context, key)) return Fault{"model_not_allowed"};
  const std::string raw_id = from_base64url(id).value_or(std::string());
  const std::string public_key = from_base64url(text_of(key, "public_key")).value_or(std::string());
  const RelyingParty party = relying_party(tools.base_url);
  const auto judged = verify_assertion(
      answer, {challenge, party.origin, party.id, verify_user},
      {raw_id, public_key, static_cast<std::uint32_t>(integer_of(key, "sign_count", 0)),
       flag_of(key, "backup_eligible", false)});
  if (const auto* fault = std::get_if<Fault>(&judged)) return *fault;
  const Assertion& assertion = std::get<Assertion>(judged);
  // Whoever has not been named before is named by the key, and both have to agree.
  const auto owned_by = tools.store.load_user(owner);
  const bool named = owned_by && assertion.user_handle == owned_by->uuid;
  if (!named && (user == 0 || !assertion.user_handle.empty())) return Fault{"wrong_user_handle"};
  const Uuid pk(key.at("pk").as_string());
  if (!tools.store.advance_sign_count(pk, assertion.sign_count, context.tools.clock.wall())) {
    return Fault{"counter_went_back"};
  }
  if (assertion.backed_up != flag_of(key, "backed_up", false)) {
    const auto noted =
        write_object(tools, [&](Transaction& transaction, Objects&) -> Outcome<Written> {
          transaction.update(key_model(), key.at("pk"), {{"backed_up", assertion.backed_up}});
          return Written{};
        });
    if (!noted) return Fault{"not_kept"};
  }
  return KeyAnswer{owner, pk};
}

}  // namespace postern::core
