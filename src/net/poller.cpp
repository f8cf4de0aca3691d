#include "net/poller.h"

#include <boost/system/system_error.hpp>
#include <sys/epoll.h>

#include <array>
#include <cerrno>

#include "net/reactor.h"

namespace postern::net {

namespace {

constexpr int kBatch = 64;
constexpr int kBusy = 4;
constexpr int kRounds = 8;

[[noreturn]] void fail(const char* what) {
  throw boost::system::system_error(errno, boost::system::system_category(), what);
}

}  // namespace

class Poller::Handler {
 public:
  using allocator_type = SlotAllocator<std::byte>;

  explicit Handler(Poller& poller) noexcept : poller_(&poller) {}
  allocator_type get_allocator() const noexcept { return allocator_type(poller_->memory_); }
  void operator()(const boost::system::error_code& error) const {
    if (!error) poller_->on_ready();
  }

 private:
  Poller* poller_;
};

Poller::Poller(Reactor& reactor) : reactor_(reactor), set_(reactor.io) {
  const int fd = ::epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) fail("epoll_create1");
  set_.assign(fd);
}

void Poller::watch(int socket, std::uint64_t connection, std::uint32_t before,
                   std::uint32_t events) {
  if (before == events) return;
  epoll_event event{};
  event.events = events;
  event.data.u64 = connection;
  const int how = before == 0 ? EPOLL_CTL_ADD : events == 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;
  if (::epoll_ctl(set_.native_handle(), how, socket, &event) != 0) fail("epoll_ctl");
}

void Poller::start() { wait(); }

void Poller::stop() {
  boost::system::error_code ignored;
  set_.close(ignored);
}

void Poller::wait() {
  set_.async_wait(boost::asio::posix::descriptor_base::wait_read, Handler(*this));
}

void Poller::on_ready() {
  // A busy set is asked again at once: going back to Asio costs three calls of the kernel. Timers
  // and posted work wait no longer than these rounds.
  for (int round = 0; round < kRounds; ++round) {
    if (serve_batch() < kBusy || !set_.is_open()) break;
  }
  if (set_.is_open()) wait();
}

int Poller::serve_batch() {
  std::array<epoll_event, kBatch> events;
  const int count = ::epoll_wait(set_.native_handle(), events.data(), kBatch, 0);
  reactor_.begin_batch();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    // A connection of this batch may have ended another one: numbers are never used again.
    if (Connection* connection = reactor_.find(event.data.u64)) {
      reactor_.report_ready(*connection, event.data.u64, event.events);
    }
  }
  reactor_.end_batch();
  return count;
}

}  // namespace postern::net
