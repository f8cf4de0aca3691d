#include "protocols/eap/peap.h"

#include <array>

namespace postern::eap {
namespace {

constexpr std::size_t kTlvHeader = 4;
constexpr std::uint16_t kResultTlv = 3;
constexpr std::uint16_t kTlvTypeMask = 0x3fff;
constexpr std::uint8_t kMandatory = 0x80;

std::uint16_t number(OctetView octets, std::size_t at) noexcept {
  return static_cast<std::uint16_t>(octets[at] << 8 | octets[at + 1]);
}

// Whether these octets are an EAP packet that travels whole.
bool is_whole(OctetView plain) noexcept {
  return plain.size() >= kTypedHeaderSize &&
         plain[0] == static_cast<std::uint8_t>(Code::response) && plain[4] == type::extensions &&
         number(plain, 2) == plain.size();
}

}  // namespace

Result<Packet> decode_peap_response(OctetView plain) {
  if (plain.empty()) return DecodeError{"empty inner message", 0};
  if (is_whole(plain)) return decode_packet(plain);
  if (plain[0] == type::extensions) return DecodeError{"an Extensions packet without header", 0};
  return Packet{Code::response, 0, plain[0], plain.subspan(1)};
}

Octets encode_peap_request(std::uint8_t type, OctetView data) {
  Octets out{type};
  out.insert(out.end(), data.begin(), data.end());
  return out;
}

Octets encode_peap_result(Code code, std::uint8_t identifier, bool success) {
  const std::array<std::uint8_t, 6> tlv{
      kMandatory, kResultTlv, 0, 2, 0, static_cast<std::uint8_t>(success ? 1 : 2)};
  return code == Code::request ? encode_request(identifier, type::extensions, tlv)
                               : encode_response(identifier, type::extensions, tlv);
}

std::optional<bool> peap_result(const Packet& extensions) noexcept {
  OctetView rest = extensions.data;
  while (extensions.type == type::extensions && rest.size() >= kTlvHeader) {
    const std::size_t size = number(rest, 2);
    if (size > rest.size() - kTlvHeader) return std::nullopt;
    if ((number(rest, 0) & kTlvTypeMask) == kResultTlv && size == 2) {
      const std::uint16_t said = number(rest, kTlvHeader);
      if (said != 1 && said != 2) return std::nullopt;
      return said == 1;
    }
    rest = rest.subspan(kTlvHeader + size);
  }
  return std::nullopt;
}

}  // namespace postern::eap
