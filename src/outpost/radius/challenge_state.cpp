#include "outpost/radius/challenge_state.h"

#include "core/credentials/digest.h"

namespace postern::outpost {
namespace {

// The context that GCM authenticates: a State opens for this client and name alone.
std::string context_of(const ChallengeStates::Bound& bound) {
  std::string context = "radius-state:";
  context.append(core::as_text(bound.client));
  const core::Sha256 name = core::sha256(bound.username);
  context.append(core::as_text(name));
  return context;
}

void put(std::string& out, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(number >> shift));
}

std::uint64_t take(std::string_view& in) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i) number = number << 8 | static_cast<unsigned char>(in[i]);
  in.remove_prefix(8);
  return number;
}

constexpr std::size_t kFields = 8;

}  // namespace

std::string ChallengeStates::seal(const core::OpenLogin& open, const Bound& bound,
                                  core::WallMs now) const {
  std::string plain;
  put(plain, static_cast<std::uint64_t>(now));
  put(plain, static_cast<std::uint64_t>(open.provider));
  put(plain, static_cast<std::uint64_t>(open.user));
  put(plain, open.generation);
  put(plain, open.flow);
  put(plain, open.dropped);
  put(plain, open.position);
  put(plain, open.wrong_codes);
  return sealer_.seal(plain, context_of(bound));
}

std::optional<core::OpenLogin> ChallengeStates::open(std::string_view state, const Bound& bound,
                                                     core::WallMs now) const {
  const auto plain = sealer_.unseal(state, context_of(bound));
  if (!plain || plain->size() != kFields * 8) return std::nullopt;
  std::string_view rest = plain->reveal();
  const auto made = static_cast<core::WallMs>(take(rest));
  const core::WallMs age = now - made;
  if (age < -1000 || age > std::chrono::milliseconds(kLifetime).count()) return std::nullopt;
  core::OpenLogin out;
  out.provider = static_cast<core::ProviderId>(take(rest));
  out.user = static_cast<core::UserId>(take(rest));
  out.generation = take(rest);
  out.flow = take(rest);
  out.dropped = take(rest);
  out.position = static_cast<std::uint32_t>(take(rest));
  out.wrong_codes = static_cast<std::uint32_t>(take(rest));
  return out;
}

}  // namespace postern::outpost
