#pragma once
// RadiusServer: RADIUS over UDP, sans-io. From datagram to answer: intake (who asks), duplicates
// (was it answered), access (what is asked), core::Login (may this user), reply.
//
// A login is tried at once; one that would block becomes a Run, and its request is kept until the
// answer. A refusal that the core delays is held back by a timer, never so long that the NAS sees
// two seconds. What cannot be decided now (no room in a lane, a stale read model) is not answered
// at all, and forgotten, so that the retry of the NAS is served. Status-Server is answered while
// logins can be decided. Thread: one; RadiusWork::run() on a lane. Sources: design.md 4 (RADIUS
// PAP), 7 (RADIUS); RFC 2865, RFC 5080 2.2, RFC 5997.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "outpost/radius/access.h"
#include "outpost/radius/crypto.h"
#include "outpost/radius/current_clients.h"
#include "outpost/radius/duplicates.h"
#include "outpost/radius/eap/conversations.h"
#include "outpost/radius/mapped_replies.h"
#include "outpost/radius/network_proof.h"
#include "outpost/radius/services.h"
#include "outpost/radius/session_limit.h"
#include "outpost/radius/session_marks.h"
#include "protocols/datagram.h"

namespace postern::outpost {

class RadiusWork final : public Work {
 public:
  RadiusWork(core::Login& login, core::LoginRequest request);
  void run() noexcept override;
  core::LoginOutcome& outcome() noexcept { return outcome_; }

 private:
  core::Login& login_;
  core::LoginRequest request_;
  core::LoginOutcome outcome_ = core::Denied{};
};

// One step of an EAP conversation.
class EapWork final : public Work {
 public:
  EapWork(std::shared_ptr<EapConversation> conversation, Octets octets, std::size_t largest,
          std::string request_id);
  void run() noexcept override;
  const EapStep& step() const noexcept { return step_; }

 private:
  std::shared_ptr<EapConversation> conversation_;
  Octets octets_;
  std::size_t largest_;
  std::string request_id_;
  EapStep step_;
};

class RadiusServer final : public DatagramServer {
 public:
  // With `tls`: everything comes from the client at the other end of one TLS connection.
  explicit RadiusServer(RadiusServices& services, std::optional<TlsClient> tls = std::nullopt);
  ~RadiusServer() override;

  void datagram(DatagramIo& io, const DatagramPeer& from, OctetView octets) override;
  void done(DatagramIo& io, std::uint32_t id) override;
  void refused(DatagramIo& io, std::uint32_t id) override;
  void timer(DatagramIo& io) override;

  // For the other servers of the same loop.
  CurrentClients& clients() noexcept { return clients_; }
  const LoginClass& classes() const noexcept { return marker_.classes(); }
  std::size_t eap_conversations() const noexcept { return eap_.size(); }

 private:
  // A request on its way to an answer.
  struct Exchange {
    DatagramPeer peer;
    RequestKey key;
    Duplicates::Ticket ticket = 0;
    std::shared_ptr<const ClientTable> table;  // keeps `known` alive
    Known known;
    radius::Packet packet;
    Octets octets;  // what `packet` views, once it has to outlive its datagram
    std::string username, client, request_id;
    Instant began;
    std::shared_ptr<RadiusWork> work;
    std::shared_ptr<const NetworkProof> proof;  // of CHAP and MS-CHAP
    struct Eap {
      std::shared_ptr<EapConversation> conversation;
      EapConversations::State state{};
      std::shared_ptr<EapWork> work;
      std::optional<EapKeys> keys;  // of a success

      std::string_view method() const { return conversation ? conversation->method() : ""; }
      std::string_view outer() const { return conversation ? conversation->outer_identity() : ""; }
    };
    std::optional<Eap> eap;
  };
  // A granted login whose sessions are counted.
  struct Counted {
    Exchange exchange;
    core::Grant grant;
    std::shared_ptr<SessionsOfUser> sessions;
  };
  // A granted login whose reply is being made.
  struct Mapped {
    Exchange exchange;
    core::Grant grant;
    std::shared_ptr<MappedReplies> work;
  };
  struct Held {
    DatagramPeer peer;
    RequestKey key;
    Duplicates::Ticket ticket = 0;
    Octets octets;
  };

  void drop(const DatagramPeer& from, std::string_view cause, std::string_view nas);
  void answer_status(DatagramIo& io, const DatagramPeer& from, const radius::Packet& packet,
                     const Known& known);
  void note_unnamed(const DatagramPeer& from, const radius::Packet& packet,
                    const ServedProvider& served);
  void begin_access(DatagramIo& io, const DatagramPeer& from, radius::Packet packet, Known known);
  void log_in(DatagramIo& io, Exchange exchange);
  void run_later(DatagramIo& io, Exchange exchange, core::LoginRequest request,
                 core::LoginLane lane);
  void run_later(DatagramIo& io, Exchange exchange, std::shared_ptr<Work> work, Lane lane);
  void begin_eap(DatagramIo& io, Exchange exchange);
  void start_eap(DatagramIo& io, Exchange exchange, const Octets& octets);
  void go_on_with_eap(DatagramIo& io, Exchange exchange, const Octets& octets);
  void done_eap(DatagramIo& io, Exchange& exchange);
  void conclude_eap(DatagramIo& io, Exchange& exchange, const EapStep& step);
  static EapConversations::Origin origin_of(const Exchange& exchange);
  void conclude(DatagramIo& io, Exchange& exchange, core::LoginOutcome& outcome);
  void admit(DatagramIo& io, Exchange& exchange, core::Grant grant);
  void counted(DatagramIo& io, Counted counted);
  void map_replies(DatagramIo& io, Exchange& exchange, core::Grant grant);
  void mapped(DatagramIo& io, Mapped mapped);
  void let_in(DatagramIo& io, Exchange& exchange, const core::Grant& grant,
              const EncodedRules& replies);
  // On the store lane; the number by which it is reported done.
  std::uint32_t run_for(DatagramIo& io, const Exchange& exchange, std::shared_ptr<Work> work);
  void own(Exchange& exchange);
  std::shared_ptr<const core::AccessFacts> facts_of(const Exchange& exchange) const;
  void refuse(DatagramIo& io, Exchange& exchange, std::string_view reason,
              std::chrono::milliseconds delay = {});
  void ask(DatagramIo& io, Exchange& exchange, const core::CodeWanted& wanted);
  void leave_unanswered(Exchange& exchange, std::string_view reason);
  void send(DatagramIo& io, Exchange& exchange, Octets octets, std::chrono::milliseconds delay);
  void tell(const Exchange& exchange, std::string_view result, std::string_view reason) const;
  void measure(const Exchange& exchange, std::string_view result) const;
  void set_timer(DatagramIo& io) const;

  RadiusServices& services_;
  OpensslDigests digests_;
  ChallengeStates states_;
  CurrentClients clients_;
  SessionMarker marker_;
  Duplicates duplicates_;
  std::unordered_map<std::uint32_t, Exchange> running_;
  std::unordered_map<std::uint32_t, Counted> counting_;
  std::unordered_map<std::uint32_t, Mapped> mapping_;
  SessionLimit limit_;
  std::multimap<Instant, Held> held_;
  EapConversations eap_;
  std::set<core::AddressOctets> unnamed_;  // clients that the log has named for that
  core::LoginRecord record_;               // its buffers stay warm
  std::uint32_t next_run_ = 1;
  std::uint64_t next_request_ = 1;
};

}  // namespace postern::outpost
