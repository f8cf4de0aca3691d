#include "protocols/radius/assign.h"

#include "protocols/radius/hidden.h"

namespace postern::radius {
namespace {

constexpr std::size_t kMaxSalted = 239;
constexpr std::size_t kVendorHeader = 6;  // vendor id, type, length

Octets tagged(const AttributeEntry& attribute, std::uint8_t tag, Octets value) {
  if (!attribute.has_tag) return value;
  if (attribute.type == ValueType::integer) {
    value[0] = tag;
  } else if (attribute.hiding == Hiding::tunnel_password || tag != 0) {
    value.insert(value.begin(), tag);
  }
  return value;
}

Octets in_vendor(const AttributeEntry& attribute, const Octets& value) {
  Octets out{0,
             static_cast<std::uint8_t>(attribute.vendor >> 16 & 0xff),
             static_cast<std::uint8_t>(attribute.vendor >> 8 & 0xff),
             static_cast<std::uint8_t>(attribute.vendor & 0xff),
             attribute.number,
             static_cast<std::uint8_t>(value.size() + 2)};
  out.insert(out.end(), value.begin(), value.end());
  return out;
}

}  // namespace

bool can_send(const Dictionary& dictionary, const AttributeEntry& attribute) noexcept {
  if (!attribute.path.empty() || attribute.type == ValueType::nested) return false;
  if (attribute.hiding == Hiding::ascend) return false;
  if (attribute.vendor == 0) return true;
  const VendorEntry* vendor = dictionary.vendor(attribute.vendor);
  return vendor != nullptr && vendor->type_size == 1 && vendor->length_size == 1;
}

bool assign(Writer& writer, const AttributeEntry& attribute, std::uint8_t tag, OctetView value,
            const HidingKey& key) {
  Octets octets(value.begin(), value.end());
  if (attribute.hiding == Hiding::tunnel_password) {
    if (octets.size() > kMaxSalted) return false;
    octets = hide_salted(octets, key.salt, key.request, key.secret, key.digests);
  } else if (attribute.hiding == Hiding::user_password) {
    if (octets.size() > kMaxPassword) return false;
    octets = hide_password(octets, key.request, key.secret, key.digests);
  }
  octets = tagged(attribute, tag, std::move(octets));
  if (attribute.vendor == 0) return writer.add(attribute.number, octets);
  if (octets.size() + kVendorHeader > kMaxValue) return false;
  return writer.add(type::vendor_specific, in_vendor(attribute, octets));
}

}  // namespace postern::radius
