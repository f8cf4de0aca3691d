#include "http/router.h"

#include <algorithm>

#include "core/uuid.h"

namespace postern::http {
namespace {

bool is_slug(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 255 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == ':';
  });
}

bool is_number(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 16 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

template <typename Use>
void each_part(std::string_view text, char separator, Use&& use) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end != 0) use(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

Router::Segment Router::segment_of(std::string_view text) {
  if (!text.starts_with('{')) return {Segment::Kind::literal, std::string(text)};
  text = text.substr(1, text.size() - 2);
  const std::size_t colon = text.find(':');
  const std::string_view kind = text.substr(std::min(colon + 1, text.size()));
  const Segment::Kind known = kind == "int"    ? Segment::Kind::integer
                              : kind == "uuid" ? Segment::Kind::uuid
                              : kind == "slug" ? Segment::Kind::slug
                                               : Segment::Kind::text;
  return {known, std::string(text.substr(0, colon))};
}

bool Router::fits(const Segment& segment, std::string_view text) {
  switch (segment.kind) {
    case Segment::Kind::literal:
      return segment.text == text;
    case Segment::Kind::integer:
      return is_number(text);
    case Segment::Kind::uuid:
      return core::is_uuid(text);
    case Segment::Kind::slug:
      return is_slug(text);
    case Segment::Kind::text:
      return !text.empty();
  }
  return false;
}

void Router::add(std::string_view methods, std::string_view pattern, Door door, Handler handler) {
  Route route;
  each_part(methods, ' ', [&](std::string_view one) { route.methods.emplace_back(one); });
  each_part(pattern, '/', [&](std::string_view one) { route.segments.push_back(segment_of(one)); });
  route.slash = pattern.ends_with('/');
  route.door = door;
  route.handler = std::move(handler);
  route.pattern = pattern;
  routes_.push_back(std::move(route));
}

std::vector<Router::Served> Router::served() const {
  std::vector<Served> out;
  for (const Route& route : routes_) out.push_back({route.methods, route.pattern, route.door});
  return out;
}

// Routes are asked in the order in which they were added: literals before parameters.
Router::Match Router::match(const Request& request) const {
  Match match{Match::Kind::not_found, nullptr, Door::superuser, {}, {}};
  for (const Route& route : routes_) {
    if (route.segments.size() != request.segments.size()) continue;
    const bool same = std::ranges::equal(route.segments, request.segments, fits);
    if (!same) continue;
    if (route.slash && !request.slash) {
      if (match.kind == Match::Kind::not_found && request.reads()) {
        match.kind = Match::Kind::needs_slash;
      }
      continue;
    }
    const std::string_view method =
        request.method == "HEAD" ? std::string_view("GET") : std::string_view(request.method);
    if (std::ranges::find(route.methods, method) == route.methods.end()) {
      match.kind = Match::Kind::wrong_method;
      for (const std::string& one : route.methods) {
        match.allow += (match.allow.empty() ? "" : ", ") + one;
      }
      continue;
    }
    match.kind = Match::Kind::found;
    match.handler = &route.handler;
    match.door = route.door;
    for (std::size_t i = 0; i < route.segments.size(); ++i) {
      if (route.segments[i].kind != Segment::Kind::literal) {
        match.params[route.segments[i].text] = request.segments[i];
      }
    }
    return match;
  }
  return match;
}

}  // namespace postern::http
