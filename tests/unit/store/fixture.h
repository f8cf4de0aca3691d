#pragma once
// The shared suite of the Store: every case runs against each back end that kBackEnds names. A back
// end is a way to open a fresh Store, to open the same one again, and to reach its Database.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/ports/clock.h"
#include "core/ports/store.h"
#include "store/database.h"
#include "store/sqlite_database.h"
#include "store/store.h"

namespace postern::store {

class FixedClock final : public core::Clock {
 public:
  core::WallMs wall() const noexcept override { return wall_ms; }
  core::Instant now() const noexcept override { return {}; }
  core::WallMs wall_ms = 1'700'000'000'000;
};

struct TemporaryFolder {
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "store-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::filesystem::path path;
};

struct BackEnd {
  const char* name;
  std::function<std::unique_ptr<core::Store>(const std::filesystem::path&, const core::Clock*)>
      open;
  std::function<std::unique_ptr<Database>(const std::filesystem::path&)> database;
  std::function<bool(Connection&)> intact;  // what the database itself says of its file
};

inline void PrintTo(const BackEnd& back_end, std::ostream* out) { *out << back_end.name; }

inline std::vector<BackEnd> back_ends() {
  return {{"sqlite",
           [](const std::filesystem::path& folder, const core::Clock* clock) {
             OpenOptions options;
             options.base = folder;
             options.clock = clock;
             return open_store("sqlite:///store.db", options);
           },
           [](const std::filesystem::path& folder) { return open_sqlite(folder / "store.db", {}); },
           [](Connection& connection) {
             const auto rows = connection.query("pragma integrity_check");
             const bool ok = rows->next() && rows->text(0) == "ok" && !rows->next();
             return ok && !connection.query("pragma foreign_key_check")->next();
           }}};
}

inline const core::Model& model(const char* name) {
  const core::Model* found = core::find_model(name);
  if (found == nullptr) throw std::runtime_error(name);
  return *found;
}
inline const core::Model& users() { return model("authentik_core.user"); }
inline const core::Model& groups() { return model("authentik_core.group"); }
inline const core::Model& tokens() { return model("authentik_core.token"); }
inline const core::Model& totps() {
  return model("authentik_stages_authenticator_totp.totpdevice");
}
inline const core::Model& statics() {
  return model("authentik_stages_authenticator_static.staticdevice");
}
inline const core::Model& codes() {
  return model("authentik_stages_authenticator_static.statictoken");
}
inline const core::Model& applications() { return model("authentik_core.application"); }
inline const core::Model& providers() { return model("authentik_providers_ldap.ldapprovider"); }
inline const core::Model& bindings() { return model("authentik_policies.policybinding"); }
inline const core::Model& flows() { return model("authentik_flows.flow"); }
inline const core::Model& stage_bindings() { return model("authentik_flows.flowstagebinding"); }
inline const core::Model& identification() {
  return model("authentik_stages_identification.identificationstage");
}
inline const core::Model& password_stage() {
  return model("authentik_stages_password.passwordstage");
}

class StoreTest : public ::testing::TestWithParam<BackEnd> {
 protected:
  void SetUp() override { reopen(); }
  void reopen() {
    store.reset();
    store = GetParam().open(folder.path, &clock);
  }

  core::Uuid uuid() {
    char text[37];
    std::snprintf(text, sizeof text, "00000000-0000-4000-8000-%012d", ++next_uuid_);
    return text;
  }
  core::Value add(const core::Model& kind, core::Object object) {
    if (kind.key == core::Key::uuid && !object.contains("pk")) object["pk"] = uuid();
    const auto transaction = store->begin();
    core::Value pk = transaction->insert(kind, object);
    transaction->commit();
    return pk;
  }
  void change(const core::Model& kind, const core::Value& pk, const core::Object& changed) {
    const auto transaction = store->begin();
    transaction->update(kind, pk, changed);
    transaction->commit();
  }
  bool drop(const core::Model& kind, const core::Value& pk) {
    const auto transaction = store->begin();
    const bool erased = transaction->erase(kind, pk);
    transaction->commit();
    return erased;
  }
  std::optional<core::Object> read(const core::Model& kind, const core::Value& pk) {
    return store->begin()->get(kind, pk);
  }

  std::int64_t add_user(const char* name, core::Object more = {}) {
    more["username"] = name;
    more["uuid"] = uuid();
    return add(users(), std::move(more)).to_number<std::int64_t>();
  }
  core::Uuid add_group(const char* name, core::Object more = {}) {
    more["name"] = name;
    return core::Uuid(add(groups(), std::move(more)).as_string());
  }
  std::int64_t number_of(const core::Uuid& group) {
    return read(groups(), core::Value(group))->at("num_pk").to_number<std::int64_t>();
  }
  std::uint64_t generation(std::int64_t user) { return store->load_user(user)->generation; }

  // What the feed has grown by since the last call: "u1 g2 c0".
  std::string fed() {
    std::string out;
    for (const core::Change& change : store->changes_after(seen_, 1000)) {
      out += (out.empty() ? "" : " ") + std::string(1, change.kind) + std::to_string(change.id);
      seen_ = change.seq;
    }
    return out;
  }

  TemporaryFolder folder;
  FixedClock clock;
  std::unique_ptr<core::Store> store;

 private:
  int next_uuid_ = 0;
  std::int64_t seen_ = 0;
};

// The kind of the StoreError that `work` throws; nullopt when it throws none.
template <typename Work>
std::optional<core::StoreError::Kind> refused(Work work) {
  try {
    work();
  } catch (const core::StoreError& error) {
    return error.kind();
  }
  return std::nullopt;
}

#define STORE_SUITE(suite)                                                              \
  INSTANTIATE_TEST_SUITE_P(BackEnds, suite, ::testing::ValuesIn(back_ends()),           \
                           [](const ::testing::TestParamInfo<BackEnd>& info_of_param) { \
                             return std::string(info_of_param.param.name);              \
                           })

}  // namespace postern::store
