#include "core/webauthn/ceremony.h"

#include <optional>

#include "core/credentials/digest.h"
#include "core/secret.h"
#include "core/webauthn/attestation.h"
#include "core/webauthn/authenticator_data.h"
#include "core/webauthn/base64url.h"
#include "core/webauthn/cose_key.h"

namespace postern::core {
namespace {

constexpr std::size_t kMostText = 32 * 1024;

std::string_view text(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                : std::string_view();
}

// The octets of a base64url member; nothing when it is not there or is none.
std::optional<std::string> octets(const boost::json::object& object, std::string_view name) {
  const std::string_view given = text(object, name);
  if (given.empty() || given.size() > kMostText) return std::nullopt;
  return from_base64url(given);
}

const boost::json::object* response_of(const boost::json::object& answer) {
  const auto* found = answer.if_contains("response");
  return found == nullptr ? nullptr : found->if_object();
}

// A public key whose two ids are the same.
std::optional<std::string> raw_id(const boost::json::object& answer) {
  const auto id = octets(answer, "id");
  const auto raw = octets(answer, "rawId");
  if (!id || !raw || *id != *raw || text(answer, "type") != "public-key") return std::nullopt;
  return raw;
}

// Steps that both ceremonies share: the relying party, presence, verification, backup flags.
std::string_view fault_of_flags(const AuthenticatorData& data, const CeremonyRequest& request) {
  using Data = AuthenticatorData;
  const auto wanted = sha256(request.rp_id);
  if (!constant_time_equal(data.rp_id_hash, as_text(wanted))) return "wrong_rp";
  if (!data.has(Data::kUserPresent)) return "user_not_present";
  if (request.verify_user && !data.has(Data::kUserVerified)) return "user_not_verified";
  if (data.has(Data::kBackedUp) && !data.has(Data::kBackupEligible)) return "backup_flags";
  return {};
}

std::string signed_octets(std::string_view data, std::string_view client_data) {
  const auto hash = sha256(client_data);
  return std::string(data) + std::string(as_text(hash));
}

std::variant<NewCredential, Fault> judge_attestation(std::string_view object,
                                                     std::string_view client_data,
                                                     std::string_view raw,
                                                     const CeremonyRequest& request) {
  const auto attested = read_cbor(object);
  const Cbor* format = attested ? attested->find("fmt") : nullptr;
  const Cbor* statement = attested ? attested->find("attStmt") : nullptr;
  const Cbor* octets = attested ? attested->find("authData") : nullptr;
  if (format == nullptr || statement == nullptr || octets == nullptr ||
      format->kind != Cbor::Kind::text || octets->kind != Cbor::Kind::bytes) {
    return Fault{"attestation_malformed"};
  }
  const auto data = read_authenticator_data(octets->octets);
  if (!data) return Fault{"authenticator_data_malformed"};
  if (const auto fault = fault_of_flags(*data, request); !fault.empty()) return Fault{fault};
  if (!data->has(AuthenticatorData::kAttested)) return Fault{"no_credential"};
  if (data->credential_id != raw) return Fault{"wrong_id"};
  const auto key = read_cose_key(data->cose);
  if (!key) return Fault{"key_not_supported"};
  std::string_view kind;
  const std::string signed_by = signed_octets(octets->octets, client_data);
  const auto fault = fault_of_attestation({format->octets, *statement, signed_by, request.roots},
                                          *data, *key, kind);
  if (!fault.empty()) return Fault{fault};
  NewCredential out;
  out.id = data->credential_id;
  out.public_key = data->public_key;
  out.aaguid = data->aaguid;
  out.attestation = kind;
  out.sign_count = data->sign_count;
  out.user_verified = data->has(AuthenticatorData::kUserVerified);
  out.backup_eligible = data->has(AuthenticatorData::kBackupEligible);
  out.backed_up = data->has(AuthenticatorData::kBackedUp);
  return out;
}

}  // namespace

std::variant<NewCredential, Fault> register_credential(const boost::json::object& answer,
                                                       const CeremonyRequest& request) {
  const boost::json::object* response = response_of(answer);
  const auto raw = raw_id(answer);
  if (response == nullptr || !raw) return Fault{"answer_malformed"};
  const auto client_data = octets(*response, "clientDataJSON");
  const auto object = octets(*response, "attestationObject");
  if (!client_data || !object) return Fault{"answer_malformed"};
  const auto fault = fault_of_client_data(*client_data, "webauthn.create", request);
  if (!fault.empty()) return Fault{fault};
  return judge_attestation(*object, *client_data, *raw, request);
}

std::string credential_id_of(const boost::json::object& answer) {
  const auto raw = raw_id(answer);
  return raw ? to_base64url(*raw) : std::string();
}

std::variant<Assertion, Fault> verify_assertion(const boost::json::object& answer,
                                                const CeremonyRequest& request,
                                                const KnownCredential& known) {
  const boost::json::object* response = response_of(answer);
  const auto raw = raw_id(answer);
  if (response == nullptr || !raw) return Fault{"answer_malformed"};
  if (*raw != known.id) return Fault{"wrong_id"};
  const auto client_data = octets(*response, "clientDataJSON");
  const auto octets_of_data = octets(*response, "authenticatorData");
  const auto signature = octets(*response, "signature");
  if (!client_data || !octets_of_data || !signature) return Fault{"answer_malformed"};
  const auto fault = fault_of_client_data(*client_data, "webauthn.get", request);
  if (!fault.empty()) return Fault{fault};
  const auto data = read_authenticator_data(*octets_of_data);
  if (!data) return Fault{"authenticator_data_malformed"};
  if (const auto flags = fault_of_flags(*data, request); !flags.empty()) return Fault{flags};
  if (data->has(AuthenticatorData::kBackupEligible) != known.backup_eligible) {
    return Fault{"backup_eligibility_changed"};
  }
  const auto stored = read_cbor(known.public_key);
  const auto key = stored ? read_cose_key(*stored) : std::nullopt;
  if (!key) return Fault{"key_not_supported"};
  if (!verify_signature(key->algorithm, *key->key, signed_octets(*octets_of_data, *client_data),
                        *signature)) {
    return Fault{"wrong_signature"};
  }
  // 7.2 step 22: a counter that does not grow is that of a copy.
  const bool counts = data->sign_count != 0 || known.sign_count != 0;
  if (counts && data->sign_count <= known.sign_count) return Fault{"counter_went_back"};
  Assertion out;
  out.sign_count = data->sign_count;
  out.user_verified = data->has(AuthenticatorData::kUserVerified);
  out.backed_up = data->has(AuthenticatorData::kBackedUp);
  if (const auto handle = octets(*response, "userHandle")) out.user_handle = *handle;
  return out;
}

}  // namespace postern::core
