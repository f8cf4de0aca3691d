#include "protocols/eap/tls_frame.h"

#include <algorithm>
#include <utility>

namespace postern::eap {
namespace {

constexpr std::uint8_t kLength = 0x80;
constexpr std::uint8_t kMore = 0x40;
constexpr std::uint8_t kStart = 0x20;
constexpr std::uint8_t kVersion = 0x07;
constexpr std::size_t kTotalSize = 4;

}  // namespace

Result<TlsFrame> decode_tls_frame(OctetView type_data) {
  if (type_data.empty()) return DecodeError{"no flags", 0};
  TlsFrame frame;
  const std::uint8_t flags = type_data[0];
  frame.more = (flags & kMore) != 0;
  frame.start = (flags & kStart) != 0;
  frame.version = flags & kVersion;
  std::size_t at = 1;
  if ((flags & kLength) != 0) {
    if (type_data.size() < 1 + kTotalSize) return DecodeError{"message length cut off", 1};
    std::uint32_t total = 0;
    for (; at < 1 + kTotalSize; ++at) total = total << 8 | type_data[at];
    frame.total = total;
  }
  frame.data = type_data.subspan(at);
  return frame;
}

Octets tls_start(std::uint8_t version) {
  return {static_cast<std::uint8_t>(kStart | (version & kVersion))};
}

Reassembly::Added Reassembly::add(const TlsFrame& frame) {
  if (frame.total) {
    if (*frame.total > kMaxMessage) return Added::refused;
    // 5216-02: in the first piece; some peers repeat it in the others.
    if (octets_.empty()) total_ = frame.total;
    if (total_ != frame.total) return Added::refused;
  }
  if (frame.more && frame.data.empty()) return Added::refused;
  const std::size_t most = total_ ? *total_ : kMaxMessage;
  if (frame.data.size() > most - std::min(most, octets_.size())) return Added::refused;
  octets_.insert(octets_.end(), frame.data.begin(), frame.data.end());
  if (frame.more) return Added::more;
  return total_ && octets_.size() != *total_ ? Added::refused : Added::complete;
}

Octets Reassembly::take() noexcept {
  total_.reset();
  return std::exchange(octets_, {});
}

void Fragments::load(Octets message) {
  message_ = std::move(message);
  at_ = 0;
}

Octets Fragments::next(std::size_t room, std::uint8_t version) {
  const std::size_t left = message_.size() - at_;
  const bool first = at_ == 0;
  const bool cut = left + 1 > room;
  const bool length = first && cut;
  const std::size_t size = cut ? room - 1 - (length ? kTotalSize : 0) : left;
  Octets out;
  out.reserve(1 + kTotalSize + size);
  out.push_back(
      static_cast<std::uint8_t>((length ? kLength : 0) | (cut ? kMore : 0) | (version & kVersion)));
  if (length) {
    const auto total = static_cast<std::uint32_t>(message_.size());
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.push_back(static_cast<std::uint8_t>(total >> shift & 0xff));
    }
  }
  const auto begin = message_.begin() + static_cast<std::ptrdiff_t>(at_);
  out.insert(out.end(), begin, begin + static_cast<std::ptrdiff_t>(size));
  at_ += size;
  return out;
}

}  // namespace postern::eap
