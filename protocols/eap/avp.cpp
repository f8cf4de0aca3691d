#include "protocols/eap/avp.h"

#include <algorithm>

namespace postern::eap {
namespace {

constexpr std::uint8_t kVendor = 0x80;
constexpr std::uint8_t kMandatory = 0x40;
constexpr std::size_t kHeader = 8;
constexpr std::size_t kVendorSize = 4;

std::uint32_t number(OctetView octets, std::size_t at, std::size_t size) noexcept {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < size; ++i) out = out << 8 | octets[at + i];
  return out;
}

void append_number(Octets& out, std::uint32_t value, int octets) {
  for (int shift = (octets - 1) * 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(value >> shift & 0xff));
  }
}

}  // namespace

Result<std::vector<Avp>> decode_avps(OctetView octets) {
  std::vector<Avp> out;
  std::size_t at = 0;
  while (at < octets.size()) {
    if (octets.size() - at < kHeader) return DecodeError{"AVP header cut off", at};
    if (out.size() == kMaxAvps) return DecodeError{"too many AVPs", at};
    Avp avp;
    avp.code = number(octets, at, 4);
    const std::uint8_t flags = octets[at + 4];
    avp.mandatory = (flags & kMandatory) != 0;
    const std::size_t length = number(octets, at + 5, 3);
    const std::size_t header = kHeader + ((flags & kVendor) != 0 ? kVendorSize : 0);
    if (length < header || length > octets.size() - at) {
      return DecodeError{"AVP length is not possible", at + 5};
    }
    if (header > kHeader) avp.vendor = number(octets, at + kHeader, kVendorSize);
    avp.data = octets.subspan(at + header, length - header);
    out.push_back(avp);
    at += std::min((length + 3) & ~std::size_t{3}, octets.size() - at);
  }
  return out;
}

void append_avp(Octets& out, const Avp& avp) {
  const std::size_t header = kHeader + (avp.vendor != 0 ? kVendorSize : 0);
  append_number(out, avp.code, 4);
  out.push_back(static_cast<std::uint8_t>((avp.vendor != 0 ? kVendor : 0) |
                                          (avp.mandatory ? kMandatory : 0)));
  append_number(out, static_cast<std::uint32_t>(header + avp.data.size()), 3);
  if (avp.vendor != 0) append_number(out, avp.vendor, 4);
  out.insert(out.end(), avp.data.begin(), avp.data.end());
  out.resize((out.size() + 3) & ~std::size_t{3}, 0);
}

}  // namespace postern::eap
