#pragma once
// CBOR (RFC 8949) as authenticators write it, read whole and bounded: definite lengths only, no
// tags, no floats, at most 8 levels, 256 items and 16 KiB, no key of a map twice (keys are integers
// and texts), lengths in their shortest form. Octets are views of the input. Total: anything else
// gives nothing. Thread: pure.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace postern::core {

struct Cbor {
  enum class Kind : std::uint8_t { integer, bytes, text, array, map, boolean, null };
  Kind kind = Kind::null;
  std::int64_t number = 0;  // integer; boolean as 0 and 1
  std::string_view octets;  // bytes, text
  std::vector<Cbor> items;  // array; of a map keys and values in turn

  // The value under a key of a map; null when there is none.
  const Cbor* find(std::int64_t key) const noexcept;
  const Cbor* find(std::string_view key) const noexcept;
};

// The item at the beginning of `text`, whose length it says.
struct CborPrefix {
  Cbor item;
  std::size_t size = 0;
};
std::optional<CborPrefix> read_cbor_prefix(std::string_view text);
// Nothing may follow.
std::optional<Cbor> read_cbor(std::string_view text);

}  // namespace postern::core
