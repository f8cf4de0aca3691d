#pragma once
// Response: status, header fields, and a body that is text, a span that outlives the server, or
// pieces made one after the other on a lane. The session adds what belongs to the connection:
// length or chunks, Date, Connection and the headers that keep browsers honest.
// Thread: a value; Pieces are asked by one thread at a time.

#include <boost/json/value.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "http/request.h"

namespace postern::http {

class Pieces {
 public:
  virtual ~Pieces() = default;
  // At most 64 KiB or so; nothing = the end. May block. Never throws.
  virtual std::optional<std::string> next() noexcept = 0;
};

struct StaticSpan {
  std::string_view octets;
};

struct Response {
  unsigned status = 200;
  std::vector<Header> headers;
  std::variant<std::string, StaticSpan, std::shared_ptr<Pieces>> body;
  std::chrono::milliseconds delay{0};  // it is sent no sooner than this
  bool calls_out = false;              // no answer: the request is run again, on the outbound lane

  void set(std::string_view name, std::string_view value) {
    headers.push_back({std::string(name), std::string(value)});
  }
};

std::string_view reason_phrase(unsigned status) noexcept;

Response json_response(unsigned status, const boost::json::value& value);
// {"detail": ...}: how refusals look.
Response detail(unsigned status, std::string_view text);
Response redirect(unsigned status, std::string_view location);
Response no_content();
// The request once more, from the beginning, where waiting for other services holds nobody up
// (Request::may_call_out). Nothing may have been done for it before.
Response call_out();
Response page(unsigned status, std::string text);  // HTML

}  // namespace postern::http
