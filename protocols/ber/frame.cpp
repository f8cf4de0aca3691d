#include "protocols/ber/frame.h"

namespace postern::ber {
namespace {

Frame error(std::string_view what) { return {Frame::State::error, 0, what}; }

Frame bounded(std::size_t header, std::size_t contents, std::size_t available, std::size_t limit) {
  const std::size_t whole = header + contents;
  if (whole > limit) return error("message too long");
  return {whole <= available ? Frame::State::complete : Frame::State::need_more, whole, {}};
}

}  // namespace

Frame frame(OctetPiece so_far, std::size_t limit) noexcept {
  if (so_far.empty()) return {};
  if (so_far[0] != kSequence) return error("message is no SEQUENCE");
  if (so_far.size() < 2) return {};
  const std::uint8_t first = so_far[1];
  if (first < 0x80) return bounded(2, first, so_far.size(), limit);
  const std::size_t octets = first & 0x7fU;
  if (octets == 0) return error("indefinite length");
  if (octets > 4) return error("length has too many octets");
  std::size_t contents = 0;
  for (std::size_t i = 0; i < octets; ++i) {
    if (i + 2 >= so_far.size()) return {};
    contents = (contents << 8U) | so_far[i + 2];
    if (contents > limit) return error("message too long");
  }
  return bounded(2 + octets, contents, so_far.size(), limit);
}

}  // namespace postern::ber
