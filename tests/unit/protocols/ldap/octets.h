#pragma once
// Octets written as hexadecimal digits (spaces for the reader), and a control run taken apart.

#include <string>
#include <string_view>
#include <vector>

#include "protocols/ldap/decode.h"
#include "protocols/ldap/encode.h"
#include "protocols/ldap/hex.h"

namespace postern::test {

// As a string: its terminator is the spare octet that readers want.
inline std::string octets(std::string_view digits) {
  std::string out;
  for (std::size_t i = 0; i < digits.size();) {
    if (digits[i] == ' ') {
      ++i;
      continue;
    }
    out.push_back(static_cast<char>(ldap::hex_pair(digits, i)));
    i += 2;
  }
  return out;
}

inline std::string digits(std::string_view octets) {
  std::string out;
  for (const char octet : octets) ldap::append_hex(out, octet);
  return out;
}
inline std::string digits(const ldap::Octets& octets) {
  return digits(ber::text_of(ldap::OctetPiece(octets)));
}

// Every strict prefix of a value, each in its own memory, is handed to `refused`.
template <typename Refused>
void for_each_prefix(std::string_view value, Refused&& refused) {
  for (std::size_t size = 0; size < value.size(); ++size) {
    const std::string prefix(value.substr(0, size));
    refused(prefix);
  }
}

// The only control of a run.
struct OneControl {
  explicit OneControl(ldap::Octets run) : octets(std::move(run)) {
    octets.push_back(0);
    std::vector<ldap::Control> list;
    const auto run_octets = ldap::OctetPiece(octets).first(octets.size() - 1);
    if (ldap::decode_controls(run_octets, list).ok() && list.size() == 1) control = list[0];
  }
  ldap::Octets octets;
  ldap::Control control;
};

}  // namespace postern::test
