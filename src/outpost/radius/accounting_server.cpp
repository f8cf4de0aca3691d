#include "outpost/radius/accounting_server.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "core/log.h"
#include "protocols/radius/encode.h"

namespace postern::outpost {
namespace {

namespace type = radius::type;

void bump(std::atomic<std::uint64_t>& counter, std::uint64_t by = 1) noexcept {
  counter.fetch_add(by, std::memory_order_relaxed);
}

}  // namespace

AccountingWork::AccountingWork(core::NetworkSessionStore& store,
                               std::vector<core::AccountingRecord> records)
    : store_(store), records_(std::move(records)) {}

void AccountingWork::run() noexcept {
  try {
    store_.record(records_);
    stored_ = true;
  } catch (const std::exception& error) {
    log::error("radius.accounting.unstored",
               {{"reports", static_cast<std::int64_t>(records_.size())}, {"why", error.what()}});
  }
}

AccountingServer::AccountingServer(RadiusServices& services, CurrentClients& clients,
                                   const LoginClass& classes, core::NetworkSessionStore& store)
    : services_(services), clients_(clients), classes_(classes), store_(store) {}

void AccountingServer::drop(const DatagramPeer& from, std::string_view cause,
                            std::string_view nas) {
  bump(services_.counters.dropped);
  services_.observations.dropped({cause, core::address_text(from.address), std::string(nas)});
}

void AccountingServer::datagram(DatagramIo& io, const DatagramPeer& from, OctetView octets) {
  bump(services_.counters.received);
  const auto packet = radius::decode_packet(octets);
  if (!packet) return drop(from, packet.error().what, {});
  const std::string_view nas = packet->text(type::nas_identifier);
  const bool status = packet->code == radius::Code::status_server;
  if (packet->code != radius::Code::accounting_request && !status) {
    return drop(from, "a code that is not served on this port", nas);
  }
  const auto known = identify(*clients_.get(), from, *packet, digests_);
  if (const auto* dropped = std::get_if<Dropped>(&known)) return drop(from, dropped->cause, nas);
  if (!status) return take(io, from, *packet, std::get<Known>(known));
  if (!store_takes_) return bump(services_.counters.undecided);
  bump(services_.counters.status);
  io.sends.push_back({from, response(*packet, std::get<Known>(known).secret_octets())});
}

void AccountingServer::take(DatagramIo& io, const DatagramPeer& from, const radius::Packet& packet,
                            const Known& known) {
  const RequestKey key = key_of(from, packet.identifier);
  const Duplicates::Found found = duplicates_.admit(key, packet, io.now);
  if (found.standing == Duplicates::Standing::pending) return bump(services_.counters.pending);
  if (found.standing == Duplicates::Standing::answered) {
    bump(services_.counters.repeats);
    io.sends.push_back({from, *found.answer});
    return;
  }
  auto read =
      read_accounting(packet, from, known.served->provider->pk, classes_, services_.clock.wall());
  const auto* unusable = std::get_if<Dropped>(&read);
  if (unusable != nullptr || waiting_.size() >= kMostWaiting) {
    duplicates_.forget(key, found.ticket);
    return drop(
        from, unusable != nullptr ? unusable->cause : "accounting arrives faster than it is stored",
        packet.text(type::nas_identifier));
  }
  Report report{from,         key,
                found.ticket, clients_.last(),
                known,        Octets(packet.octets.begin(), packet.octets.end()),
                io.now,       std::get<core::AccountingRecord>(std::move(read))};
  name_user(report.record.facts);
  waiting_.push_back(std::move(report));
  store_next(io);
}

// Of a login of ours the name at this time; else the user who is meant by User-Name, if there is
// one.
void AccountingServer::name_user(core::NetworkSession& facts) {
  const bool tied = facts.user != 0;
  if (!tied && facts.outer_name.empty()) return;
  const core::Lookup found =
      tied ? services_.directory.read_user(facts.user, user_)
           : services_.directory.find_user(core::UserField::username, facts.outer_name, user_);
  if (found != core::Lookup::found) return;
  facts.user = user_.pk;
  facts.username = user_.username;
}

void AccountingServer::store_next(DatagramIo& io) {
  if (work_ != nullptr || waiting_.empty()) return;
  std::vector<core::AccountingRecord> records;
  while (!waiting_.empty() && batch_.size() < kBatch) {
    records.push_back(std::move(waiting_.front().record));
    batch_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  work_ = std::make_shared<AccountingWork>(store_, std::move(records));
  io.runs.push_back({next_run_++, Lane::store, work_});
}

void AccountingServer::done(DatagramIo& io, std::uint32_t) {
  store_takes_ = work_->stored();
  if (!store_takes_) {
    forget_batch();
  } else {
    bump(services_.counters.accounted, batch_.size());
    for (const Report& report : batch_) {
      measure(report, radius::Code::accounting_response, io.now);
      const auto packet = radius::decode_packet(report.octets);
      Octets octets = response(*packet, report.known.secret_octets());
      duplicates_.answer(report.key, report.ticket, octets);
      io.sends.push_back({report.peer, std::move(octets)});
    }
  }
  batch_.clear();
  work_.reset();
  store_next(io);
}

void AccountingServer::refused(DatagramIo& io, std::uint32_t) {
  forget_batch();
  batch_.clear();
  work_.reset();
  store_next(io);
}

void AccountingServer::measure(const Report& report, radius::Code answer, Instant now) const {
  if (services_.meter == nullptr) return;
  services_.meter->count(core::Operation::radius_accounting, static_cast<std::uint16_t>(answer),
                         report.known.served->provider->pk, now - report.began);
}

void AccountingServer::forget_batch() {
  bump(services_.counters.undecided, batch_.size());
  for (const Report& report : batch_) duplicates_.forget(report.key, report.ticket);
}

// RFC 2866 4.2, 5.13: nothing but what belongs to proxies. No Message-Authenticator: no document
// says what it is computed over here, and FreeRADIUS takes zeros where others take the request's
// authenticator. Only Status-Server has one (RFC 5997 3).
Octets AccountingServer::response(const radius::Packet& request, OctetView secret) {
  const bool status = request.code == radius::Code::status_server;
  radius::Writer writer(
      radius::Code::accounting_response, request.identifier,
      status ? radius::Writer::Lead::message_authenticator : radius::Writer::Lead::none);
  for (const radius::Attribute& one : request.attributes) {
    if (one.type == type::proxy_state) writer.add(type::proxy_state, one.value);
  }
  return std::move(writer).finish_reply(request.authenticator, secret, digests_);
}

}  // namespace postern::outpost
