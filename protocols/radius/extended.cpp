#include "protocols/radius/extended.h"

#include <algorithm>
#include <array>

namespace postern::radius {
namespace {

constexpr std::uint8_t kMore = 0x80;
constexpr std::size_t kVendorIdSize = 4;
constexpr std::size_t kTlvHeader = 2;
constexpr std::size_t kMaxTlvValue = 253;

// What stands in front of the value: extended type, and flags of the long form.
std::size_t head_size(std::uint8_t type) noexcept { return is_long_extended(type) ? 2 : 1; }

// RFC 6929 2.4: vendor id and vendor type, then at least one octet.
bool open_vendor(ExtendedAttribute& one) {
  if (one.value.size() < kVendorIdSize + 2 || one.value[0] != 0) return false;
  for (std::size_t i = 0; i < kVendorIdSize; ++i) one.vendor = one.vendor << 8 | one.value[i];
  one.vendor_type = one.value[kVendorIdSize];
  one.value.erase(one.value.begin(), one.value.begin() + kVendorIdSize + 1);
  return true;
}

}  // namespace

std::vector<ExtendedAttribute> extended_attributes(const Packet& packet) {
  std::vector<ExtendedAttribute> found;
  bool more = false;  // found.back() waits for its next piece
  const auto give_up = [&] {
    if (more) found.pop_back();
    more = false;
  };
  for (const Attribute& one : packet.attributes) {
    const std::size_t head = head_size(one.type);
    if (!is_extended(one.type) || one.value.size() <= head) {
      give_up();
      continue;
    }
    const OctetView value = one.value.subspan(head);
    const bool joins =
        more && found.back().type == one.type && found.back().extended_type == one.value[0];
    if (!joins) {
      give_up();
      found.push_back({one.type, one.value[0], 0, 0, {}});
    }
    found.back().value.insert(found.back().value.end(), value.begin(), value.end());
    more = is_long_extended(one.type) && (one.value[1] & kMore) != 0;
  }
  give_up();
  std::erase_if(found, [](ExtendedAttribute& one) {
    return one.extended_type == kExtendedVendorSpecific && !open_vendor(one);
  });
  return found;
}

std::optional<std::vector<Tlv>> tlvs(OctetView value) {
  std::vector<Tlv> found;
  for (std::size_t at = 0; at < value.size();) {
    if (value.size() - at <= kTlvHeader) return std::nullopt;
    const std::size_t size = value[at + 1];
    if (size <= kTlvHeader || size > value.size() - at) return std::nullopt;
    found.push_back({value[at], value.subspan(at + kTlvHeader, size - kTlvHeader)});
    at += size;
  }
  return found;
}

bool wrap_tlvs(std::span<const std::uint8_t> types, Octets& value) {
  for (auto type = types.rbegin(); type != types.rend(); ++type) {
    if (value.empty() || value.size() > kMaxTlvValue) return false;
    const std::array<std::uint8_t, kTlvHeader> head{
        *type, static_cast<std::uint8_t>(value.size() + kTlvHeader)};
    value.insert(value.begin(), head.begin(), head.end());
  }
  return true;
}

bool add_extended(Writer& writer, std::uint8_t type, std::uint8_t extended_type, OctetView value) {
  const bool is_long = is_long_extended(type);
  const std::size_t piece = kMaxValue - head_size(type);
  if (value.empty() || value.size() > (is_long ? kMaxExtendedValue : piece)) return false;
  const std::size_t pieces = (value.size() + piece - 1) / piece;
  // All or nothing: a half would mean something else.
  if (writer.room() < value.size() + pieces * (2 + head_size(type))) return false;
  while (!value.empty()) {
    const OctetView now = value.first(std::min(piece, value.size()));
    value = value.subspan(now.size());
    Octets octets{extended_type};
    if (is_long) octets.push_back(value.empty() ? std::uint8_t{0} : kMore);
    octets.insert(octets.end(), now.begin(), now.end());
    if (!writer.add(type, octets)) return false;
  }
  return true;
}

}  // namespace postern::radius
