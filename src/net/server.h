#pragma once
// Server: loops, lanes and listeners of one process, as one thing to start and stop.
//
//   Server server(options);
//   server.reload_tls(context);
//   auto port = server.add_listener({.name = "ldap", .endpoint = "127.0.0.1:0"}, factory);
//   server.start();  ...  server.stop(5s);
//
// add_listener() binds at once (so that rights can be dropped before start()), accepting begins
// with start(). All methods belong to one owning thread, except reload_tls(), traffic(),
// lane_load(), lanes() and post(), which any thread may call.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/fallible.h"
#include "net/inherited_sockets.h"
#include "net/lane.h"
#include "net/limits.h"
#include "net/listener.h"
#include "net/log.h"
#include "net/stats.h"
#include "net/tls_context.h"
#include "protocols/datagram.h"

namespace postern::net {

class Server {
 public:
  struct Options {
    std::size_t loops = 1;
    Limits limits;
    LanePool::Sizes lanes;
    Log log;  // may be empty
    // Taken by the listeners that have their addresses; may be null.
    std::shared_ptr<InheritedSockets> inherited;
  };

  explicit Server(Options options);
  ~Server();  // stop() without patience
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // The real port (0 for a local socket), or why it cannot be bound. Before start() only.
  Fallible<std::uint16_t> add_listener(ListenOptions options, SessionFactory factory);

  // The same for a UDP socket of `server`, which outlives this. All of them share one loop, on
  // which `server` is used; DatagramPeer::socket counts them from 0. One DatagramServer at most.
  Fallible<std::uint16_t> add_datagram_listener(const std::string& name,
                                                const std::string& endpoint,
                                                DatagramServer& server);

  void start();

  // The port of the first listener with that name.
  std::optional<std::uint16_t> port(std::string_view name) const;

  // From now on handshakes use `context`; connections that are up keep theirs.
  void reload_tls(std::shared_ptr<const TlsContext> context);

  // Stops accepting, lets sessions say goodbye, closes what is left after `deadline`, joins all
  // threads. A second call does nothing. Running work is cancelled, and waited for.
  void stop(std::chrono::milliseconds deadline);

  std::size_t loops() const noexcept;
  void post(std::size_t loop, std::function<void()> function);
  LanePool& lanes() noexcept;

  Traffic traffic() const;
  LaneLoad lane_load(Lane lane) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace postern::net
