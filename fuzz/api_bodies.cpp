// LINK: postern_http postern_store postern_core Boost::json
// JSON bodies of the API, as far as the database: the first octet chooses a resource, the rest is
// the body of a POST to it. It is refused with a sentence, or makes an object that can be shown and
// changed by the same body again. Everything is rolled back.

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <stdlib.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/objects/objects.h"
#include "http/api/routes.h"
#include "http/api/writing.h"
#include "store/store.h"

namespace {

using namespace postern;

class FixedClock final : public core::Clock {
 public:
  core::WallMs wall() const noexcept override { return 1'700'000'000'000; }
  core::Instant now() const noexcept override { return {}; }
};

class CountingRandom final : public core::Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& octet : out) octet = static_cast<std::uint8_t>(next_ = next_ * 37 + 11);
  }

 private:
  std::uint32_t next_ = 1;
};

struct World {
  World() {
    std::string pattern = (std::filesystem::temp_directory_path() / "api-bodies-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    folder = pattern;
    store::OpenOptions options;
    options.base = folder;
    options.clock = &clock;
    store = store::open_store("sqlite:///fuzz.db", options);
    http::add_api(router);
  }
  ~World() {
    store.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  std::filesystem::path folder;
  FixedClock clock;
  CountingRandom random;
  core::Sealer sealer{{}, random};
  core::PasswordHasher hasher{core::Argon2Cost{64, 1}};
  core::ObjectTools tools{hasher, sealer, random, clock, {}, {}};
  std::unique_ptr<core::Store> store;
  http::Router router;
};

World& world() {
  static World one;
  return one;
}

bool may_create(const http::Resource& resource) {
  return (resource.methods & http::Resource::kCreate) != 0;
}

void try_body(const http::Resource& resource, const core::Object& body) {
  core::Object attrs;
  if (const auto refusal = http::attrs_of(resource, body, true, attrs)) {
    if (refusal->status != 400) std::abort();
    return;
  }
  const core::Model& model = http::model_of(resource);
  const auto transaction = world().store->begin();
  core::Objects objects(*transaction, world().tools);
  const auto made = objects.create(model, attrs);
  if (!made) {
    if (made.error().message.empty()) std::abort();
    return;
  }
  const auto stored = transaction->get(model, made->pk);
  if (!stored || boost::json::serialize(core::presentable(model, *stored)).empty()) std::abort();
  const auto again = objects.update(model, made->pk, attrs);
  if (!again && again.error().message.empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 16'384) return 0;
  const auto& all = world().router.resources();
  const http::Resource& resource = *all[data[0] % all.size()].second;
  if (!may_create(resource)) return 0;
  boost::json::error_code error;
  const core::Value body = boost::json::parse(
      std::string_view(reinterpret_cast<const char*>(data) + 1, size - 1), error);
  if (error || !body.is_object()) return 0;
  try {
    try_body(resource, body.get_object());
  } catch (const core::StoreError& refused) {
    // A constraint that only the database knows; anything else is a fault of ours.
    if (refused.kind() == core::StoreError::Kind::schema) std::abort();
  }
  return 0;
}
