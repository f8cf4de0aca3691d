#include "core/webauthn/cbor.h"

#include <cstddef>
#include <limits>

namespace postern::core {
namespace {

constexpr int kMostLevels = 8;
constexpr int kMostItems = 256;
constexpr std::size_t kMostOctets = 16 * 1024;

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool read(Cbor& out, int level) {
    if (level > kMostLevels || ++items_ > kMostItems || at_ >= text_.size()) return false;
    const auto first = static_cast<std::uint8_t>(text_[at_++]);
    const int major = first >> 5;
    std::uint64_t argument = 0;
    if (!read_argument(first & 0x1f, major, argument)) return false;
    switch (major) {
      case 0:
      case 1:
        return integer(out, major == 1, argument);
      case 2:
      case 3:
        return octets(out, major == 2 ? Cbor::Kind::bytes : Cbor::Kind::text, argument);
      case 4:
        out.kind = Cbor::Kind::array;
        return many(out, argument, level);
      case 5:
        out.kind = Cbor::Kind::map;
        return argument <= text_.size() / 2 && many(out, argument * 2, level) && keys_differ(out);
      case 7:
        return simple(out, argument);
      default:
        return false;  // tags
    }
  }
  std::size_t at() const noexcept { return at_; }

 private:
  bool read_argument(int info, int major, std::uint64_t& out) {
    if (info < 24) {
      out = static_cast<std::uint64_t>(info);
      return true;
    }
    if (info > 27 || major == 7) return false;
    const std::size_t width = std::size_t{1} << (info - 24);
    if (text_.size() - at_ < width) return false;
    for (std::size_t i = 0; i < width; ++i) {
      out = out << 8 | static_cast<std::uint8_t>(text_[at_++]);
    }
    // A longer form than needed is another text for the same value.
    const std::uint64_t least = width == 1 ? 24 : std::uint64_t{1} << (width * 4);
    return out >= least;
  }
  static bool integer(Cbor& out, bool negative, std::uint64_t argument) {
    if (argument > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return false;
    }
    const auto value = static_cast<std::int64_t>(argument);
    out.kind = Cbor::Kind::integer;
    out.number = negative ? -1 - value : value;
    return true;
  }
  bool octets(Cbor& out, Cbor::Kind kind, std::uint64_t size) {
    if (size > text_.size() - at_) return false;
    out.kind = kind;
    out.octets = text_.substr(at_, size);
    at_ += size;
    return true;
  }
  bool many(Cbor& out, std::uint64_t count, int level) {
    if (count > text_.size() - at_) return false;  // each item has an octet at least
    for (std::uint64_t i = 0; i < count; ++i) {
      if (!read(out.items.emplace_back(), level + 1)) return false;
    }
    return true;
  }
  static bool keys_differ(const Cbor& map) {
    for (std::size_t i = 0; i < map.items.size(); i += 2) {
      const Cbor& key = map.items[i];
      if (key.kind != Cbor::Kind::integer && key.kind != Cbor::Kind::text) return false;
      for (std::size_t j = 0; j < i; j += 2) {
        const Cbor& other = map.items[j];
        if (other.kind == key.kind && other.number == key.number && other.octets == key.octets) {
          return false;
        }
      }
    }
    return true;
  }
  static bool simple(Cbor& out, std::uint64_t value) {
    if (value == 22) return true;  // null
    if (value != 20 && value != 21) return false;
    out.kind = Cbor::Kind::boolean;
    out.number = value == 21 ? 1 : 0;
    return true;
  }

  const std::string_view text_;
  std::size_t at_ = 0;
  int items_ = 0;
};

}  // namespace

const Cbor* Cbor::find(std::int64_t key) const noexcept {
  if (kind != Kind::map) return nullptr;
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    if (items[i].kind == Kind::integer && items[i].number == key) return &items[i + 1];
  }
  return nullptr;
}

const Cbor* Cbor::find(std::string_view key) const noexcept {
  if (kind != Kind::map) return nullptr;
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    if (items[i].kind == Kind::text && items[i].octets == key) return &items[i + 1];
  }
  return nullptr;
}

std::optional<CborPrefix> read_cbor_prefix(std::string_view text) {
  if (text.size() > kMostOctets) return std::nullopt;
  Reader reader(text);
  CborPrefix out;
  if (!reader.read(out.item, 1)) return std::nullopt;
  out.size = reader.at();
  return out;
}

std::optional<Cbor> read_cbor(std::string_view text) {
  auto read = read_cbor_prefix(text);
  if (!read || read->size != text.size()) return std::nullopt;
  return std::move(read->item);
}

}  // namespace postern::core
