#pragma once
// Router: method and path to a handler. Patterns read "/api/v3/core/users/{pk:int}/"; kinds are
// int, uuid, slug and text (anything but a slash). A path that only lacks the slash at its end is
// redirected for GET; a known path with another method is 405 with Allow. Immutable once filled.
// Thread-safe then.

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/context.h"

namespace postern::http {

struct Resource;
using Handler = std::function<Response(Context&)>;

// Who may come in at all. Finer rights are the handler's.
enum class Door : std::uint8_t { open, user, superuser };

class Router {
 public:
  void add(std::string_view methods, std::string_view pattern, Door door, Handler handler);

  struct Match {
    enum class Kind : std::uint8_t { found, not_found, wrong_method, needs_slash } kind;
    const Handler* handler = nullptr;
    Door door = Door::superuser;
    std::map<std::string, std::string, std::less<>> params;
    std::string allow;
  };
  Match match(const Request& request) const;

  // What is served, for descriptions: methods, and the pattern as it was added.
  struct Served {
    std::vector<std::string> methods;
    std::string pattern;
    Door door;
  };
  std::vector<Served> served() const;
  // The resource behind the routes of a path ("/api/v3/core/users/"), as add_resource() says.
  void describe(std::string_view path, const Resource& resource) {
    resources_.emplace_back(std::string(path), &resource);
  }
  const std::vector<std::pair<std::string, const Resource*>>& resources() const noexcept {
    return resources_;
  }

 private:
  struct Segment {
    enum class Kind : std::uint8_t { literal, integer, uuid, slug, text } kind = Kind::literal;
    std::string text;  // the literal, or the parameter's name
  };
  struct Route {
    std::vector<std::string> methods;
    std::vector<Segment> segments;
    bool slash = false;
    Door door = Door::superuser;
    Handler handler;
    std::string pattern;
  };
  static Segment segment_of(std::string_view text);
  static bool fits(const Segment& segment, std::string_view text);

  std::vector<Route> routes_;
  std::vector<std::pair<std::string, const Resource*>> resources_;
};

}  // namespace postern::http
