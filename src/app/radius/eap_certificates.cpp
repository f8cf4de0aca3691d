#include "app/radius/eap_certificates.h"

#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "core/log.h"
#include "core/model/model.h"
#include "core/objects/certificate_hook.h"

namespace postern::app {
namespace {

using outpost::EapTlsMaterial;

constexpr std::streamsize kMaxFile = 1024 * 1024;

// "" = missing, unreadable or too large.
std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text;
  char block[4096];
  while (in.read(block, sizeof block) || in.gcount() > 0) {
    text.append(block, static_cast<std::size_t>(in.gcount()));
    if (static_cast<std::streamsize>(text.size()) > kMaxFile) return {};
  }
  return text;
}

bool is_file(const std::string& crl) noexcept { return crl.starts_with('/'); }

class Reader {
 public:
  Reader(Appliance& appliance, const ServerCertificate& fallback)
      : appliance_(appliance), fallback_(fallback), transaction_(appliance.store().begin()) {}

  // Nothing: `why` says what is missing.
  std::optional<EapTlsMaterial> material(const core::RadiusProvider& provider, std::string& why) {
    EapTlsMaterial out;
    if (!read_own(provider, out)) {
      why = "its certificate has no key that can be opened";
      return std::nullopt;
    }
    for (const std::string& pk : provider.client_ca) {
      const std::string pem = certificate(pk);
      if (pem.empty()) {
        why = "the client CA " + pk + " does not exist";
        return std::nullopt;
      }
      out.client_ca += pem + "\n";
    }
    out.resumption = std::chrono::seconds(provider.resumption_ms / 1000);
    if (provider.client_crl.empty()) return out;
    out.client_crl =
        is_file(provider.client_crl) ? content_of(provider.client_crl) : provider.client_crl;
    if (out.client_crl.empty()) {
      why = "the revocation list " + provider.client_crl + " cannot be read";
      return std::nullopt;
    }
    return out;
  }

 private:
  bool read_own(const core::RadiusProvider& provider, EapTlsMaterial& out) {
    if (provider.certificate.empty()) {
      out.certificate = content_of(fallback_.certificate);
      out.key = core::Secret(content_of(fallback_.key));
      return !out.certificate.empty() && !out.key.empty();
    }
    const auto object = find(provider.certificate);
    auto key = object ? core::opened_key(*object, appliance_.tools().sealer) : std::nullopt;
    if (!key) return false;
    out.certificate = std::string_view(object->at("certificate_data").as_string());
    out.key = *std::move(key);
    return true;
  }

  std::string certificate(const std::string& pk) {
    const auto object = find(pk);
    return object ? std::string(std::string_view(object->at("certificate_data").as_string()))
                  : std::string();
  }

  std::optional<core::Object> find(const std::string& pk) {
    const core::Model& model = *core::find_model("authentik_crypto.certificatekeypair");
    return transaction_->get(model, core::Value(pk));
  }

  Appliance& appliance_;
  const ServerCertificate& fallback_;
  std::unique_ptr<core::Transaction> transaction_;
};

void add_stamp(std::string& stamp, const std::filesystem::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return;
  for (const auto part : {static_cast<long>(status.st_ino), static_cast<long>(status.st_size),
                          static_cast<long>(status.st_mtim.tv_sec), status.st_mtim.tv_nsec}) {
    stamp += std::to_string(part) + ":";
  }
}

}  // namespace

outpost::EapSetups::Map eap_setups(Appliance& appliance, const ServerCertificate& fallback,
                                   const outpost::EapSetups::Map& before) {
  outpost::EapSetups::Map map;
  Reader reader(appliance, fallback);
  for (const auto& provider : appliance.directory().catalog()->radius_providers) {
    if (provider->eap_methods.empty()) continue;
    std::string why;
    if (const auto material = reader.material(*provider, why)) {
      auto setup = outpost::EapTlsSetup::make(*material);
      if (setup) {
        map.emplace(provider->pk, *std::move(setup));
        continue;
      }
      why = setup.error().message;
    }
    log::error("radius.eap.unusable", {{"provider", provider->name}, {"why", why}});
    if (const auto old = before.find(provider->pk); old != before.end()) map.insert(*old);
  }
  return map;
}

std::string eap_stamp(Appliance& appliance, const ServerCertificate& fallback) {
  std::string stamp;
  add_stamp(stamp, fallback.certificate);
  add_stamp(stamp, fallback.key);
  for (const auto& provider : appliance.directory().catalog()->radius_providers) {
    if (is_file(provider->client_crl)) add_stamp(stamp, provider->client_crl);
  }
  return stamp;
}

}  // namespace postern::app
