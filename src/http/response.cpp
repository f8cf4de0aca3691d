#include "http/response.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace postern::http {

std::string_view reason_phrase(unsigned status) noexcept {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

Response json_response(unsigned status, const boost::json::value& value) {
  Response response;
  response.status = status;
  response.set("Content-Type", "application/json");
  response.body = boost::json::serialize(value);
  return response;
}

Response detail(unsigned status, std::string_view text) {
  return json_response(status, boost::json::object{{"detail", text}});
}

Response redirect(unsigned status, std::string_view location) {
  Response response;
  response.status = status;
  response.set("Location", location);
  return response;
}

Response call_out() {
  Response response;
  response.calls_out = true;
  return response;
}

Response no_content() {
  Response response;
  response.status = 204;
  return response;
}

Response page(unsigned status, std::string text) {
  Response response;
  response.status = status;
  response.set("Content-Type", "text/html; charset=utf-8");
  response.body = std::move(text);
  return response;
}

}  // namespace postern::http
