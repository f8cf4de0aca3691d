#include "outpost/radius/radsec_links.h"

#include <iterator>

#include "core/access/network.h"
#include "outpost/radius/packet_text.h"

namespace postern::outpost {
namespace {

// As accounting writes it down.
std::string nas_of(std::string_view identifier, std::string_view address) {
  return std::string(identifier) + "|" + std::string(address);
}

}  // namespace

RadsecLinks::Number RadsecLinks::open(const core::AddressOctets& address, TlsClient client) {
  const std::lock_guard lock(mutex_);
  links_.emplace(next_, Link{address, std::move(client), {}, {}, 0});
  return next_++;
}

void RadsecLinks::close(Number link) {
  const std::lock_guard lock(mutex_);
  links_.erase(link);
  came_.notify_all();
}

void RadsecLinks::reported(Number link, const radius::Packet& report) {
  std::string nas =
      nas_of(printable_text(report, radius::type::nas_identifier), nas_address_of(report));
  const std::lock_guard lock(mutex_);
  const auto found = links_.find(link);
  if (found == links_.end() || found->second.nas.size() >= kMostNas) return;
  found->second.nas.insert(std::move(nas));
}

std::vector<Octets> RadsecLinks::take_requests(Number link) {
  const std::lock_guard lock(mutex_);
  const auto found = links_.find(link);
  if (found == links_.end()) return {};
  return std::exchange(found->second.requests, {});
}

void RadsecLinks::answered(Number link, OctetView octets) {
  if (octets.size() < radius::kHeaderSize) return;
  const std::lock_guard lock(mutex_);
  if (const auto asked = asked_.find({link, octets[1]}); asked != asked_.end()) {
    asked->second.emplace(octets.begin(), octets.end());
    came_.notify_all();
    return;
  }
  const auto found = links_.find(link);
  if (found == links_.end() || found->second.unanswered == 0) return;
  --found->second.unanswered;
  answers_.push_back({link, Octets(octets.begin(), octets.end())});
}

RadsecLinks::Number RadsecLinks::find(const core::NetworkSession& session,
                                      const core::RadiusProvider& provider) const {
  const auto address = core::parse_address(session.client);
  if (!address) return 0;
  const std::string nas = nas_of(session.nas_identifier, session.nas_address);
  const std::lock_guard lock(mutex_);
  Number reporting = 0, any = 0;
  int fitting = 0;
  for (const auto& [number, link] : links_) {
    if (link.address != *address || !link.client.may_use(provider)) continue;
    ++fitting;
    any = number;
    if (link.nas.contains(nas)) reporting = number;
  }
  if (reporting != 0) return reporting;
  return fitting == 1 ? any : 0;
}

bool RadsecLinks::is_open(Number link) const {
  const std::lock_guard lock(mutex_);
  return links_.contains(link);
}

bool RadsecLinks::send(Number link, const Octets& request) {
  const std::lock_guard lock(mutex_);
  const auto found = links_.find(link);
  if (found == links_.end() || found->second.requests.size() >= kMostWaiting) return false;
  found->second.requests.push_back(request);
  ++found->second.unanswered;
  return true;
}

std::vector<RadsecLinks::Answer> RadsecLinks::take_answers() {
  const std::lock_guard lock(mutex_);
  std::vector<Answer> out(std::make_move_iterator(answers_.begin()),
                          std::make_move_iterator(answers_.end()));
  answers_.clear();
  return out;
}

std::optional<Octets> RadsecLinks::ask(Number link, const Octets& request,
                                       std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  const auto found = links_.find(link);
  if (found == links_.end() || found->second.requests.size() >= kMostWaiting) return std::nullopt;
  const auto made = asked_.try_emplace(Question{link, request[1]});
  if (!made.second) return std::nullopt;
  const auto place = made.first;
  found->second.requests.push_back(request);
  came_.wait_for(lock, patience,
                 [&] { return place->second.has_value() || !links_.contains(link); });
  std::optional<Octets> answer = std::move(place->second);
  asked_.erase(place);
  return answer;
}

}  // namespace postern::outpost
