// LINK: postern_eap
// EAP packets, TLS frames, AVPs and inner PEAP messages: refused, or decoded into parts that lie
// inside; what we write decodes to the same; a message is put together only as it was announced.

#include <cstdlib>

#include "protocols/eap/avp.h"
#include "protocols/eap/peap.h"
#include "protocols/eap/tls_frame.h"

namespace {

using namespace postern;
using namespace postern::eap;

void demand(bool holds) {
  if (!holds) std::abort();
}

bool inside(OctetView part, OctetView whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void try_packet(OctetView octets) {
  const auto packet = decode_packet(octets);
  if (!packet) return;
  demand(inside(packet->data, octets));
  demand(identity_of(*packet).size() <= packet->data.size());
  if (packet->code != Code::response) return;
  const Octets again = encode_response(packet->identifier, packet->type, packet->data);
  const auto same = decode_packet(again);
  demand(same && same->type == packet->type && same->data.size() == packet->data.size());
}

void try_avps(OctetView octets) {
  const auto avps = decode_avps(octets);
  if (!avps) return;
  Octets again;
  for (const Avp& one : *avps) {
    demand(inside(one.data, octets));
    append_avp(again, one);
  }
  const auto same = decode_avps(again);
  demand(same && same->size() == avps->size());
}

// Frames with a length octet before each, as one peer sends them.
void try_frames(OctetView octets) {
  Reassembly reassembly;
  std::size_t held = 0;
  while (!octets.empty()) {
    const std::size_t size = std::min<std::size_t>(octets[0], octets.size() - 1);
    const auto frame = decode_tls_frame(octets.subspan(1, size));
    octets = octets.subspan(1 + size);
    if (!frame) continue;
    const auto added = reassembly.add(*frame);
    if (added == Reassembly::Added::refused) return;
    held += frame->data.size();
    demand(held <= kMaxMessage);
    if (added != Reassembly::Added::complete) continue;
    demand(reassembly.take().size() == held);
    held = 0;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const OctetView octets(data, size);
  try_packet(octets);
  try_avps(octets);
  try_frames(octets);
  if (const auto inner = decode_peap_response(octets)) {
    demand(inside(inner->data, octets));
    (void)peap_result(*inner);
  }
  if (size > 2) {
    Fragments fragments;
    fragments.load(Octets(data + 1, data + size));
    const std::size_t room = 16 + data[0];
    std::size_t pieces = 0;
    do {
      demand(fragments.next(room, 0).size() <= room);
      demand(++pieces <= size);
    } while (!fragments.done());
  }
  return 0;
}
