#pragma once
// Client data (WebAuthn Level 3, 5.8.1): what the browser says of the ceremony, held against what
// we asked. The challenge is compared in constant time. A page in a foreign frame is refused.
// Thread: pure.

#include <string_view>

namespace postern::core {

class AttestationRoots;

struct CeremonyRequest {
  std::string_view challenge;  // octets
  std::string_view origin;     // scheme://host[:port]
  std::string_view rp_id;
  bool verify_user = false;                 // user verification is required
  const AttestationRoots* roots = nullptr;  // of a registration: who vouches for models
};

// What is wrong, a constant word; "" = nothing. `json` are the octets of clientDataJSON.
std::string_view fault_of_client_data(std::string_view json, std::string_view type,
                                      const CeremonyRequest& request);

}  // namespace postern::core
