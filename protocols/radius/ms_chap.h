#pragma once
// Microsoft's vendor attributes for MS-CHAP and MPPE, octets <-> values (RFC 2548). No cryptography
// but the hiding of keys.
//
// Errors: a value of another size than the RFC's gives nothing; Flags and Reserved are not looked
// at where it says so (2548-02). Thread: pure; that of the Digests where one is given.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "protocols/radius/assign.h"
#include "protocols/radius/packet.h"

namespace postern::radius {

inline constexpr std::uint32_t kMicrosoft = 311;

namespace microsoft {
inline constexpr std::uint8_t chap_response = 1;
inline constexpr std::uint8_t chap_error = 2;
inline constexpr std::uint8_t mppe_encryption_policy = 7;
inline constexpr std::uint8_t mppe_encryption_types = 8;
inline constexpr std::uint8_t chap_challenge = 11;
inline constexpr std::uint8_t chap_mppe_keys = 12;
inline constexpr std::uint8_t mppe_send_key = 16;
inline constexpr std::uint8_t mppe_recv_key = 17;
inline constexpr std::uint8_t chap2_response = 25;
inline constexpr std::uint8_t chap2_success = 26;
}  // namespace microsoft

inline constexpr std::size_t kNtResponse = 24;
inline constexpr std::size_t kMsChap1Challenge = 8;
inline constexpr std::size_t kMsChap2Challenge = 16;

// MS-CHAP-Response, 2.1.3.
struct MsChap1Response {
  std::uint8_t identifier = 0;
  bool use_nt = false;  // else the LM response counts
  OctetView nt_response;
};
std::optional<MsChap1Response> read_ms_chap1(OctetView value) noexcept;

// MS-CHAP2-Response, 2.3.2; also the Response of EAP-MSCHAPv2 without its Flags.
struct MsChap2Response {
  std::uint8_t identifier = 0;
  OctetView peer_challenge, nt_response;
};
std::optional<MsChap2Response> read_ms_chap2(OctetView value) noexcept;

// The first Microsoft attribute of this type in the packet; nothing = there is none.
std::optional<OctetView> find_microsoft(const Packet& packet, std::uint8_t type);
std::size_t count_microsoft(const Packet& packet, std::uint8_t type);

// False: it does not fit. REQUIRES: value.size() <= 247
bool add_microsoft(Writer& writer, std::uint8_t type, OctetView value);
// MS-MPPE-Recv-Key and MS-MPPE-Send-Key, from the view of the NAS (2.4.2, 2.4.3). `key.salt` and
// the one behind it are used up. REQUIRES: keys of at most 239 octets
bool add_mppe_keys(Writer& writer, OctetView receive, OctetView send, const HidingKey& key);

}  // namespace postern::radius
