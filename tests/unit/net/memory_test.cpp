// What the kept path allocates, and what an idle connection holds. The counting is for this
// program.

#include <gtest/gtest.h>
#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <future>
#include <new>
#include <vector>

#include "client.h"
#include "net/server.h"
#include "scripted_session.h"

namespace {

struct Tally {
  bool on = false;
  long allocations = 0;
  long held = 0;
};
thread_local Tally tally;

}  // namespace

// A sanitizer's would not count, and its blocks would end in our free().
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  void* pointer = std::malloc(size == 0 ? 1 : size);
  if (tally.on && pointer != nullptr) {
    ++tally.allocations;
    tally.held += static_cast<long>(malloc_usable_size(pointer));
  }
  return pointer;
}

void* operator new(std::size_t size) {
  void* pointer = ::operator new(size, std::nothrow);
  if (pointer == nullptr) throw std::bad_alloc();
  return pointer;
}

void operator delete(void* pointer) noexcept {
  if (tally.on && pointer != nullptr) tally.held -= static_cast<long>(malloc_usable_size(pointer));
  std::free(pointer);
}

void operator delete(void* pointer, std::size_t) noexcept { ::operator delete(pointer); }

namespace postern::net::test {
namespace {

// The least that a session can be, so that the runner alone is measured.
class Echo final : public StreamSession {
 public:
  Wants start(Io& io) override { return idle(io); }
  Wants bytes(Io& io, OctetView input) override {
    io.out.insert(io.out.end(), input.begin(), input.end());
    Wants wants = idle(io);
    wants.again = true;
    return wants;
  }
  Wants eof(Io&) override { return Wants{.close = true}; }
  Wants written(Io& io) override { return idle(io, true); }
  Wants done(Io& io, std::uint32_t) override { return idle(io); }
  Wants refused(Io& io, std::uint32_t) override { return idle(io); }
  Wants timer(Io& io) override { return idle(io); }
  Wants wake(Io& io) override { return idle(io); }
  Wants tls_up(Io& io) override { return idle(io); }
  Wants shutdown(Io&) override { return Wants{.close = true}; }

 private:
  static Wants idle(Io& io, bool again = false) {
    return Wants{.again = again, .timer = io.now + std::chrono::minutes(5)};
  }
};

class Memory : public testing::Test {
 protected:
  Memory() {
    port_ = *server_.add_listener({.name = "t", .endpoint = "127.0.0.1:0"},
                                  [](const PeerInfo&) { return std::make_unique<Echo>(); });
    server_.start();
  }
  Tally on_loop(bool on) {
    std::promise<Tally> answer;
    server_.post(0, [&answer, on] {
      const Tally was = tally;
      tally = Tally{on, 0, 0};
      answer.set_value(was);
    });
    return answer.get_future().get();
  }
  static void round_trips(Client& client, int count) {
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(client.send("request"));
      ASSERT_EQ(client.read(7), "request");
    }
  }

  Server server_{Server::Options{}};
  std::uint16_t port_ = 0;
};

TEST_F(Memory, KeptPathDoesNotAllocate) {
  Client client(port_);
  round_trips(client, 10);  // the loop's buffers grow to their size
  on_loop(true);
  round_trips(client, 500);
  // The function that reads the tally is itself one allocation at most.
  EXPECT_LE(on_loop(false).allocations, 2);
}

TEST_F(Memory, IdleConnectionHoldsLessThanTwoKibibytes) {
  constexpr int kConnections = 200;
  std::vector<Client> clients;
  clients.reserve(kConnections);
  {
    Client warm(port_);
    round_trips(warm, 1);
  }
  on_loop(true);
  for (int i = 0; i < kConnections; ++i) {
    clients.emplace_back(port_);
    round_trips(clients.back(), 1);
  }
  const long held = on_loop(false).held / kConnections;
  RecordProperty("octets_per_idle_connection", static_cast<int>(held));
  EXPECT_LT(held, 2048);
  std::printf("octets per idle connection: %ld\n", held);
}

}  // namespace
}  // namespace postern::net::test
