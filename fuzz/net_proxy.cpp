// LINK: postern_net
// A PROXY header is refused, unfinished, or whole; what comes behind it changes nothing, and no
// shorter piece of a whole one is anything but unfinished.

#include <cstdlib>

#include "net/proxy_header.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern;
  using State = net::ProxyHeader::State;
  const OctetView all(data, size);
  const net::ProxyHeader header = net::read_proxy_header(all);
  if (header.state != State::complete) return 0;
  if (header.length > size || header.length > net::kMaxProxyHeader) std::abort();
  const net::ProxyHeader alone = net::read_proxy_header(all.first(header.length));
  if (alone.state != State::complete || alone.length != header.length) std::abort();
  if (alone.client.has_value() != header.client.has_value()) std::abort();
  for (std::size_t part = 0; part < header.length; part += 1 + header.length / 64) {
    if (net::read_proxy_header(all.first(part)).state != State::need_more) std::abort();
  }
  return 0;
}
