#include "app/certificate_watch.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <iterator>

#include "core/log.h"
#include "core/model/model.h"
#include "core/model/time_text.h"
#include "net/certificate.h"

namespace postern::app {
namespace {

constexpr core::WallMs kDay = 86'400'000;
constexpr std::array<core::WallMs, 4> kThresholds{30 * kDay, 7 * kDay, kDay, 0};

std::vector<core::WallMs> ends_in(std::string_view pem) {
  std::vector<core::WallMs> out;
  for (const auto when : net::certificate_ends(pem)) {
    out.push_back(
        std::chrono::duration_cast<std::chrono::milliseconds>(when.time_since_epoch()).count());
  }
  return out;
}

std::vector<core::WallMs> ends_in_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return ends_in(std::string{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()});
}

void add_authorities(std::vector<CertificateEnd>& out, const std::string& setting,
                     const std::optional<std::filesystem::path>& file) {
  if (!file) return;
  const auto ends = ends_in_file(*file);
  if (!ends.empty())
    out.push_back({setting + " " + file->string(), *std::ranges::max_element(ends)});
}

int steps_passed(core::WallMs left) {
  return static_cast<int>(std::ranges::count_if(
      kThresholds, [left](core::WallMs threshold) { return left <= threshold; }));
}

}  // namespace

std::vector<CertificateEnd> certificate_ends(const Config& config,
                                             const std::filesystem::path& own) {
  std::vector<CertificateEnd> out;
  if (const auto ends = ends_in_file(own); !ends.empty()) {
    out.push_back({"tls.certificate " + own.string(), *std::ranges::min_element(ends)});
  }
  add_authorities(out, "tls.client_ca", config.tls.client_ca);
  add_authorities(out, "radius.radsec_client_ca", config.radius.radsec_client_ca);
  return out;
}

std::vector<CertificateEnd> certificate_ends(core::Store& store) {
  std::vector<CertificateEnd> out;
  core::ListQuery all;
  all.limit = 10'000;
  for (const core::Object& one :
       store.list(*core::find_model("authentik_crypto.certificatekeypair"), all)) {
    const auto* pem = one.if_contains("certificate_data");
    const auto* name = one.if_contains("name");
    if (pem == nullptr || !pem->is_string() || name == nullptr || !name->is_string()) continue;
    const auto ends = ends_in(std::string_view(pem->get_string()));
    if (ends.empty()) continue;
    out.push_back({"certificate " + std::string(std::string_view(name->get_string())),
                   *std::ranges::min_element(ends)});
  }
  return out;
}

std::optional<std::string> end_warning(const CertificateEnd& one, core::WallMs now) {
  const core::WallMs left = one.ends - now;
  if (left > kThresholds.front()) return std::nullopt;
  const std::string when = core::time_text(one.ends);
  if (left <= 0) return one.name + " ended " + when;
  return one.name + " ends in " + std::to_string(left / kDay) + " days, " + when;
}

void CertificateWatch::look(const std::vector<CertificateEnd>& all, core::WallMs now) {
  core::WallMs first = 0;
  std::map<std::string, Told> still;
  for (const CertificateEnd& one : all) {
    if (first == 0 || one.ends < first) first = one.ends;
    const auto before = told_.find(one.name);
    Told told{one.ends, 0};
    if (before != told_.end() && before->second.ends == one.ends) told = before->second;
    const int passed = steps_passed(one.ends - now);
    if (passed > told.steps) {
      const std::string text = end_warning(one, now).value_or(one.name);
      if (one.ends <= now) {
        log::error("certificate.ended", {{"what", text}});
      } else {
        log::warning("certificate.ends_soon", {{"what", text}});
      }
      core::Event event;
      event.action = "configuration_warning";
      event.app = "postern.tls";
      event.context["message"] = "The certificate " + text + ". Replace it.";
      event.created = now;
      events_.record(std::move(event));
    }
    told.steps = passed;
    still[one.name] = told;
  }
  told_ = std::move(still);
  first_end_ = first;
}

}  // namespace postern::app
