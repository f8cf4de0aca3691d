#pragma once
// Writing packets. A Writer collects attributes behind a header; nothing that would pass 4096
// octets or 253 octets of value is taken (add() says so). Replies begin with Message-Authenticator,
// which closes BlastRADIUS for clients that look (CVE-2024-3596).
//
// A reply's attributes per code (RFC 2865 5.44, RFC 3579 3.3) are the encoder's to hold:
// allowed_in() tells, and add() refuses the others. Thread: a value; that of the Digests while
// finishing.

#include <cstdint>
#include <string_view>

#include "protocols/radius/attribute.h"
#include "protocols/radius/digests.h"
#include "protocols/radius/packet.h"

namespace postern::radius {

// Whether an attribute of this type may stand in a packet of this code. Codes without a table of
// their own admit everything.
bool allowed_in(Code code, std::uint8_t type) noexcept;

class Writer {
 public:
  enum class Lead : bool { none, message_authenticator };
  Writer(Code code, std::uint8_t identifier, Lead lead);

  // False: it does not belong here, is empty where text must not be, or does not fit.
  bool add(std::uint8_t type, OctetView value);
  bool add(std::uint8_t type, std::string_view text) { return add(type, as_octets(text)); }
  // Whether such an attribute may still come in: no Reply-Message beside EAP-Message (3579-09),
  // nothing twice that the tables allow once.
  bool admits(std::uint32_t vendor, std::uint32_t type) const noexcept;
  bool add_number(std::uint8_t type, std::uint32_t number);
  // Whether an attribute of this type has been added.
  bool has(std::uint8_t type) const noexcept;
  // Octets left for further values, headers not counted.
  std::size_t room() const noexcept { return kMaxPacket - octets_.size(); }
  Code code() const noexcept { return static_cast<Code>(octets_[0]); }

  // The finished octets.
  Octets finish_reply(const Authenticator& request, OctetView secret, Digests& digests) &&;
  // A request whose authenticator is random (Access-Request, Status-Server) ...
  Octets finish_request(const Authenticator& random, OctetView secret, Digests& digests) &&;
  // ... and one whose authenticator is a digest (accounting, Disconnect, CoA).
  Octets finish_signed_request(OctetView secret, Digests& digests) &&;

 private:
  void set_length();
  void put_authenticator(OctetView value);
  void put_mac(OctetView secret, Digests& digests);

  Octets octets_;
  bool leads_ = false;
};

}  // namespace postern::radius
