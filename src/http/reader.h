#pragma once
// Reader: octets to Requests, one after the other, by Boost.Beast's parser with what it leaves to
// its user checked around it. Sans-io.
//
//   reader.feed(octets); while (reader.next() == Reader::State::ready) use(reader.take());
//
// Refused, each with a status: a head above 16 KiB (431; a request line alone: 414), a body above
// the limit (413), folded lines, bare CR or LF, NUL, two lengths, a length beside chunks, chunks in
// HTTP/1.0, any other coding (501), no or two or an impossible Host, a target that is no path, bad
// percent-encoding, methods nobody serves (501). After a refusal nothing more is read: where the
// next request would begin is not known. Source: RFC 9112 2.2, 3, 5, 6, 7, 11.2.
// Thread: one loop's.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "http/request.h"

namespace postern::http {

struct ReaderLimits {
  std::size_t head = 16 * 1024;
  std::size_t body = 1024 * 1024;
};

class Reader {
 public:
  enum class State : std::uint8_t {
    idle,     // nothing of a request is there
    head,     // a part of its head
    body,     // its head, and a part of its body
    ready,    // all of it: take()
    refused,  // fault() says why
  };
  struct Fault {
    unsigned status = 400;
    const char* text = "";
  };

  explicit Reader(ReaderLimits limits = {});
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  void feed(std::span<const std::uint8_t> octets);
  State next();
  Request take();

  const Fault& fault() const noexcept { return fault_; }
  // The head of the request that waits for its body asks for "100 Continue"; true once.
  bool wants_continue() noexcept;
  // Of the request last taken: the connection may serve another one.
  bool keep_alive() const noexcept { return keep_alive_; }
  bool chunks_allowed() const noexcept { return version_11_; }  // it was HTTP/1.1
  std::size_t held() const noexcept { return held_.size(); }

 private:
  struct Parser;

  State refuse(unsigned status, const char* text);
  State read_head();
  State read_body();
  bool check_head_octets(std::string_view head);
  bool check_framing();
  bool take_target(std::string_view target);
  bool take_host();
  bool split_path();

  const ReaderLimits limits_;
  std::string held_;  // octets that are not used yet
  std::unique_ptr<Parser> parser_;
  Request request_;
  Fault fault_;
  State state_ = State::idle;
  bool keep_alive_ = false, version_11_ = true, continue_ = false;
};

}  // namespace postern::http
