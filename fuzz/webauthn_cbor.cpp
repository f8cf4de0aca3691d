// LINK: postern_core Boost::json OpenSSL::Crypto
// CBOR of authenticators and authenticator data. Whatever comes: bounded items, views within the
// input, a prefix no longer than the input; a whole text is its own prefix.

#include <cstdint>
#include <cstdlib>

#include "core/webauthn/authenticator_data.h"

namespace {

using namespace postern::core;

void demand(bool holds) {
  if (!holds) std::abort();
}

std::size_t count(const Cbor& item, std::string_view text, int level) {
  demand(level <= 8);
  const char* begin = item.octets.data();
  demand(item.octets.empty() ||
         (begin >= text.data() && begin + item.octets.size() <= text.data() + text.size()));
  std::size_t items = 1;
  for (const Cbor& one : item.items) items += count(one, text, level + 1);
  return items;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto prefix = read_cbor_prefix(text);
  const auto whole = read_cbor(text);
  if (prefix) {
    demand(prefix->size > 0 && prefix->size <= size);
    demand(count(prefix->item, text, 1) <= 256);
    demand(whole.has_value() == (prefix->size == size));
  } else {
    demand(!whole);
  }
  if (const auto read = read_authenticator_data(text)) {
    demand(read->rp_id_hash.size() == 32 && read->credential_id.size() <= 1023);
  }
  return 0;
}
