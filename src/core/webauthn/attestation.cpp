#include "core/webauthn/attestation.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <vector>

namespace postern::core {
namespace {

struct FreeX509 {
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
  void operator()(ASN1_OBJECT* object) const noexcept { ASN1_OBJECT_free(object); }
};

constexpr auto kAaguidExtension = "1.3.6.1.4.1.45724.1.1.4";

std::string subject_part(X509& certificate, int nid) {
  X509_NAME* name = X509_get_subject_name(&certificate);
  const int at = X509_NAME_get_index_by_NID(name, nid, -1);
  if (at < 0) return {};
  const ASN1_STRING* text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

// 8.2.1: absent, or the AAGUID of this authenticator and not critical.
bool aaguid_agrees(X509& certificate, std::string_view aaguid) {
  const std::unique_ptr<ASN1_OBJECT, FreeX509> wanted(OBJ_txt2obj(kAaguidExtension, 1));
  const int at = wanted ? X509_get_ext_by_OBJ(&certificate, wanted.get(), -1) : -1;
  if (at < 0) return wanted != nullptr;
  X509_EXTENSION* extension = X509_get_ext(&certificate, at);
  const ASN1_OCTET_STRING* value = X509_EXTENSION_get_data(extension);
  const std::string_view octets(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                                static_cast<std::size_t>(ASN1_STRING_length(value)));
  return X509_EXTENSION_get_critical(extension) == 0 && octets.size() == 18 &&
         octets.starts_with(std::string_view("\x04\x10", 2)) && octets.substr(2) == aaguid;
}

// 8.2.1: what a certificate of an authenticator looks like.
bool is_attestation_certificate(X509& certificate, std::string_view aaguid) {
  return X509_get_version(&certificate) == 2 &&
         subject_part(certificate, NID_countryName).size() == 2 &&
         !subject_part(certificate, NID_organizationName).empty() &&
         subject_part(certificate, NID_organizationalUnitName) == "Authenticator Attestation" &&
         !subject_part(certificate, NID_commonName).empty() && X509_check_ca(&certificate) != 1 &&
         aaguid_agrees(certificate, aaguid);
}

bool leads_to_a_root(const Cbor& chain, const AttestationRoots* roots) {
  if (roots == nullptr) return false;
  std::vector<std::string_view> certificates;
  for (const Cbor& one : chain.items) {
    if (one.kind != Cbor::Kind::bytes) return false;
    certificates.push_back(one.octets);
  }
  return roots->trace(certificates);
}

std::string_view fault_of_certificate(const Cbor& chain, int algorithm, std::string_view signature,
                                      const Attestation& attestation,
                                      const AuthenticatorData& data) {
  if (chain.kind != Cbor::Kind::array || chain.items.empty() ||
      chain.items.front().kind != Cbor::Kind::bytes) {
    return "attestation_malformed";
  }
  const std::string_view der = chain.items.front().octets;
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<X509, FreeX509> leaf(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  const bool whole = leaf && at == reinterpret_cast<const unsigned char*>(der.data()) + der.size();
  if (!whole) return "attestation_certificate";
  EVP_PKEY* key = X509_get0_pubkey(leaf.get());
  if (key == nullptr || !verify_signature(algorithm, *key, attestation.signed_by, signature)) {
    return "attestation_signature";
  }
  if (!is_attestation_certificate(*leaf, data.aaguid)) return "attestation_certificate";
  return {};
}

std::string_view fault_of_packed(const Attestation& attestation, const AuthenticatorData& data,
                                 const CoseKey& credential, std::string_view& kind) {
  const Cbor* algorithm = attestation.statement.find("alg");
  const Cbor* signature = attestation.statement.find("sig");
  if (algorithm == nullptr || algorithm->kind != Cbor::Kind::integer || signature == nullptr ||
      signature->kind != Cbor::Kind::bytes || attestation.statement.find("ecdaaKeyId") != nullptr) {
    return "attestation_malformed";
  }
  const std::int64_t number = algorithm->number;
  if (number != kEs256 && number != kEdDsa && number != kRs256) return "attestation_algorithm";
  if (const Cbor* chain = attestation.statement.find("x5c")) {
    kind = leads_to_a_root(*chain, attestation.roots) ? "root" : "x5c";
    return fault_of_certificate(*chain, static_cast<int>(number), signature->octets, attestation,
                                data);
  }
  kind = "self";
  if (number != credential.algorithm) return "attestation_algorithm";
  if (!verify_signature(credential.algorithm, *credential.key, attestation.signed_by,
                        signature->octets)) {
    return "attestation_signature";
  }
  return {};
}

}  // namespace

std::string_view fault_of_attestation(const Attestation& attestation, const AuthenticatorData& data,
                                      const CoseKey& credential, std::string_view& kind) {
  if (attestation.statement.kind != Cbor::Kind::map) return "attestation_malformed";
  if (attestation.format == "none") {
    kind = "none";
    return attestation.statement.items.empty() ? std::string_view() : "attestation_malformed";
  }
  if (attestation.format != "packed") return "attestation_format";
  const std::string_view fault = fault_of_packed(attestation, data, credential, kind);
  ERR_clear_error();
  return fault;
}

}  // namespace postern::core
