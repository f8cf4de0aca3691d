#include "outpost/radius/login_class.h"

namespace postern::outpost {
namespace {

constexpr std::string_view kContext = "radius-class";
constexpr std::size_t kSize = 7 * 8;

void put(std::string& out, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(number >> shift));
}

std::uint64_t take(std::string_view& in) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i) number = number << 8 | static_cast<unsigned char>(in[i]);
  in.remove_prefix(8);
  return number;
}

}  // namespace

std::string LoginClass::seal(const core::LoginTie& login) const {
  std::string plain;
  plain.reserve(kSize);
  put(plain, static_cast<std::uint64_t>(login.provider));
  put(plain, static_cast<std::uint64_t>(login.user));
  put(plain, login.generation);
  put(plain, static_cast<std::uint64_t>(login.at));
  put(plain, login.credential);
  put(plain, login.interim);
  put(plain, login.account_password ? 1 : 0);
  return sealer_.seal(plain, kContext);
}

std::optional<core::LoginTie> LoginClass::open(std::string_view value) const {
  const auto plain = sealer_.unseal(value, kContext);
  if (!plain || plain->size() != kSize) return std::nullopt;
  std::string_view rest = plain->reveal();
  core::LoginTie out;
  out.provider = static_cast<core::ProviderId>(take(rest));
  out.user = static_cast<core::UserId>(take(rest));
  out.generation = take(rest);
  out.at = static_cast<core::WallMs>(take(rest));
  out.credential = take(rest);
  out.interim = static_cast<std::uint32_t>(take(rest));
  out.account_password = take(rest) == 1;
  return out;
}

}  // namespace postern::outpost
