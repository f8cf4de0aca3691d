#include "app/appliance.h"

#include <algorithm>
#include <mutex>

#include "app/attestation_roots.h"
#include "app/breached_passwords.h"
#include "app/dn_check.h"
#include "app/geo_ip_files.h"
#include "app/outbound/http_client.h"
#include "app/outbound/mail_queue.h"
#include "app/outbound/notifier.h"
#include "app/radius/dictionaries.h"
#include "app/sealing_keys.h"
#include "app/system.h"
#include "core/access/stored_fields.h"
#include "core/credentials/digest.h"
#include "core/credentials/recent_verification.h"
#include "core/credentials/throttle.h"
#include "core/log.h"
#include "core/login_service.h"
#include "core/model/time_text.h"
#include "core/objects/idle_tokens.h"
#include "core/policy/dynamic_policies.h"
#include "directory/distrust.h"
#include "store/event_writer.h"
#include "store/reseal.h"
#include "store/store.h"

namespace postern::app {
namespace {

constexpr std::chrono::milliseconds kVisibleWait{2000};
constexpr core::WallMs kIdleSweep = 300'000;  // between two looks for idle app passwords
constexpr std::size_t kForgottenAtOnce = 1000;
constexpr std::int64_t kKeptChanges = 100'000;  // rows of the feed kept for nodes that lag

core::ThrottleSettings throttle_settings(const ThrottleConfig& config) {
  core::ThrottleSettings settings;
  settings.enabled = config.enabled;
  settings.first_delay = config.first_delay;
  settings.max_delay = config.max_delay;
  settings.failures = config.failures;
  settings.window = config.window;
  settings.refusal = config.refusal;
  settings.max_refusal = config.max_refusal;
  settings.same_password = config.same_password;
  return settings;
}

core::LoginSettings login_settings(const LoginConfig& config) {
  core::LoginSettings settings;
  settings.max_staleness = config.max_staleness.reachable;
  settings.max_staleness_detached = config.max_staleness.unreachable;
  settings.code_guesses = config.throttle.code_guesses;
  settings.code_window = config.throttle.code_window;
  settings.code_guesses_per_day = config.throttle.code_guesses_per_day;
  return settings;
}

directory::Options directory_options(const StateDir& state, const ProfileSet& profiles,
                                     const Config& config) {
  directory::Options options;
  options.shapes = shapes_of(profiles, config);
  options.sort_octets = static_cast<std::size_t>(config.limits.sort_memory);
  options.folder = state.directory().string();
  return options;
}

core::SealingKey with_mark(const core::SealingKey& key, std::string& mark) {
  mark = mark_text(key);
  return key;
}

store::OpenOptions store_options(const StateDir& state, const core::Clock& clock,
                                 const core::Sealer& sealer, core::OperationMeter& meter,
                                 const Config& config) {
  store::OpenOptions options;
  options.meter = &meter;
  options.upgrade_copies = static_cast<std::size_t>(config.store.upgrade_copies);
  options.base = state.path();
  options.clock = &clock;
  options.event_key = std::string(core::as_text(sealer.derive("event trail")));
  return options;
}

store::EventWriterOptions event_options(Bell& written) {
  store::EventWriterOptions options;
  options.repeats = std::chrono::minutes(1);
  options.written = [&written] { written.ring(); };
  return options;
}

}  // namespace

// The profiles as of the last (re)load; asked from any thread.
class CurrentProfiles {
 public:
  explicit CurrentProfiles(const Config& config) { load(config); }
  void load(const Config& config) {
    auto fresh = std::make_shared<const ProfileSet>(load_profiles(config.profiles));
    for (const FileError& error : fresh->errors) {
      log::error("profile.refused", {{"why", to_text(error)}});
    }
    const std::lock_guard lock(mutex_);
    set_ = std::move(fresh);
  }
  std::shared_ptr<const ProfileSet> current() const {
    const std::lock_guard lock(mutex_);
    return set_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const ProfileSet> set_;
};

struct Appliance::Parts {
  Config config;
  CurrentProfiles profiles;
  SystemClock clock;
  core::Observations observations{clock};
  core::OperationMeter meter;
  core::Spotlight spotlight;
  core::Explanations explanations;
  SystemRandom random;
  std::string sealing_mark;
  core::Sealer sealer;
  core::PasswordHasher hasher;
  std::unique_ptr<core::Store> store;
  radius::Dictionary dictionary;
  outpost::ReplyBook replies{dictionary};
  outpost::RadsecLinks radsec_links;
  core::ObjectTools tools;
  Bell events_written;
  store::EventWriter events;
  CertificateWatch certificates{events};
  GeoIpFiles geo;
  BreachedPasswordFiles breached;
  std::optional<core::AttestationRoots> attestation_roots;
  core::Throttle throttle;
  core::RecentVerifications recent;
  core::LoginLeases leases;
  directory::ReadModel directory;
  core::AccountStates accounts;
  core::DynamicPolicies judge;
  std::unique_ptr<core::Login> login;
  std::unique_ptr<core::PasswordChange> passwords;
  MailQueue mail;
  CurlHttpClient http;
  Notifier notifier;
  std::unique_ptr<core::WebFlows> flows;
  core::WallMs idle_swept = 0;

  Parts(const Config& the_config, const StateDir& state)
      : config(the_config),
        profiles(config),
        sealer(with_mark(open_sealing_key(state, config, random), sealing_mark), random),
        hasher(config.login.argon2),
        store(store::open_store(config.store.url,
                                store_options(state, clock, sealer, meter, config))),
        dictionary(load_dictionaries(config.radius.dictionaries)),
        tools{hasher,
              sealer,
              random,
              clock,
              [this](const core::Model& model, std::string_view field, const core::Value& value) {
                const auto wrong = check_field(model, field, value, *profiles.current());
                return wrong ? wrong : check_replies(replies, model, field, value);
              },
              normal_dn},
        events(*store, event_options(events_written)),
        geo(config.geoip.city, config.geoip.asn),
        attestation_roots(load_attestation_roots(config.webauthn)),
        throttle(clock, random, throttle_settings(config.login.throttle)),
        recent(clock, random, config.login.recent_verification.value_or(Millis{0})),
        leases(clock, random),
        directory(*store, directory_options(state, *profiles.current(), config)),
        accounts(throttle, clock),
        judge({*store, directory, events, clock, geo.any() ? &geo : nullptr}),
        mail(config.email, {store::outbox_of(*store), events, clock}, sealer, random),
        http(config.outbound.ca ? config.outbound.ca->string() : std::string()),
        notifier({*store, store::outbox_of(*store), directory, judge, sealer, clock, random,
                  mail.configured(), mail.configured() && config.email.account_notices},
                 {store::outbox_of(*store), events, clock}, http, geo.any() ? &geo : nullptr,
                 events_written, mail.worker()) {}

  void bootstrap();
  void sweep_idle();
  void forget_old_sessions();
  void forget_old_events();
  core::Instant forget_next{}, forget_events_next{};
};

void Appliance::Parts::sweep_idle() {
  core::expire_idle_tokens(*store, tools);
  idle_swept = clock.wall();
}

// The first start only: what the configuration says of akadmin.
void Appliance::Parts::bootstrap() {
  constexpr std::string_view kMark = "bootstrap";
  const auto transaction = store->begin();
  if (transaction->blueprint_hash(kMark)) return;
  const core::Model& user = core::user_model();
  const core::Model& token = core::token_model();
  core::Objects objects(*transaction, tools);
  const auto complain = [](const core::Error& error) {
    throw StateError("bootstrap: " + error.field + " " + error.message);
  };
  if (const auto admin = objects.by_name(user, "akadmin")) {
    core::Object attrs;
    if (!config.bootstrap.password.empty()) attrs["password"] = config.bootstrap.password.reveal();
    if (!config.bootstrap.email.empty()) attrs["email"] = config.bootstrap.email;
    if (const auto done = objects.update(user, admin->at("pk"), attrs); !done) {
      complain(done.error());
    }
    if (!config.bootstrap.token.empty()) {
      const auto done = objects.create(token, {{"identifier", "authentik-bootstrap-token"},
                                               {"intent", "api"},
                                               {"user", admin->at("pk")},
                                               {"key", config.bootstrap.token.reveal()}});
      if (!done) complain(done.error());
    }
  }
  transaction->set_blueprint_hash(kMark, "done");
  transaction->commit();
}

Appliance::Appliance(const Config& config, const StateDir& state)
    : parts_(std::make_unique<Parts>(config, state)) {
  Parts& parts = *parts_;
  const FolderReport builtin = apply_builtin(*parts.store, parts.tools);
  if (builtin.failed != 0) {
    throw StateError("a built-in blueprint does not apply: " + to_text(builtin.errors.front()));
  }
  store::note_sealing_mark(config.store.url, parts.sealing_mark);
  parts.bootstrap();
  apply_folders(config.blueprints, *parts.store, parts.tools);
  parts.sweep_idle();
  parts.throttle.load(*parts.store);
  directory::distrust_at_fault(state.directory().string());
  parts.directory.start();
  parts.directory.wait_applied(parts.store->last_change(), kVisibleWait);
  core::LoginParts login{parts.directory, *parts.store, parts.events,
                         parts.hasher,    parts.sealer, parts.throttle,
                         parts.recent,    parts.clock,  login_settings(config.login)};
  login.random = &parts.random;
  login.breached = &parts.breached;
  login.judge = &parts.judge;
  login.explanations = &parts.explanations;
  login.leases = &parts.leases;
  parts.login = core::make_login(login);
  parts.passwords = std::make_unique<core::PasswordChange>(login, *parts.login);
  parts.flows = std::make_unique<core::WebFlows>(core::WebFlows::Parts{
      login, parts.tools, [this](std::int64_t change) { return wait_visible(change); }, &parts.mail,
      &parts.http, config.base_url, parts.attestation_roots ? &*parts.attestation_roots : nullptr});
}

Appliance::~Appliance() {
  parts_->notifier.stop();
  parts_->mail.worker().stop();
  parts_->events.stop();
  try {
    parts_->throttle.flush(*parts_->store);
  } catch (const core::StoreError& error) {
    log::error("throttle.flush.failed", {{"why", error.what()}});
  }
  parts_->directory.stop();
}

void Appliance::start_deliveries() {
  parts_->mail.worker().start();
  parts_->notifier.start();
}

const Config& Appliance::config() const noexcept { return parts_->config; }
core::Store& Appliance::store() noexcept { return *parts_->store; }
directory::ReadModel& Appliance::directory() noexcept { return parts_->directory; }
core::Login& Appliance::login() noexcept { return *parts_->login; }
core::PasswordChange& Appliance::passwords() noexcept { return *parts_->passwords; }
core::WebFlows& Appliance::flows() noexcept { return *parts_->flows; }
const core::AccountStates& Appliance::accounts() const noexcept { return parts_->accounts; }
core::Mailer& Appliance::mail() noexcept { return parts_->mail; }
std::uint64_t Appliance::expired_mails() const noexcept { return parts_->mail.worker().expired(); }
core::OutboundClient& Appliance::http() noexcept { return parts_->http; }
core::EventLog& Appliance::events() noexcept { return parts_->events; }
CertificateWatch& Appliance::certificates() noexcept { return parts_->certificates; }
const core::PolicyJudge& Appliance::judge() const noexcept { return parts_->judge; }
const core::GeoIp* Appliance::geo() const noexcept {
  return parts_->geo.any() ? &parts_->geo : nullptr;
}
core::LoginLeases& Appliance::leases() noexcept { return parts_->leases; }
core::Explanations& Appliance::explanations() noexcept { return parts_->explanations; }
const core::ObjectTools& Appliance::tools() const noexcept { return parts_->tools; }
const core::Clock& Appliance::clock() const noexcept { return parts_->clock; }
const outpost::ReplyBook& Appliance::replies() const noexcept { return parts_->replies; }
core::Observations& Appliance::observations() noexcept { return parts_->observations; }

outpost::RadsecLinks& Appliance::radsec_links() noexcept { return parts_->radsec_links; }
core::OperationMeter& Appliance::meter() noexcept { return parts_->meter; }
core::Spotlight& Appliance::spotlight() noexcept { return parts_->spotlight; }

std::array<std::uint8_t, 32> Appliance::page_cookie_key() const {
  return parts_->sealer.derive("ldap page cookie");
}

bool Appliance::wait_visible(std::int64_t change) {
  return parts_->directory.wait_applied(change, kVisibleWait);
}

FolderReport Appliance::apply_blueprints(const Config& config) {
  return apply_folders(config.blueprints, *parts_->store, parts_->tools);
}

std::vector<std::string> Appliance::apply_blueprint(std::string_view text) {
  const BlueprintResult result =
      app::apply_blueprint(text, "blueprint", *parts_->store, parts_->tools);
  std::vector<std::string> problems;
  if (const auto* errors = std::get_if<FileErrors>(&result)) {
    for (const FileError& error : *errors) problems.push_back(to_text(error));
    return problems;
  }
  wait_visible(std::get<BlueprintReport>(result).change);
  return problems;
}

std::shared_ptr<const ProfileSet> Appliance::profiles() const { return parts_->profiles.current(); }

void Appliance::reload_profiles(const Config& config) {
  parts_->profiles.load(config);
  parts_->directory.reshape(shapes_of(*parts_->profiles.current(), config));
}

void Appliance::Parts::forget_old_sessions() {
  const core::Instant now = clock.now();
  if (now < forget_next) return;
  const core::WallMs before = clock.wall() - config.radius.session_retention.count();
  const bool more = store->network_sessions().forget(before, kForgottenAtOnce) == kForgottenAtOnce;
  forget_next = now + (more ? std::chrono::seconds(1) : std::chrono::seconds(60));
}

// As the setting event_retention says; a year where there is none.
void Appliance::Parts::forget_old_events() {
  constexpr std::int64_t kYear = 365LL * 24 * 3600 * 1000;
  const core::Instant now = clock.now();
  if (now < forget_events_next) return;
  core::ListQuery query;
  query.limit = 1;
  const auto settings = store->list(*core::find_model("authentik_tenants.tenant"), query);
  std::int64_t kept = kYear;
  if (!settings.empty()) {
    const auto text = core::text_of(settings.front(), "event_retention");
    kept = core::parse_duration(text).value_or(kYear);
  }
  const bool more = store->prune_events(clock.wall() - kept, kForgottenAtOnce) == kForgottenAtOnce;
  const std::chrono::milliseconds pause(std::clamp<std::int64_t>(kept / 10, 1000, 300'000));
  forget_events_next = now + (more ? std::chrono::seconds(1) : pause);
}

void Appliance::housekeeping() {
  parts_->throttle.flush(*parts_->store);
  if (parts_->clock.wall() - parts_->idle_swept >= kIdleSweep) parts_->sweep_idle();
  parts_->forget_old_sessions();
  parts_->forget_old_events();
  const std::int64_t oldest = parts_->store->oldest_change();
  const std::int64_t applied = parts_->directory.freshness().applied;
  if (oldest != 0 && applied - oldest > 2 * kKeptChanges) {
    parts_->store->trim_changes(applied - kKeptChanges);
  }
}

}  // namespace postern::app
