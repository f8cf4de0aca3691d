#pragma once
// LdapServices: everything that all LDAP sessions share. Owned by the composition; outlives every
// session and every Work that a session started. Immutable after construction, except for counters,
// sequence numbers and the cache of naming contexts, which are safe from any thread.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "core/account_state.h"
#include "core/login.h"
#include "core/operation_meter.h"
#include "core/ports/clock.h"
#include "core/ports/directory.h"
#include "core/spotlight.h"
#include "outpost/ldap/naming.h"
#include "outpost/ldap/page_cookie.h"
#include "outpost/ldap/settings.h"
#include "outpost/ldap/update_services.h"
#include "protocols/ldap/tree.h"

namespace postern::outpost {

// Since start. Binds are counted by what was answered.
struct LdapCounters {
  std::atomic<std::uint64_t> sessions{0};
  std::atomic<std::int64_t> open_sessions{0};
  std::atomic<std::uint64_t> binds_granted{0};
  std::atomic<std::uint64_t> binds_anonymous{0};
  std::atomic<std::uint64_t> binds_denied{0};        // 49
  std::atomic<std::uint64_t> binds_not_admitted{0};  // 50
  std::atomic<std::uint64_t> binds_busy{0};          // 51
  std::atomic<std::uint64_t> binds_unavailable{0};   // 52
  std::atomic<std::uint64_t> binds_refused{0};  // refused by the protocol: 2, 7, 12, 13, 34, 53
  std::atomic<std::uint64_t> searches{0};
  std::atomic<std::uint64_t> other_requests{0};
  std::atomic<std::uint64_t> notices{0};      // Notices of Disconnection
  std::atomic<std::uint64_t> grants_lost{0};  // identities that stopped holding while bound
};

class LdapServices {
 public:
  LdapServices(core::Login& the_login, core::Directory& the_directory, ldap::Tree& the_tree,
               const core::Clock& the_clock, LdapSettings the_settings, const CookieKey& cookie_key)
      : login(the_login),
        directory(the_directory),
        tree(the_tree),
        clock(the_clock),
        cookies(cookie_key),
        settings_(std::make_shared<const LdapSettings>(std::move(the_settings))) {}
  LdapServices(const LdapServices&) = delete;
  LdapServices& operator=(const LdapServices&) = delete;

  core::Login& login;
  core::Directory& directory;
  ldap::Tree& tree;
  const core::Clock& clock;
  const PageCookies cookies;
  UpdateServices* updates = nullptr;              // null: nothing can be changed
  const core::AccountStates* accounts = nullptr;  // null: nothing is said of accounts
  core::OperationMeter* meter = nullptr;          // null: nothing is measured
  core::Spotlight* spotlight = nullptr;           // null: nobody ever looks

  // An operation that began then is answered now.
  void measure(core::Operation operation, ldap::ResultCode code, core::ProviderId provider,
               core::Instant began) const noexcept {
    if (meter == nullptr) return;
    meter->count(operation, static_cast<std::uint16_t>(code), provider, clock.now() - began);
  }

  std::shared_ptr<const LdapSettings> settings() const {
    const std::lock_guard lock(settings_mutex_);
    return settings_;
  }
  void replace_settings(LdapSettings settings) {  // for sessions to come
    auto fresh = std::make_shared<const LdapSettings>(std::move(settings));
    const std::lock_guard lock(settings_mutex_);
    settings_ = std::move(fresh);
  }

  LdapCounters counters;
  NamingCache naming;
  std::atomic<std::uint64_t> next_session{1};

 private:
  mutable std::mutex settings_mutex_;
  std::shared_ptr<const LdapSettings> settings_;
};

}  // namespace postern::outpost
