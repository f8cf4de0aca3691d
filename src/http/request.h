#pragma once
// Request: one whole HTTP request as handlers see it, checked and bounded; nothing of the
// connection is left in it but facts. Thread: a value.
// Source: RFC 9110, RFC 9112.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace postern::http {

struct Header {
  std::string name;  // in a request: lower case
  std::string value;
};

struct Request {
  std::string method;                 // "GET", "POST", ...
  std::string path;                   // as sent, "/a%20b/", without query
  std::vector<std::string> segments;  // of the path, decoded; a slash at its end is not one
  bool slash = false;                 // the path ends in one
  std::string query;                  // as sent, without '?'
  std::vector<Header> headers;
  std::string body;

  std::string host;           // of the Host field, as the client wrote it, in lower case
  std::string client;         // source address, behind trusted proxies that of the client
  bool secure = false;        // the client speaks TLS, with us or with a trusted proxy
  std::string id;             // of this request, for log and events
  bool may_call_out = false;  // it is run where waiting for other services holds nobody up

  // The first value of the field; "" = not there.
  std::string_view header(std::string_view lower_case) const noexcept {
    for (const Header& one : headers) {
      if (one.name == lower_case) return one.value;
    }
    return {};
  }
  bool reads() const noexcept { return method == "GET" || method == "HEAD"; }
};

}  // namespace postern::http
