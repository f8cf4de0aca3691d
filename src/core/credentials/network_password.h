#pragma once
// Network passwords: generated passwords for network gear that speaks CHAP or MS-CHAP, which a
// server can only verify with the clear password. Each belongs to one user and one device, is shown
// once, kept sealed under the key of its row, and opens RADIUS alone. They are 28 lower-case
// letters without l and o: 128 bits, and no key of a telephone's keyboard to switch to. One given
// by hand (a blueprint) is 20 to 128 printable ASCII characters without spaces, as PAP takes no
// more and MS-CHAP's UTF-16 needs no table then.
//
// A token with intent kNetworkPassword holds one; its description is the device. Thread: pure.

#include <optional>
#include <string>
#include <string_view>

#include "core/credentials/password_proof.h"
#include "core/credentials/sealer.h"
#include "core/model/login_record.h"
#include "core/ports/random.h"
#include "core/secret.h"

namespace postern::core {

inline constexpr std::string_view kNetworkPassword = "network_password";  // the intent
inline constexpr std::size_t kNetworkPasswordLength = 28;
inline constexpr std::size_t kMaxNetworkPassword = 128;

Secret make_network_password(Random& random);
bool is_network_password_text(std::string_view text) noexcept;  // may be given by hand
std::string seal_network_password(const Sealer& sealer, std::string_view text, std::string_view pk);

// The user's network password, not expired, that the proof was made with; nullptr = none. Costs the
// same for a user who has none.
const LoginRecord::NetworkPassword* find_network_password(const LoginRecord& record,
                                                          PasswordProof& proof,
                                                          const Sealer& sealer, WallMs now);

}  // namespace postern::core
