#include "core/credentials/network_password.h"

#include <algorithm>

#include "core/credentials/random_text.h"
#include "core/log.h"

namespace postern::core {
namespace {

constexpr std::string_view kLetters = "abcdefghijkmnpqrstuvwxyz";
constexpr std::size_t kMinGiven = 20;
// What a proof is tried with for a user who has no network password; its own seal costs nothing.
constexpr std::string_view kNobodys = "abcdefghijkmnpqrstuvwxyzabcd";

std::string context_of(std::string_view pk) {
  std::string context = "network-password:";
  return context.append(pk);
}

}  // namespace

Secret make_network_password(Random& random) {
  return random_text(random, kLetters, kNetworkPasswordLength);
}

bool is_network_password_text(std::string_view text) noexcept {
  return text.size() >= kMinGiven && text.size() <= kMaxNetworkPassword &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

std::string seal_network_password(const Sealer& sealer, std::string_view text,
                                  std::string_view pk) {
  return sealer.seal(text, context_of(pk));
}

const LoginRecord::NetworkPassword* find_network_password(const LoginRecord& record,
                                                          PasswordProof& proof,
                                                          const Sealer& sealer, WallMs now) {
  const LoginRecord::NetworkPassword* found = nullptr;
  for (const LoginRecord::NetworkPassword& one : record.network_passwords) {
    if (one.expires != 0 && now >= one.expires) continue;
    const auto password = sealer.unseal(one.sealed, context_of(one.pk));
    if (!password) {
      log::error("login.network_password.unreadable", {{"user", record.pk}, {"pk", one.pk}});
      continue;
    }
    // The first that fits ends it: what the proof keeps must not be overwritten.
    if (proof.fits(password->reveal())) {
      found = &one;
      break;
    }
  }
  if (record.network_passwords.empty()) proof.fits(kNobodys);
  return found;
}

}  // namespace postern::core
