#include "http/reader.h"

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>

#include "http/text.h"

namespace postern::http {
namespace {

namespace beast = boost::beast::http;

constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::size_t kMaxHeaders = 100;
constexpr std::size_t kMaxTarget = 8 * 1024;
constexpr std::size_t kMaxSegments = 32;

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  });
  return out;
}

bool known_method(std::string_view method) noexcept {
  for (const char* one : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    if (method == one) return true;
  }
  return false;
}

// uri-host [ ":" port ], without anything that could end up as something else in a page or a log.
bool possible_host(std::string_view host) noexcept {
  return !host.empty() && host.size() <= 255 && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == ':' || c == '[' || c == ']';
  });
}

std::string_view view(boost::core::string_view text) noexcept { return {text.data(), text.size()}; }

}  // namespace

struct Reader::Parser {
  beast::request_parser<beast::string_body> parser;
};

Reader::Reader(ReaderLimits limits) : limits_(limits) {}
Reader::~Reader() = default;

void Reader::feed(std::span<const std::uint8_t> octets) {
  if (state_ == State::refused || octets.empty()) return;
  held_.append(reinterpret_cast<const char*>(octets.data()), octets.size());
}

Reader::State Reader::refuse(unsigned status, const char* text) {
  fault_ = {status, text};
  keep_alive_ = false;
  held_.clear();
  parser_.reset();
  return state_ = State::refused;
}

bool Reader::wants_continue() noexcept {
  const bool wanted = continue_ && state_ == State::body;
  continue_ = false;
  return wanted;
}

Reader::State Reader::next() {
  if (state_ == State::refused || state_ == State::ready) return state_;
  if (state_ != State::body) {
    read_head();
    if (state_ != State::body) return state_;
  }
  return read_body();
}

bool Reader::check_head_octets(std::string_view head) {
  for (std::size_t i = 0; i < head.size(); ++i) {
    const char c = head[i];
    if (c == '\0') return false;
    if (c == '\r' && (i + 1 >= head.size() || head[i + 1] != '\n')) return false;
    if (c != '\n') continue;
    if (i == 0 || head[i - 1] != '\r') return false;
    // A folded line (RFC 9112 5.2): one reader joins it, the next one does not.
    if (i + 1 < head.size() && (head[i + 1] == ' ' || head[i + 1] == '\t')) return false;
  }
  return true;
}

// One whole head, or nothing of it is used.
Reader::State Reader::read_head() {
  // RFC 9112 2.2: an empty line before a request is forgiven.
  while (held_.starts_with("\r\n")) held_.erase(0, 2);
  if (held_.empty()) return state_ = State::idle;
  const std::size_t end = held_.find(kHeadEnd);
  const std::size_t size = end == std::string::npos ? held_.size() : end + kHeadEnd.size();
  if (size > limits_.head) {
    const bool line = held_.find('\n') >= std::min(held_.size(), limits_.head);
    return line ? refuse(414, "the request line is too long")
                : refuse(431, "the header fields are too long");
  }
  if (end == std::string::npos) {
    // A lone LF would never end the head for us, but does for others.
    // The LF of its last CR may be on its way.
    const std::size_t whole = held_.size() - (held_.ends_with('\r') ? 1 : 0);
    if (!check_head_octets(std::string_view(held_).substr(0, whole))) {
      return refuse(400, "the head is malformed");
    }
    return state_ = State::head;
  }
  if (!check_head_octets(std::string_view(held_).substr(0, size))) {
    return refuse(400, "the head is malformed");
  }
  parser_ = std::make_unique<Parser>();
  auto& parser = parser_->parser;
  parser.header_limit(static_cast<std::uint32_t>(limits_.head));
  parser.body_limit(limits_.body);
  boost::system::error_code error;
  const std::size_t used = parser.put(boost::asio::const_buffer(held_.data(), size), error);
  if (error == beast::error::bad_version)
    return refuse(505, "only HTTP/1.1 and HTTP/1.0 are spoken");
  if (error == beast::error::body_limit) return refuse(413, "the body is too long");
  if (error || !parser.is_header_done() || used != size) {
    return refuse(400, "the head is malformed");
  }
  if (!check_framing()) return state_;
  held_.erase(0, size);
  return state_ = State::body;
}

bool Reader::check_framing() {
  const auto& head = parser_->parser.get();
  request_ = {};
  request_.method = view(head.method_string());
  version_11_ = head.version() == 11;
  keep_alive_ = version_11_ && parser_->parser.keep_alive();
  std::size_t lengths = 0, codings = 0, hosts = 0;
  for (const auto& field : head) {
    if (request_.headers.size() >= kMaxHeaders) {
      refuse(431, "there are too many header fields");
      return false;
    }
    request_.headers.push_back(
        {lower(view(field.name_string())), std::string(view(field.value()))});
    const std::string& name = request_.headers.back().name;
    lengths += name == "content-length" ? 1 : 0;
    codings += name == "transfer-encoding" ? 1 : 0;
    hosts += name == "host" ? 1 : 0;
  }
  if (lengths > 1 || codings > 1 || (lengths != 0 && codings != 0)) {
    refuse(400, "the length of the body is told twice");
    return false;
  }
  // RFC 9112 6.3: "3, 3" may be read as 3, and is better not.
  const std::string_view length = request_.header("content-length");
  if (length.find_first_not_of("0123456789") != std::string_view::npos) {
    refuse(400, "the length of the body is no number");
    return false;
  }
  if (codings != 0 && !version_11_) {
    refuse(400, "HTTP/1.0 has no chunks");
    return false;
  }
  if (codings != 0 && lower(request_.header("transfer-encoding")) != "chunked") {
    refuse(501, "only the chunked coding is served");
    return false;
  }
  if (hosts > 1 || (hosts == 0 && version_11_)) {
    refuse(400, "exactly one Host is needed");
    return false;
  }
  if (!known_method(request_.method)) {
    refuse(501, "the method is not served");
    return false;
  }
  const std::string_view expect = request_.header("expect");
  if (!expect.empty() && lower(expect) != "100-continue") {
    refuse(417, "this is not expected to happen");
    return false;
  }
  continue_ = !expect.empty() && version_11_;
  return take_target(view(head.target())) && take_host();
}

bool Reader::take_target(std::string_view target) {
  const auto bad = [this] {
    refuse(400, "the target is no path");
    return false;
  };
  if (target.size() > kMaxTarget) {
    refuse(414, "the target is too long");
    return false;
  }
  const auto visible = [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f; };
  if (!std::ranges::all_of(target, visible) || target.find('#') != std::string_view::npos) {
    return bad();
  }
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!lower(target.substr(0, scheme.size())).starts_with(scheme)) continue;
    target.remove_prefix(scheme.size());
    // RFC 9112 3.2.2: the host of an absolute target stands before the Host field.
    const std::size_t slash = std::min(target.find_first_of("/?"), target.size());
    request_.host = target.substr(0, slash);
    target.remove_prefix(slash);
    if (target.empty() || !possible_host(request_.host)) return bad();
    break;
  }
  if (target.empty() || target.front() != '/') return bad();
  const std::size_t question = std::min(target.find('?'), target.size());
  request_.path = target.substr(0, question);
  request_.query = target.substr(std::min(question + 1, target.size()));
  return split_path() || bad();
}

bool Reader::split_path() {
  std::string_view rest = std::string_view(request_.path).substr(1);
  request_.slash = rest.empty() || rest.back() == '/';
  if (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    auto segment = percent_decode(rest.substr(0, end), false);
    if (!segment || request_.segments.size() >= kMaxSegments) return false;
    request_.segments.push_back(*std::move(segment));
    if (end == rest.size()) break;
    rest.remove_prefix(end + 1);
    if (rest.empty()) request_.segments.emplace_back();
  }
  return true;
}

bool Reader::take_host() {
  const std::string_view field = request_.header("host");
  const bool given = !field.empty();
  if (given && !possible_host(field)) {
    refuse(400, "the Host is impossible");
    return false;
  }
  if (request_.host.empty()) request_.host = field;
  if (request_.host.empty() && version_11_) {
    refuse(400, "the Host is empty");
    return false;
  }
  request_.host = lower(request_.host);
  return true;
}

Reader::State Reader::read_body() {
  auto& parser = parser_->parser;
  parser.eager(true);
  while (!parser.is_done() && !held_.empty()) {
    boost::system::error_code error;
    const std::size_t used =
        parser.put(boost::asio::const_buffer(held_.data(), held_.size()), error);
    if (error == beast::error::need_more) {
      held_.erase(0, used);
      // A chunk's size line or the trailers, which have to stay short.
      if (held_.size() > limits_.head && used == 0) return refuse(400, "the body is malformed");
      break;
    }
    if (error == beast::error::body_limit) return refuse(413, "the body is too long");
    if (error) return refuse(400, "the body is malformed");
    held_.erase(0, used);
  }
  if (!parser.is_done()) return state_ = State::body;
  request_.body = std::move(parser.get().body());
  parser_.reset();
  return state_ = State::ready;
}

Request Reader::take() {
  state_ = State::idle;
  continue_ = false;
  return std::move(request_);
}

}  // namespace postern::http
