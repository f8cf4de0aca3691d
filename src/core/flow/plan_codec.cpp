#include "core/flow/plan_codec.h"

#include <stdexcept>
#include <string>

#include "core/flow/fingerprint.h"

namespace postern::core {
namespace {

constexpr std::int64_t kFormat = 3;

std::int64_t signed_bits(std::uint64_t value) { return static_cast<std::int64_t>(value); }
std::uint64_t bits(const boost::json::object& json, std::string_view name) {
  return static_cast<std::uint64_t>(json.at(name).as_int64());
}
std::string text(const boost::json::object& json, std::string_view name) {
  return std::string(json.at(name).as_string());
}

Plan read(const boost::json::object& json, std::shared_ptr<const Flow> flow) {
  Plan plan;
  plan.flow = std::move(flow);
  plan.position = bits(json, "position");
  plan.dropped = bits(json, "dropped");
  plan.planned = json.at("planned").as_bool();
  plan.waiting = json.at("waiting").as_bool();
  plan.pending_user = json.at("pending_user").as_int64();
  plan.pretend_user = json.at("pretend_user").as_bool();
  plan.identifier = text(json, "identifier");
  plan.generation = bits(json, "generation");
  plan.auth_method = static_cast<AuthMethod>(json.at("auth_method").as_int64());
  plan.token = text(json, "token");
  plan.vouched = json.at("vouched").as_bool();
  plan.invitation = text(json, "invitation");
  plan.code_verified = json.at("code_verified").as_bool();
  plan.logged_in = json.at("logged_in").as_bool();
  plan.logged_out = json.at("logged_out").as_bool();
  plan.session_duration_ms = json.at("session_duration_ms").as_int64();
  plan.attempts = static_cast<int>(json.at("attempts").as_int64());
  plan.version = bits(json, "version");
  plan.written = json.at("written").as_bool();
  plan.restored = json.at("restored").as_bool();
  plan.end_others = json.at("end_others").as_bool();
  plan.redirect = text(json, "redirect");
  plan.carry = json.at("carry").as_bool();
  plan.redirected = json.at("redirected").as_bool();
  plan.claimed_until = json.at("claimed_until").as_int64();
  plan.proven_stage = text(json, "proven_stage");
  plan.proven_device = text(json, "proven_device");
  plan.proof_ms = json.at("proof_ms").as_int64();
  plan.network_binding = text(json, "network_binding");
  plan.geoip_binding = text(json, "geoip_binding");
  plan.remember_device_ms = json.at("remember_device_ms").as_int64();
  plan.context = json.at("context").as_object();
  return plan;
}

}  // namespace

boost::json::object plan_to_json(const Plan& plan) {
  return {{"format", kFormat},
          {"flow", plan.flow->slug},
          {"fingerprint", signed_bits(fingerprint(*plan.flow))},
          {"position", signed_bits(plan.position)},
          {"dropped", signed_bits(plan.dropped)},
          {"planned", plan.planned},
          {"waiting", plan.waiting},
          {"pending_user", plan.pending_user},
          {"pretend_user", plan.pretend_user},
          {"identifier", plan.identifier},
          {"generation", signed_bits(plan.generation)},
          {"auth_method", static_cast<std::int64_t>(plan.auth_method)},
          {"token", plan.token},
          {"vouched", plan.vouched},
          {"invitation", plan.invitation},
          {"code_verified", plan.code_verified},
          {"logged_in", plan.logged_in},
          {"logged_out", plan.logged_out},
          {"session_duration_ms", plan.session_duration_ms},
          {"attempts", plan.attempts},
          {"version", signed_bits(plan.version)},
          {"written", plan.written},
          {"restored", plan.restored},
          {"end_others", plan.end_others},
          {"redirect", plan.redirect},
          {"carry", plan.carry},
          {"redirected", plan.redirected},
          {"claimed_until", plan.claimed_until},
          {"proven_stage", plan.proven_stage},
          {"proven_device", plan.proven_device},
          {"proof_ms", plan.proof_ms},
          {"network_binding", plan.network_binding},
          {"geoip_binding", plan.geoip_binding},
          {"remember_device_ms", plan.remember_device_ms},
          {"context", plan.context}};
}

std::optional<Plan> plan_from_json(const boost::json::object& json, const Catalog& catalog) {
  try {
    if (json.at("format").as_int64() != kFormat) return std::nullopt;
    const auto found = catalog.flows.find(text(json, "flow"));
    if (found == catalog.flows.end() || found->second == nullptr) return std::nullopt;
    if (fingerprint(*found->second) != bits(json, "fingerprint")) return std::nullopt;
    Plan plan = read(json, found->second);
    if (plan.position > plan.flow->steps.size()) return std::nullopt;
    return plan;
  } catch (const std::exception&) {
    return std::nullopt;  // of another version
  }
}

}  // namespace postern::core
