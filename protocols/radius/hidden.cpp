#include "protocols/radius/hidden.h"

#include <algorithm>

namespace postern::radius {
namespace {

constexpr std::size_t kBlock = 16;
constexpr std::size_t kSaltSize = 2;

// c(i) = p(i) xor MD5(secret + c(i-1)); the authenticator, and the salt if there is one, stand for
// c(0).
struct Chain {
  const Authenticator& request;
  OctetView salt;
  OctetView secret;
  Digests& digests;

  Md5 pad(OctetView cipher, std::size_t at) const {
    if (at == 0) return digests.md5({secret, request, salt});
    return digests.md5({secret, cipher.subspan(at - kBlock, kBlock)});
  }
  void hide(Octets& blocks) const {
    for (std::size_t at = 0; at < blocks.size(); at += kBlock) {
      const Md5 mask = pad(blocks, at);
      for (std::size_t i = 0; i < kBlock; ++i) blocks[at + i] ^= mask[i];
    }
  }
  Octets reveal(OctetView hidden) const {
    Octets plain(hidden.begin(), hidden.end());
    for (std::size_t at = 0; at < hidden.size(); at += kBlock) {
      const Md5 mask = pad(hidden, at);
      for (std::size_t i = 0; i < kBlock; ++i) plain[at + i] ^= mask[i];
    }
    return plain;
  }
};

std::size_t whole_blocks(std::size_t size) { return (size + kBlock - 1) / kBlock * kBlock; }

}  // namespace

Octets hide_password(OctetView plain, const Authenticator& request, OctetView secret,
                     Digests& digests) {
  Octets blocks(std::max(whole_blocks(plain.size()), kBlock), 0);
  std::copy(plain.begin(), plain.end(), blocks.begin());
  Chain{request, {}, secret, digests}.hide(blocks);
  return blocks;
}

std::optional<Octets> reveal_password(OctetView hidden, const Authenticator& request,
                                      OctetView secret, Digests& digests) {
  if (hidden.empty() || hidden.size() > kMaxPassword || hidden.size() % kBlock != 0) {
    return std::nullopt;
  }
  Octets plain = Chain{request, {}, secret, digests}.reveal(hidden);
  while (!plain.empty() && plain.back() == 0) plain.pop_back();
  return plain;
}

Octets hide_salted(OctetView plain, std::uint16_t salt, const Authenticator& request,
                   OctetView secret, Digests& digests) {
  const std::array<std::uint8_t, kSaltSize> front{static_cast<std::uint8_t>(salt >> 8 | 0x80),
                                                  static_cast<std::uint8_t>(salt & 0xff)};
  Octets blocks(whole_blocks(plain.size() + 1), 0);
  blocks[0] = static_cast<std::uint8_t>(plain.size());
  std::copy(plain.begin(), plain.end(), blocks.begin() + 1);
  Chain{request, front, secret, digests}.hide(blocks);
  blocks.insert(blocks.begin(), front.begin(), front.end());
  return blocks;
}

std::optional<Octets> reveal_salted(OctetView hidden, const Authenticator& request,
                                    OctetView secret, Digests& digests) {
  if (hidden.size() < kSaltSize + kBlock || (hidden.size() - kSaltSize) % kBlock != 0 ||
      (hidden[0] & 0x80) == 0) {
    return std::nullopt;
  }
  const OctetView front = hidden.first(kSaltSize);
  Octets plain = Chain{request, front, secret, digests}.reveal(hidden.subspan(kSaltSize));
  const std::size_t size = plain[0];
  if (size > plain.size() - 1) return std::nullopt;
  plain.erase(plain.begin());
  plain.resize(size);
  return plain;
}

}  // namespace postern::radius
