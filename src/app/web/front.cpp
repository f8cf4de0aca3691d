#include "app/web/front.h"

#include "app/version.h"
#include "http/site.h"
#include "net/network_list.h"

namespace postern::app {
namespace {

constexpr int kSweepSeconds = 60;

http::SessionSettings settings_of(const HttpConfig& config) {
  http::SessionSettings settings;
  settings.limits.body = static_cast<std::size_t>(config.body_size);
  if (config.trusted_proxies.empty()) return settings;
  const auto networks = net::NetworkList::parse(config.trusted_proxies);
  if (!networks) throw StateError(networks.fault().text);
  settings.trusted_proxy = [trusted = *networks](std::string_view address) {
    return trusted.contains(std::string(address));
  };
  return settings;
}

}  // namespace

struct WebFront::Parts {
  Parts(Appliance& appliance, std::function<core::Object()> live)
      : services{appliance.store(),
                 appliance.directory(),
                 appliance.tools(),
                 appliance.events(),
                 appliance.flows(),
                 appliance.mail(),
                 appliance.judge(),
                 appliance.explanations(),
                 [&appliance](std::string_view text) { return appliance.apply_blueprint(text); },
                 appliance.config().base_url,
                 std::string(kVersion),
                 static_cast<int>(appliance.config().http.login_rate),
                 static_cast<int>(appliance.config().http.token_failures),
                 [&appliance](std::int64_t change) { return appliance.wait_visible(change); },
                 &appliance.observations(),
                 std::move(live)},
        settings(settings_of(appliance.config().http)),
        site(services) {}

  const http::Services services;
  const http::SessionSettings settings;
  http::Site site;
  int seconds = 0;
};

WebFront::WebFront(Appliance& appliance, std::function<core::Object()> live)
    : parts_(std::make_unique<Parts>(appliance, std::move(live))) {}
WebFront::~WebFront() = default;

std::unique_ptr<StreamSession> WebFront::make_session(const PeerInfo& peer) {
  return std::make_unique<http::HttpSession>(peer, parts_->site, parts_->settings);
}

void WebFront::keep_house() {
  if (++parts_->seconds % kSweepSeconds == 0) parts_->site.sweep();
}

}  // namespace postern::app
