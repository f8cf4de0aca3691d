// LINK: postern_http postern_core Boost::json
// An HTTP connection fed in pieces: whatever comes, the session ends, keeps little, and answers
// with well-formed heads. The first octet says how long the pieces are.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/session.h"

namespace {

using namespace postern;

class Echo final : public http::Application {
 public:
  Lane lane(const http::Request&) const noexcept override { return Lane::http; }
  http::Response handle(const http::Request& request) noexcept override {
    if (request.path.empty() || request.path.front() != '/') std::abort();
    if (request.host.find_first_of(" \r\n/<>\"") != std::string::npos) std::abort();
    http::Response response;
    response.set("X-Echo", request.header("x-echo"));
    response.body = request.body;
    return response;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  static Echo echo;
  static const http::SessionSettings settings{.limits = {.head = 2048, .body = 4096}};
  http::HttpSession session(PeerInfo{.address = "192.0.2.1"}, echo, settings);
  Octets out;
  Io io{out, 0, Instant{}};
  const std::size_t step = data[0] % 64 + 1;
  Wants wants = session.start(io);
  for (std::size_t at = 1; at < size && !wants.close; at += step) {
    wants = session.bytes(io, {data + at, std::min(step, size - at)});
    for (int i = 0; i < 1000 && wants.run && !wants.close; ++i) {
      wants.run->work->run();
      wants = session.done(io, wants.run->id);
      if (!wants.close && !wants.run) wants = session.written(io);
    }
    const std::string_view text(reinterpret_cast<const char*>(out.data()), out.size());
    if (!text.empty() && !text.starts_with("HTTP/1.1 ")) std::abort();
  }
  return 0;
}
