#include "outpost/radius/eap/certificate.h"

#include <utility>

#include "protocols/x509/client_certificate.h"

namespace postern::outpost {
namespace {

using core::UserField;
using From = core::ClientName;

// Who is meant, if anybody; two users are none.
struct Search {
  const core::Directory& directory;
  core::UserId user = 0;
  bool ambiguous = false, unavailable = false;

  void look(UserField field, std::string_view name) {
    if (name.empty()) return;
    core::LoginRecord record;
    const core::Lookup lookup = directory.find_user(field, name, record);
    if (lookup == core::Lookup::unavailable) unavailable = true;
    if (lookup == core::Lookup::ambiguous) ambiguous = true;
    if (lookup != core::Lookup::found) return;
    if (user != 0 && user != record.pk) ambiguous = true;
    user = record.pk;
  }
  void look(UserField field, const std::vector<std::string>& names) {
    for (const std::string& name : names) look(field, name);
  }
};

// "spiffe://example.org/people/alice" is alice.
std::string_view last_segment(std::string_view uri) noexcept {
  const std::size_t slash = uri.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : uri.substr(slash + 1);
}

void look_by(From from, const ClientCertificate& names, const core::RadiusProvider& provider,
             Search& search) {
  switch (from) {
    case From::upn:
      return search.look(UserField::upn, names.upns);
    case From::email:
      return search.look(UserField::email, names.emails);
    case From::uri:
      for (const std::string& uri : names.uris) search.look(UserField::username, last_segment(uri));
      return;
    case From::dns:
      return search.look(UserField::username, names.dns_names);
    case From::common_name:
      return search.look(UserField::username, names.common_name);
    case From::fingerprint: {
      const auto found = provider.client_fingerprints.find(names.sha256);
      if (found != provider.client_fingerprints.end()) {
        search.look(UserField::username, found->second);
      }
      return;
    }
  }
}

}  // namespace

InnerStep CertificatePart::begin(EapTunnel& tunnel) {
  const auto names = x509::client_certificate(tunnel.handle());
  if (!names) return InnerFault{"no_client_certificate"};
  identity_ = names->subject;
  Search search{context_.directory};
  for (const From from : provider_->client_names) {
    look_by(from, *names, *provider_, search);
    if (search.user != 0 || search.ambiguous || search.unavailable) break;
  }
  if (search.unavailable) return InnerDecided{core::Unavailable{core::Reason::directory_stale}, {}};
  core::TransportLogin login;
  login.protocol = core::Protocol::radius;
  login.provider = context_.provider;
  login.user = search.ambiguous ? 0 : search.user;
  login.proof = core::TransportProof::certificate;
  login.claim = names->subject;
  login.client = context_.client;
  login.request_id = context_.request_id;
  login.access = context_.access;
  core::LoginOutcome outcome = context_.login.admit(login);
  const auto* granted = std::get_if<core::Granted>(&outcome);
  if (granted != nullptr) identity_ = granted->grant.username;
  const bool commit = granted != nullptr && tunnel.is_tls13();
  return InnerDecided{std::move(outcome), commit ? Octets{0} : Octets{}};
}

InnerStep CertificatePart::resume(EapTunnel& tunnel, const ResumableLogin& earlier) {
  InnerStep step = begin(tunnel);
  const auto* decided = std::get_if<InnerDecided>(&step);
  const auto* granted =
      decided != nullptr ? std::get_if<core::Granted>(&decided->outcome) : nullptr;
  if (granted != nullptr && granted->grant.user != earlier.grant.user) {
    return InnerDecided{core::Denied{core::Reason::generation_moved}, {}};
  }
  return step;
}

// Everything is decided when the tunnel stands.
InnerStep CertificatePart::input(EapTunnel&, OctetView) { return InnerFault{"eap_tls_data"}; }

}  // namespace postern::outpost
