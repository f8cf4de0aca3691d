#pragma once
// Appliance: everything of a node that does not listen: store, read model, credentials, login,
// events, wired together in start order. The server holds one; a command without a server makes its
// own.
//
// The constructor opens the state folder's Store (migrating it), applies built-in blueprints, the
// bootstrap section (first start only) and the configured blueprint folders, then starts the read
// model. Errors: StateError, core::StoreError, directory::DirectoryError, each a sentence.
// REQUIRES: the StateDir is locked by this process and outlives this.
// Thread: made and destroyed by main; accessors from any thread.

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/blueprints/folder.h"
#include "app/certificate_watch.h"
#include "app/config/config.h"
#include "app/profiles/profiles.h"
#include "app/state_dir.h"
#include "core/account_state.h"
#include "core/credentials/login_leases.h"
#include "core/explanations.h"
#include "core/flow/web_flows.h"
#include "core/login.h"
#include "core/objects/objects.h"
#include "core/observations.h"
#include "core/operation_meter.h"
#include "core/password_change.h"
#include "core/policy/policy_case.h"
#include "core/ports/event_log.h"
#include "core/ports/geo_ip.h"
#include "core/ports/mailer.h"
#include "core/ports/outbound_client.h"
#include "core/ports/store.h"
#include "core/spotlight.h"
#include "directory/directory.h"
#include "outpost/radius/radsec_links.h"
#include "outpost/radius/reply_book.h"

namespace postern::app {

class Appliance {
 public:
  Appliance(const Config& config, const StateDir& state);
  ~Appliance();
  Appliance(const Appliance&) = delete;
  Appliance& operator=(const Appliance&) = delete;

  const Config& config() const noexcept;
  core::Store& store() noexcept;
  directory::ReadModel& directory() noexcept;
  core::Login& login() noexcept;
  core::PasswordChange& passwords() noexcept;
  core::WebFlows& flows() noexcept;
  const core::AccountStates& accounts() const noexcept;
  core::Mailer& mail() noexcept;
  std::uint64_t expired_mails()
      const noexcept;  // dropped since start, for what they carried is dead
  core::OutboundClient& http() noexcept;
  core::EventLog& events() noexcept;
  CertificateWatch& certificates() noexcept;
  const core::PolicyJudge& judge() const noexcept;
  const core::GeoIp* geo() const noexcept;  // null: no database
  core::Explanations& explanations() noexcept;
  core::LoginLeases& leases() noexcept;
  const core::ObjectTools& tools() const noexcept;
  const core::Clock& clock() const noexcept;
  core::Observations& observations() noexcept;
  core::OperationMeter& meter() noexcept;
  core::Spotlight& spotlight() noexcept;
  const outpost::ReplyBook& replies() const noexcept;
  outpost::RadsecLinks& radsec_links() noexcept;  // of the server; a command beside it has none
  // The same on every node: a cookie of one is good for the others.
  std::array<std::uint8_t, 32> page_cookie_key() const;

  // From now on what waits in the outbox goes out, and rules on events are applied: a server's
  // work, not a command's beside it.
  void start_deliveries();

  // Waits, at most 2 s, until the change is searchable. False: accepted, but not visible yet.
  bool wait_visible(std::int64_t change);

  // At SIGHUP: applies blueprint folders of `config` whose content changed.
  FolderReport apply_blueprints(const Config& config);

  // The text of one blueprint, as a whole or not at all. Gives what is wrong.
  std::vector<std::string> apply_blueprint(std::string_view text);

  // The client profiles as they are now, and at SIGHUP those of `config`. What they change is built
  // beside what serves.
  std::shared_ptr<const ProfileSet> profiles() const;
  void reload_profiles(const Config& config);

  // Each second: throttle to the store, old changes trimmed; at times idle app passwords expired
  // and old network sessions erased.
  void housekeeping();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace postern::app
