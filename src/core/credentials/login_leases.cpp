#include "core/credentials/login_leases.h"

#include <algorithm>
#include <utility>

namespace postern::core {
namespace {

Sha256 fresh_key(Random& random) {
  Sha256 key{};
  random.fill(key);
  return key;
}

}  // namespace

LoginLeases::LoginLeases(const Clock& clock, Random& random)
    : clock_(clock), hmac_(fresh_key(random)) {}

// Under the lock. Numbers and lengths are in the text, so that no two claims read alike.
Sha256 LoginLeases::digest_of(const Claim& claim) const {
  const std::string head = std::to_string(claim.user) + ' ' + std::to_string(claim.service) + ' ' +
                           std::to_string(claim.generation) + ' ' +
                           std::to_string(claim.client.size()) + ' ' + std::string(claim.client);
  Sha256 out{};
  if (!hmac_.compute(head, claim.code, out)) out.fill(0);
  return out;
}

bool LoginLeases::live(const Row& row, Instant now) noexcept {
  return now < row.over && now - row.used < row.idle;
}

LoginLeases::Row* LoginLeases::find(const Claim& claim) const {
  const auto rows = rows_.find(claim.user);
  if (rows == rows_.end() || claim.code.empty()) return nullptr;
  const Sha256 digest = digest_of(claim);
  if (digest == Sha256{}) return nullptr;  // OpenSSL failed
  const Instant now = clock_.now();
  for (Row& row : rows->second) {
    if (row.digest == digest && live(row, now)) return &row;
  }
  return nullptr;
}

bool LoginLeases::holds(const Claim& claim) const {
  const std::lock_guard lock(mutex_);
  return find(claim) != nullptr;
}

bool LoginLeases::renew(const Claim& claim) {
  const std::lock_guard lock(mutex_);
  Row* row = find(claim);
  if (row == nullptr) return false;
  row->used = clock_.now();
  row->shown.used = clock_.wall();
  return true;
}

void LoginLeases::make_room(Rows& rows, Instant now) {
  const std::size_t before = rows.size();
  std::erase_if(rows, [now](const Row& row) { return !live(row, now); });
  while (rows.size() >= kMostOfUser) {
    rows.erase(std::ranges::min_element(rows, {}, &Row::used));
  }
  count_ -= before - rows.size();
}

void LoginLeases::sweep(Instant now) {
  count_ = 0;
  for (auto it = rows_.begin(); it != rows_.end();) {
    std::erase_if(it->second, [now](const Row& row) { return !live(row, now); });
    count_ += it->second.size();
    it = it->second.empty() ? rows_.erase(it) : std::next(it);
  }
}

void LoginLeases::grant(const Claim& claim, const LeaseTerms& terms) {
  if (!terms.any() || claim.user <= 0 || claim.code.empty()) return;
  const std::lock_guard lock(mutex_);
  const Instant now = clock_.now();
  if (count_ >= kMost) sweep(now);
  if (count_ >= kMost) return;
  Row row;
  row.digest = digest_of(claim);
  row.idle = terms.idle;
  row.used = now;
  row.over = now + terms.most;
  const WallMs wall = clock_.wall();
  row.shown = {
      ++last_id_, claim.user, claim.service, claim.generation, std::string(claim.client), wall,
      wall,       0};
  Rows& rows = rows_[claim.user];
  make_room(rows, now);
  rows.push_back(std::move(row));
  ++count_;
}

std::vector<LoginLease> LoginLeases::of(UserId user) const {
  const std::lock_guard lock(mutex_);
  std::vector<LoginLease> out;
  const auto rows = rows_.find(user);
  if (rows == rows_.end()) return out;
  const Instant now = clock_.now();
  for (auto row = rows->second.rbegin(); row != rows->second.rend(); ++row) {
    if (!live(*row, now)) continue;
    LoginLease shown = row->shown;
    const auto left = std::min<Instant::duration>(row->over - now, row->used + row->idle - now);
    shown.expires =
        clock_.wall() + std::chrono::duration_cast<std::chrono::milliseconds>(left).count();
    out.push_back(std::move(shown));
  }
  return out;
}

bool LoginLeases::end(UserId user, std::int64_t id) {
  const std::lock_guard lock(mutex_);
  const auto rows = rows_.find(user);
  if (rows == rows_.end()) return false;
  const auto gone =
      std::erase_if(rows->second, [id](const Row& row) { return row.shown.id == id; });
  count_ -= gone;
  if (rows->second.empty()) rows_.erase(rows);
  return gone != 0;
}

}  // namespace postern::core
