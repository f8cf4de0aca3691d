#include "core/policy/policy.h"

#include <algorithm>
#include <string>

#include "core/credentials/digest.h"
#include "core/hex.h"

namespace postern::core {
namespace {

int count(std::string_view text, std::string_view set) {
  return static_cast<int>(std::count_if(
      text.begin(), text.end(), [set](char c) { return set.find(c) != std::string_view::npos; }));
}

// Characters, not octets: continuation octets of UTF-8 do not count.
int length_of(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
}

std::string or_else(const std::string& message, std::string fallback) {
  return message.empty() ? std::move(fallback) : message;
}

PolicyVerdict static_rules(const Policy& policy, std::string_view password) {
  if (length_of(password) < policy.length_min) {
    return {PasswordFault::too_short,
            or_else(policy.error_message, "the password needs at least " +
                                              std::to_string(policy.length_min) + " characters")};
  }
  struct Class {
    int wanted;
    std::string_view set, name;
  };
  const Class classes[] = {{policy.digits, "0123456789", "digits"},
                           {policy.uppercase, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "capital letters"},
                           {policy.lowercase, "abcdefghijklmnopqrstuvwxyz", "small letters"},
                           {policy.symbols, policy.symbol_charset, "symbols"}};
  for (const Class& one : classes) {
    if (count(password, one.set) >= one.wanted) continue;
    return {PasswordFault::weak, or_else(policy.error_message, "the password needs at least " +
                                                                   std::to_string(one.wanted) +
                                                                   " " + std::string(one.name))};
  }
  return {};
}

// A list that cannot be read refuses: it was asked for.
PolicyVerdict judge_breach(const Policy& policy, const PasswordCandidate& candidate) {
  std::string hash = to_hex(digest(DigestKind::sha1, candidate.password));
  for (char& c : hash) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  const auto times = candidate.breached == nullptr
                         ? std::nullopt
                         : candidate.breached->count(policy.breach_list, hash);
  if (!times) {
    return {PasswordFault::weak, "the list of leaked passwords cannot be read; try again later"};
  }
  if (*times <= static_cast<std::uint64_t>(policy.breaches_allowed)) return {};
  return {PasswordFault::weak,
          "the password is in a list of leaked passwords; take one that you use nowhere else"};
}

PolicyVerdict judge_password(const Policy& policy, const PasswordCandidate& candidate) {
  if (policy.check_static_rules) {
    PolicyVerdict verdict = static_rules(policy, candidate.password);
    if (!verdict.passed()) return verdict;
  }
  if (!policy.breach_list.empty()) {
    PolicyVerdict verdict = judge_breach(policy, candidate);
    if (!verdict.passed()) return verdict;
  }
  if (policy.check_zxcvbn && password_score(candidate.password, candidate.username, candidate.email,
                                            candidate.name) <= policy.zxcvbn_score_threshold) {
    return {PasswordFault::weak,
            "the password is too easy to guess; take a longer one that is made of neither common "
            "words nor your name"};
  }
  return {};
}

PolicyVerdict judge_unique(const Policy& policy, const PasswordCandidate& candidate) {
  if (!candidate.in_history || !candidate.in_history(policy.remembered)) return {};
  return {PasswordFault::in_history,
          "the password was used before; take one that is none of the last " +
              std::to_string(policy.remembered)};
}

PolicyVerdict judge_age(const Policy& policy, const PasswordCandidate& candidate) {
  const bool young = candidate.own && candidate.changed != 0 &&
                     candidate.now - candidate.changed < policy.minimum_age_ms;
  if (!young) return {};
  return {PasswordFault::too_young, "the password was changed a short while ago; try again later"};
}

}  // namespace

PolicyVerdict judge(const Policy& policy, const PasswordCandidate& candidate) {
  switch (policy.kind) {
    case Policy::Kind::password:
      return judge_password(policy, candidate);
    case Policy::Kind::unique_password:
      return judge_unique(policy, candidate);
    case Policy::Kind::password_expiry:
      return judge_age(policy, candidate);
    case Policy::Kind::expression:
    case Policy::Kind::reputation:
    case Policy::Kind::geoip:
    case Policy::Kind::event_matcher:
      break;
  }
  return {PasswordFault::weak, "the policy " + policy.name + " is none on passwords"};
}

}  // namespace postern::core
