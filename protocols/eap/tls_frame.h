#pragma once
// The framing that EAP-TLS, EAP-TTLS and PEAP share (RFC 5216 3.1, RFC 5281 9.2): one octet of
// flags (Length, More, Start; in TTLS and PEAP a version), four octets of total length if L is set,
// then a piece of a TLS message.
//
// Reassembly puts one message together, at most kMaxMessage octets, every piece bringing some;
// Fragments cuts one into pieces that fit an EAP packet. L stands in the first piece alone, and
// only if there are more (5216-02, 5281-02, 9190-05). Reserved bits are ignored. Thread: values.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "protocols/result.h"
#include "protocols/session.h"

namespace postern::eap {

inline constexpr std::size_t kMaxMessage = 64 * 1024;

struct TlsFrame {
  bool more = false;
  bool start = false;
  std::uint8_t version = 0;  // 0..7; reserved in EAP-TLS
  std::optional<std::uint32_t> total;
  OctetView data;
};

Result<TlsFrame> decode_tls_frame(OctetView type_data);

// The type data of a Start (5216-01).
Octets tls_start(std::uint8_t version);

class Reassembly {
 public:
  enum class Added : std::uint8_t { more, complete, refused };

  // Refused: too long, another total than announced, a piece of a longer message without octets.
  Added add(const TlsFrame& frame);
  // The complete message; what follows is a new one.
  Octets take() noexcept;
  bool empty() const noexcept { return octets_.empty(); }

 private:
  Octets octets_;
  std::optional<std::uint32_t> total_;
};

class Fragments {
 public:
  // REQUIRES: done()
  void load(Octets message);
  bool done() const noexcept { return at_ == message_.size(); }
  // The type data of the next piece; without octets if all is done. REQUIRES: room >= 16
  Octets next(std::size_t room, std::uint8_t version);

 private:
  Octets message_;
  std::size_t at_ = 0;
};

}  // namespace postern::eap
