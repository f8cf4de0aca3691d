// Canned answers: accepts every RADIUS request that arrives, whatever it says. What is left of a
// server when it decides nothing: the kernel, the digests of an answer. Prints `ready radius=...`.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "bench/radius_client_codec.h"

namespace {

constexpr std::size_t kBatch = 64;
constexpr std::size_t kMostOctets = 4096;

int bind_loopback(std::uint16_t& port) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  const int room = 4 << 20;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  if (fd < 0 || bind(fd, reinterpret_cast<sockaddr*>(&at), size) != 0) return -1;
  getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size);
  port = ntohs(at.sin_port);
  return fd;
}

}  // namespace

int main(int argc, char** argv) {
  postern::bench::RadiusCodec codec(argc > 1 ? argv[1] : "testing123");
  std::uint16_t port = 0;
  const int fd = bind_loopback(port);
  if (fd < 0) {
    std::perror("radius_floor");
    return 2;
  }
  std::printf("ready radius=127.0.0.1:%u\n", port);
  std::fflush(stdout);
  std::array<postern::bench::RadiusOctets, kBatch> in, out;
  for (auto& one : in) one.resize(kMostOctets);
  for (;;) {
    std::array<mmsghdr, kBatch> headers{};
    std::array<iovec, kBatch> parts{};
    std::array<sockaddr_in, kBatch> peers{};
    for (std::size_t i = 0; i < kBatch; ++i) {
      parts[i] = {in[i].data(), in[i].size()};
      headers[i].msg_hdr = {&peers[i], sizeof peers[i], &parts[i], 1, nullptr, 0, 0};
    }
    const int count = recvmmsg(fd, headers.data(), kBatch, MSG_WAITFORONE, nullptr);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return 1;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      if (headers[i].msg_len < 20) continue;
      codec.accept(postern::bench::RadiusView(in[i]).first(headers[i].msg_len), out[i]);
      parts[i] = {out[i].data(), out[i].size()};
    }
    sendmmsg(fd, headers.data(), static_cast<unsigned>(count), 0);
  }
}
