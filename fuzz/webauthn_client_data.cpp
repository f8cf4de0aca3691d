// LINK: postern_core Boost::json OpenSSL::Crypto
// Client data of a ceremony. Nothing but the right type, challenge and origin of our own page gets
// through; base64url reads back what it wrote.

#include <cstdint>
#include <cstdlib>

#include "core/webauthn/base64url.h"
#include "core/webauthn/client_data.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern::core;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const CeremonyRequest request{"challenge", "https://sso.example.org", "sso.example.org"};
  if (fault_of_client_data(text, "webauthn.get", request).empty()) {
    if (text.find("Y2hhbGxlbmdl") == std::string_view::npos &&
        text.find('\\') == std::string_view::npos) {
      std::abort();
    }
  }
  const auto decoded = from_base64url(text);
  if (decoded && from_base64url(to_base64url(*decoded)) != decoded) std::abort();
  if (from_base64url(to_base64url(text)) != std::string(text)) std::abort();
  return 0;
}
