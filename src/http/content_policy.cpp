#include "http/content_policy.h"

#include <algorithm>
#include <set>

namespace postern::http {
namespace {

// Captchas whose first script loads others; by the end of the host's name.
struct Companion {
  std::string_view host, sources;
};
constexpr Companion kCompanions[] = {
    {"hcaptcha.com", " https://hcaptcha.com https://*.hcaptcha.com"},
    {"google.com", " https://www.gstatic.com/recaptcha/"},
    {"recaptcha.net", " https://www.gstatic.com/recaptcha/"},
};

constexpr bool is_host_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == ':' || c == '[' || c == ']';
}

// Either it is that name, or one below it.
bool ends_with_name(std::string_view host, std::string_view name) noexcept {
  if (!host.ends_with(name)) return false;
  return host.size() == name.size() || host[host.size() - name.size() - 1] == '.';
}

void collect(const core::Stage& stage, std::set<std::string>& origins) {
  if (stage.kind == core::StageKind::captcha && stage.row != nullptr) {
    const auto* address = stage.row->if_contains("js_url");
    if (address != nullptr && address->is_string()) {
      std::string origin = script_origin(address->get_string());
      if (!origin.empty()) origins.insert(std::move(origin));
    }
  }
  if (stage.embedded_captcha != nullptr) collect(*stage.embedded_captcha, origins);
}

}  // namespace

std::string script_origin(std::string_view address) {
  const std::size_t scheme = address.find("://");
  if (scheme == std::string_view::npos) return {};
  const std::string_view name = address.substr(0, scheme);
  if (name != "https" && name != "http") return {};
  std::string_view host = address.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  if (host.empty() || !std::ranges::all_of(host, &is_host_letter)) return {};
  return std::string(address.substr(0, scheme + 3 + host.size()));
}

std::string content_policy_of(const core::Flow& flow) {
  std::set<std::string> origins;
  for (const core::FlowStep& step : flow.steps) {
    if (step.stage != nullptr) collect(*step.stage, origins);
  }
  if (origins.empty()) return std::string(kContentPolicy);
  std::string sources = " 'self'";
  for (const std::string& origin : origins) {
    sources += " " + origin;
    std::string_view host = std::string_view(origin).substr(origin.find("://") + 3);
    host = host.substr(0, host.find(':'));
    for (const Companion& one : kCompanions) {
      if (ends_with_name(host, one.host)) sources += one.sources;
    }
  }
  return std::string(kContentPolicy) + "; script-src" + sources + "; frame-src" + sources +
         "; connect-src" + sources;
}

}  // namespace postern::http
