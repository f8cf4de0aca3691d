#pragma once
// Page cookies: all that is known of a paged search between two pages lies in the client's hands
// (RFC 2696): where the next page begins and how many entries came before, sealed by an HMAC under
// a key that all nodes derive from the sealing key. So no page needs memory here, and any node can
// serve it. The HMAC also covers what the series belongs to (`binding`), so that a cookie opens for
// the same search of the same identity only, and not after it has expired.
//
// Nothing in a cookie is secret: the sort key in it is that of an entry that was just sent.
//
//   1 | expiry, seconds (4) | entries so far (4) | phase (1) | id (4) | sort key | HMAC (16)
//
// Thread-safe. Errors: open() gives nothing for a foreign, altered, short or expired cookie.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"
#include "protocols/ldap/tree.h"

namespace postern::outpost {

using CookieKey = std::array<std::uint8_t, 32>;

struct PageMark {
  ldap::Position at;       // of the first entry to come; sorted: of the last that came
  std::uint32_t sent = 0;  // entries of the series so far
};

class PageCookies {
 public:
  static constexpr std::int64_t kLifeSeconds = 3600;
  static constexpr std::size_t kMostOctets = 2048;

  explicit PageCookies(const CookieKey& key) : key_(key) {}

  std::string seal(const PageMark& mark, core::WallMs now, std::string_view binding) const;
  std::optional<PageMark> open(std::string_view cookie, core::WallMs now,
                               std::string_view binding) const;

 private:
  std::string authenticator(std::string_view contents, std::string_view binding) const;

  const CookieKey key_;
};

}  // namespace postern::outpost
