#pragma once
// What a browser keeps of a login, as sealed text in hex: that one of the user's devices has
// answered a stage (last_auth_threshold), and that the user has logged in from this browser before
// (remember_device). Nobody but us can make or read one. A proof names the credential generation
// that it was made under, so that a new password, a removed device or a disabled user end it; it
// stands for a code alone, never for a password.
//
// Thread: pure functions. Errors: what is foreign, altered or of another kind is nothing. Source:
// reference, stages 3.4 (cookie authentik_mfa).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/credentials/sealer.h"
#include "core/ids.h"
#include "core/time.h"

namespace postern::core {

struct DeviceProof {
  Uuid stage, device;
  UserId user = 0;
  std::uint64_t generation = 0;
  WallMs made = 0;
};

std::string device_proof_text(const Sealer& sealer, const DeviceProof& proof);
std::optional<DeviceProof> read_device_proof(const Sealer& sealer, std::string_view text);

// `user` is the user's uuid: a user who is made anew under an old number is another one.
std::string known_device_text(const Sealer& sealer, std::string_view user, WallMs until);
bool knows_device(const Sealer& sealer, std::string_view text, std::string_view user, WallMs now);

}  // namespace postern::core
