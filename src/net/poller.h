#pragma once
// Poller: the sockets of one loop in an epoll set of their own, which the io_context watches as a
// whole. Interest stays registered between events, so a request costs no epoll_ctl; events come in
// batches, and what the connections of a batch have to send leaves at its end, together.
//
// Level-triggered. Internal to net. The loop's thread only. Throws boost::system::system_error when
// the kernel has no descriptor left.

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <cstdint>

#include "net/handler_memory.h"

namespace postern::net {

struct Reactor;

class Poller {
 public:
  explicit Poller(Reactor& reactor);
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // Interest in a socket: EPOLLIN and EPOLLOUT bits; `before` is what is registered (0 = nothing).
  void watch(int socket, std::uint64_t connection, std::uint32_t before, std::uint32_t events);
  void start();
  void stop();  // nothing is reported any more

 private:
  class Handler;

  void wait();
  void on_ready();
  int serve_batch();  // how many sockets had something to report

  Reactor& reactor_;
  boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type> set_;
  HandlerMemory memory_;
};

}  // namespace postern::net
