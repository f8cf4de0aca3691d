#include "protocols/eap/packet.h"

#include <algorithm>

namespace postern::eap {
namespace {

Octets encode(Code code, std::uint8_t identifier, std::uint8_t type, OctetView data) {
  const std::size_t size = kTypedHeaderSize + data.size();
  Octets out;
  out.reserve(size);
  out.push_back(static_cast<std::uint8_t>(code));
  out.push_back(identifier);
  out.push_back(static_cast<std::uint8_t>(size >> 8));
  out.push_back(static_cast<std::uint8_t>(size & 0xff));
  out.push_back(type);
  out.insert(out.end(), data.begin(), data.end());
  return out;
}

Octets encode_end(Code code, std::uint8_t identifier) {
  return {static_cast<std::uint8_t>(code), identifier, 0, static_cast<std::uint8_t>(kHeaderSize)};
}

}  // namespace

Result<Packet> decode_packet(OctetView octets) {
  if (octets.size() < kHeaderSize) return DecodeError{"EAP packet shorter than its header", 0};
  if (octets[0] < 1 || octets[0] > 4) return DecodeError{"unknown EAP code", 0};
  Packet packet;
  packet.code = static_cast<Code>(octets[0]);
  packet.identifier = octets[1];
  const std::size_t length = static_cast<std::size_t>(octets[2]) << 8 | octets[3];
  if (length > octets.size()) return DecodeError{"EAP length beyond what arrived", 2};
  const bool typed = packet.code == Code::request || packet.code == Code::response;
  if (length < (typed ? kTypedHeaderSize : kHeaderSize)) {
    return DecodeError{"EAP length below its header", 2};
  }
  if (typed) {
    packet.type = octets[4];
    packet.data = octets.subspan(kTypedHeaderSize, length - kTypedHeaderSize);
  }
  return packet;
}

Octets encode_request(std::uint8_t identifier, std::uint8_t type, OctetView data) {
  return encode(Code::request, identifier, type, data);
}

Octets encode_response(std::uint8_t identifier, std::uint8_t type, OctetView data) {
  return encode(Code::response, identifier, type, data);
}

Octets encode_success(std::uint8_t identifier) { return encode_end(Code::success, identifier); }

Octets encode_failure(std::uint8_t identifier) { return encode_end(Code::failure, identifier); }

std::string_view identity_of(const Packet& packet) noexcept {
  const auto end = std::find(packet.data.begin(), packet.data.end(), std::uint8_t{0});
  return {reinterpret_cast<const char*>(packet.data.data()),
          static_cast<std::size_t>(end - packet.data.begin())};
}

}  // namespace postern::eap
