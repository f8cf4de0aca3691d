#pragma once
// LoginRecord: what a login decision needs to know of one user, copied out of the Directory in one
// read. Reuse one object per thread: its buffers keep their capacity.
// Holds hashes and sealed blobs, no usable secret but those; never logged.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/credentials/token_scope.h"
#include "core/ids.h"
#include "core/texts/texts.h"
#include "core/time.h"

namespace postern::core {

// Devices that answer for a person in other ways than by a code of their own.
enum DeviceClass : std::uint8_t {
  kWebAuthnDevice = 1,
  kEmailDevice = 2,
  kSmsDevice = 4,
  kDuoDevice = 8
};

struct LoginRecord {
  struct Token {  // app passwords only
    Uuid pk;
    std::array<std::uint8_t, 32> verifier{};  // SHA-256 of the whole key
    WallMs expires = 0;                       // 0 = never
    KeptScope scope;                          // its lists lie in `scopes`
  };
  struct NetworkPassword : Token {  // for RADIUS alone
    std::string sealed;
  };
  struct Totp {
    Uuid pk;
    std::string sealed_key;
    int digits = 6;
    int step = 30;
  };
  struct StaticCode {
    Uuid pk;
    Uuid device;
    std::array<std::uint8_t, 32> verifier{};
    int length = 0;
  };

  UserId pk = 0;
  std::string username;
  std::string uuid;
  std::string type;
  std::string password_hash;  // "" = unusable
  std::uint64_t generation = 0;
  bool is_active = false;
  bool password_must_change = false;
  bool is_superuser = false;           // through any group of the closure
  bool search_full_directory = false;  // global permission
  WallMs not_before = 0, not_after = 0, password_changed = 0, sessions_revoked = 0;
  std::vector<GroupNumber> groups;  // closure over nested groups, ascending
  std::vector<Token> tokens;
  std::vector<NetworkPassword> network_passwords;
  std::string scopes;
  std::vector<Totp> totp;  // confirmed only
  std::vector<StaticCode>
      static_codes;                // of confirmed devices, unused as far as the Directory knows
  bool has_static_device = false;  // also when all its codes are used
  std::uint8_t other_devices = 0;  // bits of DeviceClass
  Language language = Language::unset;  // that the user has chosen
};

}  // namespace postern::core
