#include "protocols/radius/ms_chap.h"

#include <algorithm>

#include "protocols/radius/hidden.h"

namespace postern::radius {
namespace {

constexpr std::size_t kResponse = 50;  // of both versions
constexpr std::uint8_t kUseNt = 1;
constexpr std::size_t kVendorHeader = 6;

template <typename Use>
void each_microsoft(const Packet& packet, std::uint8_t type, Use use) {
  for (const Attribute& one : packet.attributes) {
    if (one.type != type::vendor_specific) continue;
    for (const VendorAttribute& inner : vendor_attributes(one.value)) {
      if (inner.vendor == kMicrosoft && inner.type == type) use(inner.value);
    }
  }
}

}  // namespace

std::optional<MsChap1Response> read_ms_chap1(OctetView value) noexcept {
  if (value.size() != kResponse) return std::nullopt;
  return MsChap1Response{value[0], (value[1] & kUseNt) != 0, value.subspan(26, kNtResponse)};
}

std::optional<MsChap2Response> read_ms_chap2(OctetView value) noexcept {
  if (value.size() != kResponse) return std::nullopt;
  return MsChap2Response{value[0], value.subspan(2, kMsChap2Challenge),
                         value.subspan(26, kNtResponse)};
}

std::optional<OctetView> find_microsoft(const Packet& packet, std::uint8_t type) {
  std::optional<OctetView> found;
  each_microsoft(packet, type, [&found](OctetView value) {
    if (!found) found = value;
  });
  return found;
}

std::size_t count_microsoft(const Packet& packet, std::uint8_t type) {
  std::size_t count = 0;
  each_microsoft(packet, type, [&count](OctetView) { ++count; });
  return count;
}

bool add_microsoft(Writer& writer, std::uint8_t type, OctetView value) {
  std::array<std::uint8_t, 253> whole{};
  if (value.size() + kVendorHeader > whole.size()) return false;
  whole[2] = static_cast<std::uint8_t>(kMicrosoft >> 8);
  whole[3] = static_cast<std::uint8_t>(kMicrosoft & 0xff);
  whole[4] = type;
  whole[5] = static_cast<std::uint8_t>(value.size() + 2);
  std::copy(value.begin(), value.end(), whole.begin() + kVendorHeader);
  return writer.add(type::vendor_specific, OctetView(whole).first(value.size() + kVendorHeader));
}

bool add_mppe_keys(Writer& writer, OctetView receive, OctetView send, const HidingKey& key) {
  const Octets hidden_receive =
      hide_salted(receive, key.salt, key.request, key.secret, key.digests);
  const Octets hidden_send = hide_salted(send, static_cast<std::uint16_t>(key.salt + 1),
                                         key.request, key.secret, key.digests);
  return add_microsoft(writer, microsoft::mppe_recv_key, hidden_receive) &&
         add_microsoft(writer, microsoft::mppe_send_key, hidden_send);
}

}  // namespace postern::radius
