#pragma once
// One question over UDP, for tools that ask a server: sends, waits, sends again, gives the answers
// to a judge until it takes one. Blocks; any thread. Errors: a sentence (the address, no answer).

#include <chrono>
#include <functional>
#include <string>

#include "net/fallible.h"
#include "protocols/session.h"

namespace postern::net {

struct UdpQuestion {
  std::string endpoint;  // "127.0.0.1:1812", "[::1]:1812"
  Octets octets;
  std::chrono::milliseconds patience{3000};  // for each try
  int tries = 2;
};

// `takes` says whether a datagram is the answer.
Fallible<Octets> ask_udp(const UdpQuestion& question, const std::function<bool(OctetView)>& takes);

}  // namespace postern::net
