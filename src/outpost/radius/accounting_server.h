#pragma once
// AccountingServer: RADIUS accounting, sans-io: a report is checked (client, Request Authenticator,
// Message-Authenticator if there), stored, and only then answered. What arrives while a transaction
// is under way waits and is stored with the next one, so that one commit serves many. What cannot
// be stored is not answered, and forgotten, so that the NAS tries again. Status-Server is answered
// with an Accounting-Response while the store takes reports.
//
// Thread: one; AccountingWork::run() on the store lane. Sources: RFC 2866 2-4, RFC 5080 2.2.2,
// 2.3.3, RFC 5997 4.2, design.md 3.

#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "core/ports/network_session_store.h"
#include "outpost/radius/accounting.h"
#include "outpost/radius/crypto.h"
#include "outpost/radius/current_clients.h"
#include "outpost/radius/duplicates.h"
#include "outpost/radius/services.h"
#include "protocols/datagram.h"

namespace postern::outpost {

class AccountingWork final : public Work {
 public:
  AccountingWork(core::NetworkSessionStore& store, std::vector<core::AccountingRecord> records);
  void run() noexcept override;
  bool stored() const noexcept { return stored_; }

 private:
  core::NetworkSessionStore& store_;
  std::vector<core::AccountingRecord> records_;
  bool stored_ = false;
};

class AccountingServer final : public DatagramServer {
 public:
  // Reports of one transaction, and those that may wait for theirs.
  static constexpr std::size_t kBatch = 512;
  static constexpr std::size_t kMostWaiting = 16'384;

  AccountingServer(RadiusServices& services, CurrentClients& clients, const LoginClass& classes,
                   core::NetworkSessionStore& store);

  void datagram(DatagramIo& io, const DatagramPeer& from, OctetView octets) override;
  void done(DatagramIo& io, std::uint32_t id) override;
  void refused(DatagramIo& io, std::uint32_t id) override;
  void timer(DatagramIo&) override {}

 private:
  struct Report {
    DatagramPeer peer;
    RequestKey key;
    Duplicates::Ticket ticket = 0;
    std::shared_ptr<const ClientTable> table;  // keeps `known` alive
    Known known;
    Octets octets;  // the request, for its answer
    Instant began;
    core::AccountingRecord record;
  };

  void drop(const DatagramPeer& from, std::string_view cause, std::string_view nas);
  void take(DatagramIo& io, const DatagramPeer& from, const radius::Packet& packet,
            const Known& known);
  void name_user(core::NetworkSession& facts);
  void store_next(DatagramIo& io);
  void forget_batch();
  void measure(const Report& report, radius::Code answer, Instant now) const;
  Octets response(const radius::Packet& request, OctetView secret);

  RadiusServices& services_;
  CurrentClients& clients_;
  const LoginClass& classes_;
  core::NetworkSessionStore& store_;
  OpensslDigests digests_;
  Duplicates duplicates_;
  std::deque<Report> waiting_;
  std::vector<Report> batch_;  // being stored
  std::shared_ptr<AccountingWork> work_;
  core::LoginRecord user_;  // its buffers stay warm
  std::uint32_t next_run_ = 1;
  bool store_takes_ = true;  // as of the last transaction
};

}  // namespace postern::outpost
