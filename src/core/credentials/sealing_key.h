#pragma once
// SealingKey: the 32 octets under which a node seals, the mark by which what it sealed is known,
// and those of its subkeys that are an earlier key's, because what they made cannot be made anew
// (reseal.h). Such a subkey belongs to the key, whichever Sealer is made of it: keep_subkeys() says
// so once, at start, before any is derived. Thread-safe.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace postern::core {

using SealingKey = std::array<std::uint8_t, 32>;
using KeptSubkeys = std::map<std::string, SealingKey, std::less<>>;  // by label

// What every blob of this key begins with: format version and key id, 5 octets.
std::string sealing_mark(const SealingKey& key);

void keep_subkeys(const SealingKey& key, const KeptSubkeys& kept);
std::optional<SealingKey> kept_subkey(const SealingKey& key, std::string_view label);

}  // namespace postern::core
