// LINK: postern_radius OpenSSL::Crypto
// A datagram is refused, or decodes into attributes that tile the packet exactly; checks and
// reveals of hostile packets end; a packet of ours with the same attributes decodes to the same
// ones.

#include <cstdlib>

#include "protocols/radius/authenticity.h"
#include "protocols/radius/encode.h"
#include "protocols/radius/hidden.h"
#include "tests/support/radius_digests.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern;
  using namespace postern::radius;
  static test::PlainDigests digests;
  const OctetView secret = as_octets("secret");
  const auto packet = decode_packet({data, size});
  if (!packet.ok()) return 0;
  std::size_t tiled = kHeaderSize;
  for (const Attribute& one : packet->attributes) {
    if (one.offset != tiled + 2) std::abort();
    tiled += 2 + one.value.size();
    if (one.type == type::vendor_specific) {
      std::size_t inside = 4;
      for (const VendorAttribute& part : vendor_attributes(one.value))
        inside += 2 + part.value.size();
      if (inside != 4 && inside != one.value.size()) std::abort();
    }
    (void)reveal_password(one.value, packet->authenticator, secret, digests);
    if (const auto plain = reveal_salted(one.value, packet->authenticator, secret, digests)) {
      if (plain->size() > one.value.size()) std::abort();
    }
  }
  if (tiled != packet->octets.size()) std::abort();
  (void)check_message_authenticator(*packet, secret, digests);
  (void)check_request_authenticator(*packet, secret, digests);

  Writer writer(Code::access_request, packet->identifier, Writer::Lead::none);
  std::size_t written = 0;
  for (const Attribute& one : packet->attributes)
    written += writer.add(one.type, one.value) ? 1 : 0;
  const Octets again = std::move(writer).finish_request(packet->authenticator, secret, digests);
  const auto second = decode_packet(again);
  if (!second.ok() || second->attributes.size() != written) std::abort();
  return 0;
}
