#pragma once
// Digests: MD5 and HMAC-MD5, lent by the caller, so that this room needs no library. The parts are
// digested one behind the other. An implementation may keep contexts and is then used by one thread
// at a time. Errors: std::runtime_error when the library refuses (a broken environment).

#include <array>
#include <cstdint>
#include <initializer_list>

#include "protocols/session.h"

namespace postern::radius {

using Md5 = std::array<std::uint8_t, 16>;

class Digests {
 public:
  virtual ~Digests() = default;
  virtual Md5 md5(std::initializer_list<OctetView> parts) = 0;
  virtual Md5 hmac_md5(OctetView key, std::initializer_list<OctetView> parts) = 0;
};

}  // namespace postern::radius
