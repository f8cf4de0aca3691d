#include "core/credentials/sealing_key.h"

#include <mutex>

#include "core/credentials/digest.h"

namespace postern::core {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kKeyId = 4;

struct Kept {
  std::mutex mutex;
  std::map<std::string, KeptSubkeys> by_mark;
};

Kept& kept_of_all() {
  static Kept kept;
  return kept;
}

}  // namespace

std::string sealing_mark(const SealingKey& key) {
  const Sha256 id = sha256(as_text(key));
  return std::string(1, kVersion).append(as_text(id).substr(0, kKeyId));
}

void keep_subkeys(const SealingKey& key, const KeptSubkeys& kept) {
  Kept& all = kept_of_all();
  const std::lock_guard lock(all.mutex);
  all.by_mark[sealing_mark(key)] = kept;
}

std::optional<SealingKey> kept_subkey(const SealingKey& key, std::string_view label) {
  Kept& all = kept_of_all();
  const std::lock_guard lock(all.mutex);
  if (all.by_mark.empty()) return std::nullopt;
  const auto found = all.by_mark.find(sealing_mark(key));
  if (found == all.by_mark.end()) return std::nullopt;
  const auto subkey = found->second.find(label);
  return subkey == found->second.end() ? std::nullopt : std::optional(subkey->second);
}

}  // namespace postern::core
