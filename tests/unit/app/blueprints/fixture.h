#pragma once
// A real SQLite store in a folder of its own, the tools of the object writer with cheap hashes, and
// shorthands to apply blueprints and to look at what they left.

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <memory>
#include <string>

#include "app/blueprints/apply.h"
#include "core/ports/clock.h"
#include "store/store.h"

namespace postern::app {

class StillClock final : public core::Clock {
 public:
  core::WallMs wall() const noexcept override { return 1'700'000'000'000; }
  core::Instant now() const noexcept override { return {}; }
};

// Counts up: different octets each time, the same in each run.
class CountingRandom final : public core::Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& octet : out) {
      state_ = state_ * 6364136223846793005U + 1442695040888963407U;
      octet = static_cast<std::uint8_t>(state_ >> 56U);
    }
  }

 private:
  std::uint64_t state_ = 1;
};

class BlueprintTest : public testing::Test {
 protected:
  BlueprintTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "blueprint-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    folder = pattern;
    store::OpenOptions options;
    options.base = folder;
    options.clock = &clock;
    database = store::open_store("sqlite:///t.db", options);
  }
  ~BlueprintTest() override {
    database.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }

  BlueprintResult run(std::string_view text, const ApplyOptions& options = {}) {
    return apply_blueprint(text, (folder / "b.yaml").string(), *database, tools, options);
  }

  // `entries` alone, indented as the list of a file.
  BlueprintReport good(const std::string& entries, const ApplyOptions& options = {}) {
    auto result = run("version: 1\nentries:\n" + entries, options);
    if (const auto* errors = std::get_if<FileErrors>(&result)) {
      for (const FileError& error : *errors) ADD_FAILURE() << to_text(error);
      return {};
    }
    return std::get<BlueprintReport>(std::move(result));
  }

  // "line: text" of the first error, "accepted" without one. Entries start at line 3.
  std::string bad(const std::string& entries) {
    return bad_file("version: 1\nentries:\n" + entries);
  }
  std::string bad_file(const std::string& text) {
    const auto result = run(text);
    const auto* errors = std::get_if<FileErrors>(&result);
    if (errors == nullptr || errors->empty()) return "accepted";
    return std::to_string(errors->front().line) + ": " + errors->front().text;
  }

  static const core::Model& model(std::string_view name) { return *core::find_model(name); }

  // The one object with this field value; an empty object when there is none.
  core::Object object(std::string_view model_name, std::string_view field,
                      const core::Value& value) {
    const auto transaction = database->begin();
    auto found = transaction->find(model(model_name), core::Object{{field, value}}, 2);
    return found.size() == 1 ? found.front() : core::Object{};
  }
  core::Object user(std::string_view name) {
    return object("authentik_core.user", "username", core::Value(name));
  }
  core::Object group(std::string_view name) {
    return object("authentik_core.group", "name", core::Value(name));
  }

  std::filesystem::path folder;
  StillClock clock;
  CountingRandom random;
  core::PasswordHasher hasher{core::Argon2Cost{8192, 1}};
  core::Sealer sealer{std::array<std::uint8_t, 32>{1, 2, 3}, random};
  core::ObjectTools tools{hasher, sealer, random, clock, {}};
  std::unique_ptr<core::Store> database;
};

}  // namespace postern::app
