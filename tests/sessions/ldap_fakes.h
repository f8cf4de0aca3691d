#pragma once
// Fakes behind an LDAP session: a Login with a table of users, a Directory with a Catalog, a Tree
// whose entries name the viewer, a clock that is set by hand. One thread only.

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/access/catalog.h"
#include "core/login.h"
#include "core/ports/clock.h"
#include "core/ports/directory.h"
#include "protocols/ldap/encode.h"
#include "protocols/ldap/tree.h"

namespace postern::test {

inline constexpr core::ProviderId kFirst = 1, kSecond = 2, kNested = 3;
inline constexpr std::string_view kFirstBase = "dc=ldap,dc=example";
inline constexpr std::string_view kSecondBase = "dc=other";
inline constexpr std::string_view kNestedBase = "ou=inner,dc=ldap,dc=example";

class FakeClock final : public core::Clock {
 public:
  core::WallMs wall() const noexcept override { return wall_ms; }
  core::Instant now() const noexcept override { return core::Instant{}; }
  core::WallMs wall_ms = 1'000'000;
};

// A password that begins with "app-" is decided without blocking, as an app password is.
class FakeLogin final : public core::Login {
 public:
  struct User {
    core::UserId pk = 0;
    std::string password;
    bool full = false;
    bool admitted = true;
    core::WallMs expires = 0;
  };

  core::LoginOutcome attempt(const core::LoginRequest& request, core::Blocking blocking) override {
    ++attempts;
    last = request;
    if (throws) throw std::runtime_error("broken");
    const bool app = request.password.reveal().substr(0, 4) == "app-";
    if (!app && blocking == core::Blocking::no) return core::WouldBlock{core::LoginLane::hash};
    if (blocking == core::Blocking::yes) ++slow_attempts;
    if (still_blocks) return core::WouldBlock{};
    if (unavailable) return core::Unavailable{};
    if (grants_everything) return granted(99, "anyone", request.provider, true, 0);
    const auto found = users.find({request.provider, request.username});
    if (found == users.end()) return core::Denied{core::Reason::unknown_user, delay};
    const User& user = found->second;
    if (!request.password.equal(user.password)) {
      return core::Denied{core::Reason::wrong_password, delay};
    }
    if (!user.admitted) return core::NotAdmitted{};
    return granted(user.pk, request.username, request.provider, user.full, user.expires);
  }
  static core::LoginOutcome granted(core::UserId pk, const std::string& name,
                                    core::ProviderId provider, bool full, core::WallMs expires) {
    core::Grant grant;
    grant.user = pk;
    grant.username = name;
    grant.generation = 1;
    grant.provider = provider;
    grant.search = right(full);
    grant.expires = expires;
    return core::Granted{std::move(grant)};
  }
  static core::SearchRight right(bool full) {
    return core::SearchRight::of(full ? core::Sees::everything : core::Sees::own_groups);
  }
  core::LoginOutcome admit(const core::TransportLogin& request) override {
    last_admitted = request;
    for (const auto& [key, user] : users) {
      if (key.first != request.provider || user.pk != request.user) continue;
      if (!user.admitted) return core::NotAdmitted{};
      return granted(user.pk, key.second, request.provider, user.full, user.expires);
    }
    return core::Denied{core::Reason::unknown_user};
  }
  bool still_holds(core::Grant& grant) const override {
    ++asked_again;
    return gone.count(grant.user) == 0;
  }
  std::uint64_t security_epoch() const noexcept override { return epoch; }
  bool unlock(std::string_view) override { return false; }

  std::map<std::pair<core::ProviderId, std::string>, User> users;
  std::set<core::UserId> gone;
  std::chrono::milliseconds delay{0};
  std::uint64_t epoch = 1;
  bool unavailable = false, throws = false, still_blocks = false, grants_everything = false;
  int attempts = 0, slow_attempts = 0;
  mutable int asked_again = 0;
  core::LoginRequest last;
  core::TransportLogin last_admitted;
};

class FakeDirectory final : public core::Directory {
 public:
  FakeDirectory() {
    publish({{kFirst, std::string(kFirstBase)},
             {kSecond, std::string(kSecondBase)},
             {kNested, std::string(kNestedBase)}});
  }
  void publish(const std::vector<std::pair<core::ProviderId, std::string>>& providers) {
    auto catalog = std::make_shared<core::Catalog>();
    for (const auto& [pk, base] : providers) {
      auto provider = std::make_shared<core::LdapProvider>();
      provider->pk = pk;
      provider->name = "provider-" + std::to_string(pk);
      provider->base_dn = base;
      provider->bind_names = bind_names;
      if (pk == kSecond) provider->tls_server_name = tls_server_name;
      catalog->ldap_providers.push_back(std::move(provider));
    }
    catalog->version = ++version_;
    catalog_ = std::move(catalog);
  }

  core::Lookup find_user(core::UserField field, std::string_view value,
                         core::LoginRecord& out) const override {
    const auto [first, last] = names.equal_range({field, std::string(value)});
    if (first == last) return core::Lookup::missing;
    if (std::next(first) != last) return core::Lookup::ambiguous;
    out.pk = first->second.first;
    out.username = first->second.second;
    return core::Lookup::found;
  }
  void add_name(core::UserField field, const std::string& value, core::UserId pk,
                const std::string& username) {
    names.emplace(std::pair(field, value), std::pair(pk, username));
  }
  core::Lookup read_user(core::UserId, core::LoginRecord&) const override {
    return core::Lookup::missing;
  }
  std::uint64_t generation(core::UserId) const override { return 0; }
  std::uint64_t security_epoch() const noexcept override { return 0; }
  std::shared_ptr<const core::Catalog> catalog() const override { return catalog_; }
  std::uint64_t catalog_version() const noexcept override { return version_; }
  Freshness freshness() const noexcept override { return {}; }

  std::multimap<std::pair<core::UserField, std::string>, std::pair<core::UserId, std::string>>
      names;
  core::BindNames bind_names;   // of providers to be published
  std::string tls_server_name;  // of the second one

 private:
  std::shared_ptr<const core::Catalog> catalog_;
  std::uint64_t version_ = 0;
};

// Every search finds one entry, whose DN tells who looks: "cn=u7,ou=p1" (full:
// "cn=u7+ou=full,..."). (turns=N) takes N turns with one such entry each; (cn=none) finds nothing;
// (cn=broken) throws; (octets=N) pads each entry. A base that holds "missing" is not there.
class FakeTree final : public ldap::Tree {
 public:
  ldap::Turn search(const ldap::SearchRequest& request, std::int32_t message_id,
                    const ldap::Viewer& viewer, const ldap::SearchLimits& limits,
                    const ldap::SearchExtras& extras, ldap::SearchCursor& cursor,
                    Octets& out) override {
    ++turns_given;
    if (extras.watch != nullptr) return watch(viewer, message_id, cursor, out);
    last_limits = limits;
    last_viewer = viewer;
    if (request.base.find("missing") != std::string_view::npos) {
      return {false, ldap::ResultCode::noSuchObject, "dc=ldap,dc=example"};
    }
    const ldap::FilterNode& item = request.filter.nodes.front();
    if (item.attribute == "cn" && item.value == "none") return {};
    if (item.attribute == "cn" && item.value == "broken") {
      out.push_back(0x30);
      throw std::runtime_error("broken");
    }
    if (item.attribute == "absent") return {};
    if (item.attribute == "sn" && item.kind == ldap::FilterKind::equality && item.value != "yes") {
      return {};
    }
    std::uint32_t turns = 1;
    std::string padding;
    if (item.attribute == "turns") turns = number(item.value);
    if (item.attribute == "octets") padding.assign(number(item.value), 'x');
    if (extras.page != 0 && cursor.on_page == extras.page) return {.page_full = true};
    append_entry(viewer, message_id, padding, out);
    ++cursor.sent;
    ++cursor.on_page;
    if (limits.size != 0 && cursor.sent > limits.size) {
      return {false, ldap::ResultCode::sizeLimitExceeded, {}};
    }
    cursor.started = true;
    return {++cursor.next < turns, ldap::ResultCode::success, {}};
  }

  // A base that holds "missing" is not there; sn is "yes", nothing else is anything.
  ldap::Turn compare(const ldap::CompareRequest& request, const ldap::Viewer& viewer) override {
    last_viewer = viewer;
    if (request.dn.find("missing") != std::string_view::npos) {
      return {false, ldap::ResultCode::noSuchObject, "dc=ldap,dc=example"};
    }
    if (request.attribute != "sn") return {false, ldap::ResultCode::noSuchAttribute, {}};
    const bool same = request.value == "yes";
    return {false, same ? ldap::ResultCode::compareTrue : ldap::ResultCode::compareFalse, {}};
  }
  ldap::SortVerdict judge_sort(std::span<const ldap::SortKey> keys) override {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (keys[i].attribute == "unsortable") return {ldap::ResultCode::noSuchAttribute, i};
    }
    return {};
  }
  std::uint64_t last_change() const noexcept override { return changes; }
  bool has_lost_changes(const ldap::SearchCursor& cursor) const noexcept override {
    return cursor.change < lost;
  }
  std::uint64_t changes = 0, lost = 0;  // of what watching searches are told

  int turns_given = 0;
  ldap::SearchLimits last_limits;
  ldap::Viewer last_viewer;

 private:
  // One entry for every change.
  ldap::Turn watch(const ldap::Viewer& viewer, std::int32_t id, ldap::SearchCursor& cursor,
                   Octets& out) const {
    if (!cursor.started) {
      cursor.started = true;
      cursor.change = changes;
      return {.more = true};
    }
    if (cursor.change == changes) return {.more = true, .idle = true};
    ++cursor.change;
    append_entry(viewer, id, {}, out);
    return {.more = true};
  }
  static std::uint32_t number(std::string_view digits) {
    std::uint32_t value = 0;
    for (const char c : digits.substr(0, 7)) {
      if (c >= '0' && c <= '9') value = value * 10 + static_cast<std::uint32_t>(c - '0');
    }
    return value;
  }
  static void append_entry(const ldap::Viewer& viewer, std::int32_t id, const std::string& padding,
                           Octets& out) {
    const std::string dn = "cn=u" + std::to_string(viewer.user) +
                           (viewer.sees == ldap::Sees::everything ? "+ou=full" : "") + ",ou=p" +
                           std::to_string(viewer.provider);
    Octets attributes;
    if (!padding.empty()) {
      const std::string_view value = padding;
      ldap::append_partial_attribute(attributes, "description", {&value, 1});
    }
    ldap::append_entry_header(out, id, dn, attributes.size());
    out.insert(out.end(), attributes.begin(), attributes.end());
  }
};

}  // namespace postern::test
