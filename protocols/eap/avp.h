#pragma once
// The AVPs inside an EAP-TTLS tunnel (RFC 5281 10.1, the form of Diameter): code, flags, length of
// three octets, vendor if V is set, data, zero padding to four octets. Codes below 256 without a
// vendor are those of RADIUS.
//
// Errors: a header that is cut off, a length below the header or beyond the end, more than kMaxAvps
// of them. Padding may be missing behind the last one; its octets are not looked at, nor are
// reserved flags (5281-03). Thread: pure; Avp views into what it was decoded from.

#include <cstdint>
#include <vector>

#include "protocols/result.h"
#include "protocols/session.h"

namespace postern::eap {

inline constexpr std::size_t kMaxAvps = 64;

struct Avp {
  std::uint32_t code = 0;
  std::uint32_t vendor = 0;  // 0 = none
  bool mandatory = false;
  OctetView data;
};

Result<std::vector<Avp>> decode_avps(OctetView octets);

// Appends one. REQUIRES: avp.data.size() < 0xfffff0
void append_avp(Octets& out, const Avp& avp);

}  // namespace postern::eap
