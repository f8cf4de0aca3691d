#include "protocols/radius/assign.h"

#include <span>
#include <utility>

#include "protocols/radius/extended.h"
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

// RFC 6929 2.3, 2.4: TLVs inside, then what holds them.
bool assign_deep(Writer& writer, const AttributeEntry& attribute, Octets value) {
  const bool own = attribute.vendor == 0;  // the first number behind a dot is the extended type
  if (own && attribute.path.empty()) return false;
  const std::span<const std::uint8_t> path(attribute.path);
  if (!wrap_tlvs(own ? path.subspan(1) : path, value)) return false;
  if (own) return add_extended(writer, attribute.number, path[0], value);
  if (attribute.extended != 0) {
    Octets inside{0, static_cast<std::uint8_t>(attribute.vendor >> 16 & 0xff),
                  static_cast<std::uint8_t>(attribute.vendor >> 8 & 0xff),
                  static_cast<std::uint8_t>(attribute.vendor & 0xff), attribute.number};
    inside.insert(inside.end(), value.begin(), value.end());
    return add_extended(writer, attribute.extended, kExtendedVendorSpecific, inside);
  }
  if (value.size() + kVendorHeader > kMaxValue) return false;
  return writer.add(type::vendor_specific, in_vendor(attribute, value));
}

}  // namespace

bool can_send(const Dictionary& dictionary, const AttributeEntry& attribute) noexcept {
  if (attribute.type == ValueType::nested || attribute.hiding == Hiding::ascend) return false;
  const bool deep = !attribute.path.empty() || attribute.extended != 0;
  if (deep && (attribute.has_tag || attribute.hiding != Hiding::none)) return false;
  if (attribute.vendor == 0) return attribute.path.empty() || is_extended(attribute.number);
  if (attribute.extended != 0) return true;
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
  if (!attribute.path.empty() || attribute.extended != 0) {
    return assign_deep(writer, attribute, std::move(octets));
  }
  if (attribute.vendor == 0) return writer.add(attribute.number, octets);
  if (octets.size() + kVendorHeader > kMaxValue) return false;
  return writer.add(type::vendor_specific, in_vendor(attribute, octets));
}

}  // namespace postern::radius
