// The floor of what any LDAP server on this machine can cost: one thread, one epoll loop, no
// directory. Every bind is answered with a canned success, every search with one canned entry and a
// done; unbind closes. Only the messageID, one octet, is copied from the request, so it serves
// clients that keep IDs below 128 (ldap_load does). Prints "ready ldap=127.0.0.1:PORT" when it
// listens; runs until it is told to stop.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/ldap_client_codec.h"

namespace {

using namespace postern::bench;

constexpr std::size_t kIdOffsetFromEnd = 1;  // the ID is the last octet of the messageID TLV
constexpr std::size_t kMaxDescriptors = 65'536;

// A message and the place of its messageID octet.
struct Canned {
  std::string octets;
  std::vector<std::size_t> id_places;
};

void append(Canned& canned, BerBackWriter& out) {
  const std::size_t body = out.size();
  out.number(kInteger, 1);
  const std::size_t with_id = out.size();
  out.wrap(kSequence, 0);
  const std::size_t header = out.size() - with_id;
  canned.id_places.push_back(canned.octets.size() + header + (with_id - body) - kIdOffsetFromEnd);
  canned.octets.append(out.octets());
}

void write_result(BerBackWriter& out, std::uint8_t operation) {
  out.string(kOctetString, {});
  out.string(kOctetString, {});
  out.number(kEnumerated, 0);
  out.wrap(operation, 0);
}

Canned bind_answer() {
  std::array<char, 64> buffer;
  BerBackWriter out{std::span<char>(buffer)};
  write_result(out, kBindResponse);
  Canned canned;
  append(canned, out);
  return canned;
}

// One person of 16 attributes with 20 octets each: about as long as a real answer.
Canned search_answer() {
  std::array<char, 2048> buffer;
  BerBackWriter entry{std::span<char>(buffer)};
  for (int i = 0; i < 16; ++i) {
    const std::size_t mark = entry.size();
    entry.string(kOctetString, "canned value of 20 o");
    entry.wrap(kSet, mark);
    entry.string(kOctetString, "attribute");
    entry.wrap(kSequence, mark);
  }
  entry.wrap(kSequence, 0);
  entry.string(kOctetString, "cn=canned,ou=users,dc=ldap,dc=goauthentik,dc=io");
  entry.wrap(kSearchEntry, 0);
  Canned canned;
  append(canned, entry);
  BerBackWriter done{std::span<char>(buffer)};
  write_result(done, kSearchDone);
  append(canned, done);
  return canned;
}

class Floor {
 public:
  Floor() : bind_(bind_answer()), search_(search_answer()), rests_(kMaxDescriptors) {}

  // Returns the port, or 0 when it cannot listen.
  int listen_on(int port) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_, generic, size) != 0 || listen(listener_, 4096) != 0) return 0;
    getsockname(listener_, generic, &size);
    watch(listener_);
    return ntohs(address.sin_port);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 256> events;
    for (;;) {
      const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < count; ++i) {
        const int descriptor = events[static_cast<std::size_t>(i)].data.fd;
        if (descriptor == listener_) {
          accept_all();
        } else if (!serve(descriptor)) {
          rests_[static_cast<std::size_t>(descriptor)].clear();
          close(descriptor);
        }
      }
    }
  }

 private:
  void watch(int descriptor) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
  }

  void accept_all() const {
    for (;;) {
      const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (descriptor < 0) return;
      if (static_cast<std::size_t>(descriptor) >= kMaxDescriptors) {
        close(descriptor);
        continue;
      }
      const int on = 1;
      setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      watch(descriptor);
    }
  }

  // False when the connection is over.
  bool serve(int descriptor) {
    std::array<char, 16'384> buffer;
    std::string& rest = rests_[static_cast<std::size_t>(descriptor)];
    std::copy(rest.begin(), rest.end(), buffer.begin());
    const ssize_t count =
        recv(descriptor, buffer.data() + rest.size(), buffer.size() - rest.size(), 0);
    if (count < 0 && errno == EAGAIN) return true;
    if (count <= 0) return false;
    std::string_view held{buffer.data(), rest.size() + static_cast<std::size_t>(count)};
    out_.clear();
    RequestHead head;
    Frame frame = Frame::Incomplete;
    while (!held.empty() && (frame = read_request_head(held, head)) == Frame::Complete) {
      if (head.operation == kUnbindRequest || head.message_id > 127) return false;
      answer(head);
      held.remove_prefix(head.size);
    }
    if (frame == Frame::Malformed || held.size() == buffer.size()) return false;
    rest.assign(held);
    return out_.empty() || send(descriptor, out_.data(), out_.size(), MSG_NOSIGNAL) ==
                               static_cast<ssize_t>(out_.size());
  }

  void answer(const RequestHead& head) {
    const Canned& canned = head.operation == kBindRequest ? bind_ : search_;
    const std::size_t start = out_.size();
    out_.append(canned.octets);
    for (const std::size_t place : canned.id_places)
      out_[start + place] = static_cast<char>(head.message_id);
  }

  Canned bind_;
  Canned search_;
  std::vector<std::string> rests_;  // by descriptor: an unfinished request
  std::string out_;
  int listener_ = -1;
  int epoll_ = epoll_create1(EPOLL_CLOEXEC);
};

}  // namespace

int main(int argc, char** argv) {
  Floor floor;
  const int port = floor.listen_on(argc > 1 ? std::atoi(argv[1]) : 0);
  if (port == 0) {
    std::perror("floor: cannot listen");
    return 2;
  }
  std::printf("ready ldap=127.0.0.1:%d\n", port);
  std::fflush(stdout);
  floor.run();
}
