// LINK: postern_ber
// Framing of a stream of PDUs, and a walk through each whole one.

#include <cstdlib>
#include <vector>

#include "protocols/ber/frame.h"
#include "protocols/ber/reader.h"

namespace {

using namespace postern::ber;

void walk(Reader reader, int depth) {
  while (reader.ok() && !reader.at_end()) {
    Reader inside;
    if ((reader.peek() & 0x20U) != 0 && depth < 32) {
      if (reader.enter(reader.peek(), inside)) walk(inside, depth + 1);
    } else {
      reader.skip();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::uint8_t> octets(data, data + size);
  octets.push_back(0);  // the spare octet
  OctetPiece stream = OctetPiece(octets).first(size);
  for (;;) {
    const Frame result = frame(stream, 4096);
    if (result.state != Frame::State::complete) break;
    if (result.length < 2 || result.length > stream.size()) std::abort();
    if (frame(stream.first(result.length - 1), 4096).state != Frame::State::need_more) std::abort();
    walk(Reader(stream.first(result.length)), 0);
    stream = stream.subspan(result.length);
  }
  return 0;
}
