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

// The site, measured: by the hundreds of its status codes.
class MeteredSite final : public http::Application {
 public:
  MeteredSite(const http::Services& services, core::OperationMeter& meter, const core::Clock& clock)
      : site(services), meter_(meter), clock_(clock) {}

  Lane lane(const http::Request& request) const noexcept override { return site.lane(request); }
  http::Response handle(const http::Request& request) noexcept override {
    const core::Instant began = clock_.now();
    http::Response response = site.handle(request);
    if (response.calls_out) return response;  // it comes again
    meter_.count(core::Operation::http_request, static_cast<std::uint16_t>(response.status / 100),
                 0, clock_.now() - began);
    return response;
  }

  http::Site site;

 private:
  core::OperationMeter& meter_;
  const core::Clock& clock_;
};

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
                 appliance.leases(),
                 [&appliance](std::string_view text) { return appliance.apply_blueprint(text); },
                 appliance.config().base_url,
                 std::string(kVersion),
                 static_cast<int>(appliance.config().http.login_rate),
                 static_cast<int>(appliance.config().http.token_failures),
                 [&appliance](std::int64_t change) { return appliance.wait_visible(change); },
                 &appliance.observations(),
                 std::move(live),
                 &appliance.http(),
                 appliance.geo(),
                 appliance.config().http.session_idle.value_or(Millis{0}).count()},
        settings(settings_of(appliance.config().http)),
        site(services, appliance.meter(), appliance.clock()) {}

  const http::Services services;
  const http::SessionSettings settings;
  MeteredSite site;
  int seconds = 0;
};

WebFront::WebFront(Appliance& appliance, std::function<core::Object()> live)
    : parts_(std::make_unique<Parts>(appliance, std::move(live))) {}
WebFront::~WebFront() = default;

std::unique_ptr<StreamSession> WebFront::make_session(const PeerInfo& peer) {
  return std::make_unique<http::HttpSession>(peer, parts_->site, parts_->settings);
}

void WebFront::keep_house() {
  if (++parts_->seconds % kSweepSeconds == 0) parts_->site.site.sweep();
}

}  // namespace postern::app
