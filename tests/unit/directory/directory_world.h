#pragma once
// A small world for the directory's tests: a fake store, a folder that goes away, a read model, and
// searches from filter text to decoded entries.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "directory/directory.h"
#include "directory/profile.h"
#include "protocols/ldap/decode.h"
#include "protocols/ldap/decode_response.h"
#include "protocols/ldap/filter_text.h"
#include "support/fake_store.h"

namespace postern::test {

struct Entry {
  std::string dn;
  std::map<std::string, std::vector<std::string>> attributes;
  std::vector<std::string> of(const std::string& name) const {
    const auto found = attributes.find(name);
    return found == attributes.end() ? std::vector<std::string>{} : found->second;
  }
  bool operator==(const Entry&) const = default;
};

struct Found {
  ldap::ResultCode code = ldap::ResultCode::other;
  std::string matched;
  std::vector<Entry> entries;
  std::size_t turns = 0;

  std::vector<std::string> dns() const {
    std::vector<std::string> out;
    for (const Entry& entry : entries) out.push_back(entry.dn);
    return out;
  }
};

struct Query {
  std::string filter = "(objectClass=*)";
  std::string base = "dc=example,dc=org";
  ldap::Scope scope = ldap::Scope::sub;
  std::vector<std::string> attributes;
  bool types_only = false;
  std::int64_t provider = 1;
  std::int64_t user = 0;
  bool full = true;
  std::uint32_t size_limit = 0;
  std::optional<ldap::Viewer> as = {};  // instead of provider, user and full
};

inline std::vector<Entry> decode_entries(const Octets& octets) {
  std::vector<Entry> out;
  Octets padded = octets;
  padded.push_back(0);  // decoders may look one octet ahead
  std::size_t at = 0;
  while (at < octets.size()) {
    std::size_t head = 2, size = octets[at + 1];
    if (size >= 0x80U) {
      const std::size_t count = size & 0x7fU;
      size = 0;
      for (std::size_t i = 0; i < count; ++i) size = size << 8U | octets[at + 2 + i];
      head += count;
    }
    const auto envelope =
        ldap::decode_response_envelope(ldap::OctetPiece(padded).subspan(at, head + size));
    EXPECT_TRUE(envelope.ok());
    if (!envelope.ok()) return out;
    const auto entry = ldap::decode_entry(envelope->body);
    EXPECT_TRUE(entry.ok());
    if (!entry.ok()) return out;
    Entry made{.dn = std::string(entry->dn)};
    for (const auto& attribute : entry->attributes) {
      auto& values = made.attributes[std::string(attribute.type)];
      EXPECT_TRUE(values.empty()) << "twice: " << attribute.type;
      for (const auto value : attribute.values) values.emplace_back(value);
    }
    out.push_back(std::move(made));
    at += head + size;
  }
  return out;
}

// A prepared request: owns what its views point into.
struct Request {
  explicit Request(const Query& query) : query_(query) {
    auto parsed = ldap::parse_filter(query_.filter);
    EXPECT_TRUE(parsed.ok()) << query_.filter;
    filter_ = std::move(parsed.value());
    search.base = query_.base;
    search.scope = query_.scope;
    search.types_only = query_.types_only;
    search.filter = filter_.filter;
    for (const std::string& name : query_.attributes) search.attributes.emplace_back(name);
    viewer = query_.as ? *query_.as
                       : ldap::Viewer{
                             .provider = query_.provider,
                             .user = query_.user,
                             .sees = query_.full ? ldap::Sees::everything : ldap::Sees::own_groups};
    limits = {.size = query_.size_limit, .deadline = Instant::max()};
  }
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  ldap::SearchRequest search;
  ldap::Viewer viewer;
  ldap::SearchLimits limits;
  ldap::SearchExtras extras;

 private:
  Query query_;
  ldap::ParsedFilter filter_;
};

inline core::StoredConfig config_with(const std::vector<std::pair<int, std::string>>& providers,
                                      bool nested = false) {
  core::StoredConfig config;
  for (const auto& [pk, base] : providers) {
    boost::json::object object{{"pk", pk}, {"name", "ldap"}, {"base_dn", base}};
    if (nested) object["attributes"] = {{"postern", {{"member_of", "nested"}}}};
    config.objects.push_back(
        {{"model", "authentik_providers_ldap.ldapprovider"}, {"object", object}});
  }
  return config;
}

// Provider 1 with an application that lets in who passes the bindings (objects as JSON); none =
// every active user.
inline core::StoredConfig config_with_application(
    const std::vector<boost::json::object>& bindings = {}) {
  core::StoredConfig config = config_with({{1, "dc=example,dc=org"}});
  config.objects.push_back(
      {{"model", "authentik_core.application"},
       {"object", {{"pk", "app"}, {"slug", "app"}, {"name", "App"}, {"provider", 1}}}});
  int order = 0;
  for (boost::json::object binding : bindings) {
    binding["pk"] = "binding-" + std::to_string(order);
    binding["target"] = "app";
    binding["order"] = order++;
    config.objects.push_back(
        {{"model", "authentik_policies.policybinding"}, {"object", std::move(binding)}});
  }
  return config;
}

inline std::string uuid_of(std::int64_t number, char kind) {
  std::string tail = std::to_string(number);
  return std::string("00000000-0000-4000-8000-") + kind + std::string(11 - tail.size(), '0') + tail;
}

inline core::StoredUser make_user(core::UserId pk, const std::string& username,
                                  std::vector<core::GroupNumber> groups = {}) {
  core::StoredUser user;
  user.pk = pk;
  user.uuid = uuid_of(pk, 'a');
  user.username = username;
  user.type = "internal";
  user.created = 1'767'225'600'000;  // 2026-01-01T00:00:00Z
  user.updated = 1'767'225'661'000;
  user.uid_number = 2000 + pk;
  user.gid_number = 2000 + pk;
  user.generation = 1;
  user.groups = std::move(groups);
  return user;
}

inline core::StoredGroup make_group(core::GroupNumber num, const std::string& name,
                                    std::vector<core::GroupNumber> parents = {}) {
  core::StoredGroup group;
  group.num_pk = num;
  group.uuid = uuid_of(num, 'b');
  group.name = name;
  group.created = group.updated = 1'767'225'600'000;
  group.gid_number = 4000 + num;
  group.parents = std::move(parents);
  return group;
}

class TempFolder {
 public:
  TempFolder() {
    std::string pattern = std::filesystem::temp_directory_path() / "postern-directory-XXXXXX";
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    path_ = pattern;
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct World {
  World() { store.set_config(config_with({{1, "dc=example,dc=org"}})); }

  void open() {
    model.reset();  // one environment per file and process
    model = std::make_unique<directory::ReadModel>(store, options());
    model->start();
    settle();
  }
  directory::Options options() const {
    return {.folder = folder.path() + "/d",
            .map_octets = std::uint64_t{1} << 32U,
            .boot_id = boot,
            .niced = false,
            .shapes = shapes};
  }
  void settle() {
    ASSERT_TRUE(model->wait_applied(store.last_change(), std::chrono::seconds(100)));
  }

  Found search(const Query& query) {
    Found found;
    Request request(query);
    ldap::SearchCursor cursor;
    Octets out;
    for (;;) {
      ++found.turns;
      const ldap::Turn turn = model->search(request.search, 7, request.viewer, request.limits,
                                            request.extras, cursor, out);
      if (turn.more && found.turns < 100'000) continue;
      found.code = turn.code;
      found.matched = turn.matched_dn;
      break;
    }
    found.entries = decode_entries(out);
    return found;
  }
  ldap::ResultCode compare(const ldap::Viewer& viewer, const std::string& dn,
                           const std::string& attribute, const std::string& value) {
    return model->compare({.dn = dn, .attribute = attribute, .value = value}, viewer).code;
  }
  std::vector<std::string> dns(const std::string& filter) {
    return search({.filter = filter, .attributes = {"1.1"}}).dns();
  }

  TempFolder folder;
  FakeStore store;
  std::string boot = "boot-1";
  std::shared_ptr<const directory::Shapes> shapes;
  std::unique_ptr<directory::ReadModel> model;
};

}  // namespace postern::test
