#include "core/credentials/code_check.h"

#include <algorithm>
#include <vector>

#include "core/credentials/digest.h"
#include "core/credentials/login_leases.h"
#include "core/credentials/static_code.h"
#include "core/credentials/totp.h"
#include "core/log.h"

namespace postern::core {
namespace {

LoginLeases::Claim claim_of(const Attempt& attempt, std::string_view code) {
  const LoginRecord& record = attempt.record;
  return {record.pk, attempt.service, record.generation, attempt.source, code};
}

bool may_lease(const Attempt& attempt, const LoginLeases* leases) noexcept {
  return leases != nullptr && attempt.lease.any() && attempt.record.pk != 0;
}

}  // namespace

bool owns_code_device(const LoginRecord& record, CodeClasses classes) noexcept {
  return (classes.totp && !record.totp.empty()) ||
         (classes.static_codes && (record.has_static_device || !record.static_codes.empty()));
}

CodeCheck::Match CodeCheck::match(const LoginRecord& record, std::string_view code,
                                  CodeClasses classes) const {
  Match found;
  if (classes.totp) {
    for (const LoginRecord::Totp& device : record.totp) {
      const auto key = sealer_.unseal(device.sealed_key, "totp:" + device.pk);
      if (!key) continue;
      const auto step =
          matching_step(key->reveal(), code, device.digits, device.step, clock_.wall());
      if (step) {
        found.totp = &device;
        found.step = *step;
      }
    }
  }
  if (classes.static_codes && !record.static_codes.empty() && is_static_code_text(code)) {
    const auto verifier = static_code_verifier(sealer_, code);
    for (const LoginRecord::StaticCode& one : record.static_codes) {
      if (constant_time_equal(as_text(one.verifier), as_text(verifier))) found.static_code = &one;
    }
  }
  // One submission burns one code: the TOTP step, which is worthless soon anyway.
  if (found.totp != nullptr) found.static_code = nullptr;
  return found;
}

bool CodeCheck::peek(const LoginRecord& record, std::string_view code, CodeClasses classes) const {
  return !code.empty() && match(record, code, classes).any();
}

bool CodeCheck::leased(const Attempt& attempt, std::string_view code) const {
  return may_lease(attempt, leases_) && leases_->holds(claim_of(attempt, code));
}

void CodeCheck::lease(const Attempt& attempt, std::string_view code) const {
  const bool spent = !attempt.device.empty() && !attempt.leased;
  if (spent && may_lease(attempt, leases_)) leases_->grant(claim_of(attempt, code), attempt.lease);
}

bool CodeCheck::reserve(const Uuid& device) const {
  return store_.reserve_code_guess(device, clock_.wall(), limits_.per_window, limits_.window_ms,
                                   limits_.per_day);
}

// A wrong code is a guess at every device.
bool CodeCheck::reserve_all(const LoginRecord& record, CodeClasses classes) const {
  bool allowed = true;
  if (classes.totp) {
    for (const LoginRecord::Totp& device : record.totp) allowed &= reserve(device.pk);
  }
  if (!classes.static_codes) return allowed;
  const auto& codes = record.static_codes;
  for (auto it = codes.begin(); it != codes.end(); ++it) {
    const bool counted = std::any_of(
        codes.begin(), it,
        [&it](const LoginRecord::StaticCode& earlier) { return earlier.device == it->device; });
    if (!counted) allowed &= reserve(it->device);
  }
  return allowed;
}

Check CodeCheck::spend(const LoginRecord& record, const Match& found, CodeClasses classes) const {
  if (!found.any()) {
    return Check::wrong(reserve_all(record, classes) ? Reason::code_wrong : Reason::code_throttled);
  }
  const Uuid& device = found.totp != nullptr ? found.totp->pk : found.static_code->device;
  if (!reserve(device)) return Check::wrong(Reason::code_throttled);
  const bool burnt = found.totp != nullptr
                         ? store_.consume_totp_step(device, found.step)
                         : store_.consume_static_code(found.static_code->pk, clock_.wall());
  if (!burnt) return Check::wrong(Reason::code_used);
  try {
    store_.refund_code_guess(device);
    store_.note_device_use(device, clock_.wall());
  } catch (const StoreError&) {
    // The code is burnt and was right: a guess that stays counted is the smaller loss.
    log::warning("login.code_refund_failed", {{"device", device}});
  }
  return Check::right();
}

std::optional<std::int64_t> CodeCheck::how_far_off(const LoginRecord& record,
                                                   std::string_view code) const {
  for (const LoginRecord::Totp& device : record.totp) {
    const auto key = sealer_.unseal(device.sealed_key, "totp:" + device.pk);
    if (!key) continue;
    const auto away = seconds_away(key->reveal(), code, device.digits, device.step, clock_.wall());
    if (away) return away;
  }
  return std::nullopt;
}

Check CodeCheck::check(Attempt& attempt, std::string_view code, CodeClasses classes) const {
  if (code.empty()) return Check::wrong(Reason::code_missing);
  if (may_lease(attempt, leases_) && leases_->renew(claim_of(attempt, code))) {
    attempt.leased = true;
    return Check::right();
  }
  const Match found = match(attempt.record, code, classes);
  if (attempt.blocking == Blocking::no) {
    return Check::would_block(found.any() ? LoginLane::store : LoginLane::hash);
  }
  try {
    const Check check = spend(attempt.record, found, classes);
    if (check.kind == Check::Kind::right) {
      attempt.device = found.totp != nullptr ? found.totp->pk : found.static_code->device;
    } else if (check.reason == Reason::code_wrong && classes.totp) {
      attempt.code_off = how_far_off(attempt.record, code);
    }
    return check;
  } catch (const StoreError&) {
    return Check::unavailable(Reason::store_unreachable);
  }
}

}  // namespace postern::core
