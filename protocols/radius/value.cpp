#include "protocols/radius/value.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <optional>

#include "protocols/radius/attribute.h"
#include "protocols/radius/extended.h"
#include "protocols/radius/packet.h"

namespace postern::radius {
namespace {

constexpr std::size_t kIpv4Size = 4;
constexpr std::size_t kIpv6Size = 16;

std::optional<std::uint64_t> number_of(std::string_view text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) text.remove_prefix(2);
  std::uint64_t number = 0;
  const auto done = std::from_chars(text.data(), text.data() + text.size(), number, hex ? 16 : 10);
  if (text.empty() || done.ec != std::errc() || done.ptr != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

Octets big_endian(std::uint64_t number, std::size_t size) {
  Octets out(size);
  for (std::size_t i = size; i-- > 0; number >>= 8) out[i] = static_cast<std::uint8_t>(number);
  return out;
}

std::size_t integer_size(ValueType type) noexcept {
  switch (type) {
    case ValueType::byte:
      return 1;
    case ValueType::short_:
      return 2;
    case ValueType::integer64:
      return 8;
    default:
      return 4;
  }
}

Result<Octets> encode_integer(const Dictionary& dictionary, const AttributeEntry& attribute,
                              std::string_view text) {
  std::size_t size = integer_size(attribute.type);
  // A tag takes the first octet of a number (RFC 2868 3.1).
  const std::size_t usable = attribute.has_tag && size == 4 ? 3 : size;
  if (const std::uint64_t* named = dictionary.value(attribute, text)) {
    return big_endian(*named, size);
  }
  const auto number = number_of(text);
  if (!number) return DecodeError{"is neither a number nor a value that the dictionary names"};
  if (usable < 8 && *number >> (usable * 8) != 0) return DecodeError{"is too large a number"};
  return big_endian(*number, size);
}

Result<Octets> encode_signed(std::string_view text) {
  std::int32_t number = 0;
  const auto done = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || done.ec != std::errc() || done.ptr != text.data() + text.size()) {
    return DecodeError{"is not a number of 32 bits"};
  }
  return big_endian(static_cast<std::uint32_t>(number), 4);
}

std::optional<Octets> address_of(std::string_view text, int family, std::size_t size) {
  const std::string terminated(text);
  Octets out(size);
  if (terminated.size() != text.size() ||
      ::inet_pton(family, terminated.c_str(), out.data()) != 1) {
    return std::nullopt;
  }
  return out;
}

// RFC 3162 2.3: a reserved octet, the prefix length, only the octets that the prefix covers.
Result<Octets> encode_prefix(std::string_view text, int family, std::size_t size) {
  const std::size_t slash = text.find('/');
  const auto address = address_of(text.substr(0, slash), family, size);
  const auto bits = slash == std::string_view::npos ? std::optional<std::uint64_t>(size * 8)
                                                    : number_of(text.substr(slash + 1));
  if (!address || !bits || *bits > size * 8) {
    return DecodeError{"is not an address with a prefix length"};
  }
  // RFC 6572 4 writes all four octets of IPv4, RFC 3162 2.3 as many octets of IPv6 as are needed.
  const std::size_t kept = family == AF_INET ? size : static_cast<std::size_t>(*bits + 7) / 8;
  Octets out{0, static_cast<std::uint8_t>(*bits)};
  for (std::size_t i = 0; i < kept; ++i) {
    const std::size_t behind = *bits > i * 8 ? static_cast<std::size_t>(*bits) - i * 8 : 0;
    const unsigned mask = behind >= 8 ? 0xffU : 0xffU << (8 - behind) & 0xffU;
    out.push_back(static_cast<std::uint8_t>((*address)[i] & mask));
  }
  return out;
}

// `count` groups of hexadecimal digits, each of `size` octets, with colons between them.
Result<Octets> encode_groups(std::string_view text, std::size_t count, std::size_t size) {
  Octets out;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t end = std::min(text.find_first_of(":-"), text.size());
    unsigned group = 0;
    const auto done = std::from_chars(text.data(), text.data() + end, group, 16);
    const bool last = i + 1 == count;
    if (end == 0 || done.ec != std::errc() || done.ptr != text.data() + end ||
        group >> (size * 8) != 0 || last != (end == text.size())) {
      return DecodeError{"is not a row of hexadecimal numbers with colons between them"};
    }
    const Octets octets = big_endian(group, size);
    out.insert(out.end(), octets.begin(), octets.end());
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

Result<Octets> encode_octets(std::string_view text) {
  if (!text.starts_with("0x")) return Octets(text.begin(), text.end());
  text.remove_prefix(2);
  if (text.size() % 2 != 0) return DecodeError{"has an odd number of hexadecimal digits"};
  Octets out;
  for (; !text.empty(); text.remove_prefix(2)) {
    std::uint8_t octet = 0;
    const auto done = std::from_chars(text.data(), text.data() + 2, octet, 16);
    if (done.ec != std::errc() || done.ptr != text.data() + 2) {
      return DecodeError{"is not made of hexadecimal digits"};
    }
    out.push_back(octet);
  }
  return out;
}

Result<Octets> encode(const Dictionary& dictionary, const AttributeEntry& attribute,
                      std::string_view text) {
  switch (attribute.type) {
    case ValueType::text:
      return Octets(text.begin(), text.end());
    case ValueType::octets:
      return encode_octets(text);
    case ValueType::integer:
    case ValueType::byte:
    case ValueType::short_:
    case ValueType::integer64:
    case ValueType::date:
      return encode_integer(dictionary, attribute, text);
    case ValueType::signed_:
      return encode_signed(text);
    case ValueType::ipv4:
    case ValueType::ipv6: {
      const bool old = attribute.type == ValueType::ipv4;
      auto address = address_of(text, old ? AF_INET : AF_INET6, old ? kIpv4Size : kIpv6Size);
      if (!address) return DecodeError{old ? "is not an IPv4 address" : "is not an IPv6 address"};
      return *std::move(address);
    }
    case ValueType::ipv4_prefix:
      return encode_prefix(text, AF_INET, kIpv4Size);
    case ValueType::ipv6_prefix:
      return encode_prefix(text, AF_INET6, kIpv6Size);
    case ValueType::interface_id:
      return encode_groups(text, 4, 2);
    case ValueType::ether:
      return encode_groups(text, 6, 1);
    case ValueType::nested:
      break;
  }
  return DecodeError{"holds other attributes and has no value of its own"};
}

std::string show_address(int family, OctetView octets) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return ::inet_ntop(family, octets.data(), text.data(), text.size()) == nullptr ? "" : text.data();
}

std::string show_prefix(int family, std::size_t size, OctetView value) {
  if (value.size() < 2 || value.size() > size + 2 || value[1] > size * 8) return show_hex(value);
  Octets address(value.begin() + 2, value.end());
  address.resize(size, 0);
  return show_address(family, address) + "/" + std::to_string(value[1]);
}

std::string show_groups(OctetView value, std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (i != 0 && i % size == 0) out += ':';
    std::array<char, 3> two{};
    std::snprintf(two.data(), two.size(), "%02x", value[i]);
    out += two.data();
  }
  return out;
}

std::string show_integer(const Dictionary& dictionary, const AttributeEntry& attribute,
                         OctetView value) {
  std::uint64_t number = 0;
  for (const std::uint8_t octet : value) number = number << 8 | octet;
  const std::string_view name = dictionary.value_name(attribute, number);
  return name.empty() ? std::to_string(number) : std::string(name);
}

}  // namespace

Result<Octets> encode_value(const Dictionary& dictionary, const AttributeEntry& attribute,
                            std::string_view text) {
  if (text.empty()) return DecodeError{"is empty"};
  auto octets = encode(dictionary, attribute, text);
  if (octets && octets->empty()) return DecodeError{"is empty"};
  const bool deep = attribute.vendor == 0 && !attribute.path.empty();
  const bool pieces = is_long_extended(deep ? attribute.number : attribute.extended);
  if (octets && octets->size() > (pieces ? kMaxExtendedValue : kMaxValue)) {
    return DecodeError{pieces ? "is longer than 2048 octets" : "is longer than 253 octets"};
  }
  return octets;
}

std::string show_hex(OctetView value) { return "0x" + show_groups(value, kMaxPacket); }

std::string show_value(const Dictionary& dictionary, const AttributeEntry& attribute,
                       OctetView value) {
  switch (attribute.type) {
    case ValueType::text:
      return std::string(as_text(value));
    case ValueType::integer:
    case ValueType::byte:
    case ValueType::short_:
    case ValueType::integer64:
    case ValueType::date:
      if (value.size() != integer_size(attribute.type)) break;
      return show_integer(dictionary, attribute, value);
    case ValueType::signed_: {
      if (value.size() != 4) break;
      std::uint32_t number = 0;
      for (const std::uint8_t octet : value) number = number << 8 | octet;
      return std::to_string(static_cast<std::int32_t>(number));
    }
    case ValueType::ipv4:
      if (value.size() == kIpv4Size) return show_address(AF_INET, value);
      break;
    case ValueType::ipv6:
      if (value.size() == kIpv6Size) return show_address(AF_INET6, value);
      break;
    case ValueType::ipv4_prefix:
      return show_prefix(AF_INET, kIpv4Size, value);
    case ValueType::ipv6_prefix:
      return show_prefix(AF_INET6, kIpv6Size, value);
    case ValueType::interface_id:
      if (value.size() == 8) return show_groups(value, 2);
      break;
    case ValueType::ether:
      if (value.size() == 6) return show_groups(value, 1);
      break;
    case ValueType::octets:
    case ValueType::nested:
      break;
  }
  return show_hex(value);
}

}  // namespace postern::radius
