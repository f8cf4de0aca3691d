#include "http/user_agent.h"

#include <array>
#include <string>

namespace postern::http {
namespace {

struct Known {
  std::string_view mark;  // what stands before the version
  std::string_view family;
};

// In this order: later browsers also carry the names of earlier ones.
constexpr std::array<Known, 9> kBrowsers{{{"Edg/", "Edge"},
                                          {"OPR/", "Opera"},
                                          {"SamsungBrowser/", "Samsung Internet"},
                                          {"Firefox/", "Firefox"},
                                          {"FxiOS/", "Firefox iOS"},
                                          {"CriOS/", "Chrome Mobile iOS"},
                                          {"Chrome/", "Chrome"},
                                          {"Version/", "Safari"},
                                          {"curl/", "curl"}}};
constexpr std::array<Known, 6> kSystems{{{"Windows NT ", "Windows"},
                                         {"Android ", "Android"},
                                         {"iPhone OS ", "iOS"},
                                         {"CPU OS ", "iOS"},
                                         {"Mac OS X ", "Mac OS X"},
                                         {"Linux", "Linux"}}};

// Numbers behind the mark: "120.0.1" or "10_15_7".
std::array<std::string, 3> version_behind(std::string_view text, std::size_t at) {
  std::array<std::string, 3> parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') parts[i].push_back(text[at++]);
    if (at >= text.size() || (text[at] != '.' && text[at] != '_')) break;
    ++at;
  }
  return parts;
}

template <std::size_t kCount>
std::pair<std::string_view, std::array<std::string, 3>> find(
    std::string_view text, const std::array<Known, kCount>& known) {
  for (const Known& one : known) {
    const std::size_t at = text.find(one.mark);
    if (at != text.npos) return {one.family, version_behind(text, at + one.mark.size())};
  }
  return {"Other", {}};
}

boost::json::value or_null(const std::string& text) {
  return text.empty() ? boost::json::value(nullptr) : boost::json::value(text);
}

}  // namespace

boost::json::object describe_user_agent(std::string_view text) {
  const auto [browser, version] = find(text, kBrowsers);
  const auto [system, release] = find(text, kSystems);
  const bool mobile = text.find("iPhone") != text.npos;
  const bool tablet = text.find("iPad") != text.npos;
  const std::string_view device = mobile ? "iPhone" : tablet ? "iPad" : "Other";
  const bool apple = mobile || tablet;
  return {
      {"device",
       {{"brand", apple ? boost::json::value("Apple") : boost::json::value(nullptr)},
        {"family", device},
        {"model", apple ? boost::json::value(device) : boost::json::value(nullptr)}}},
      {"os",
       {{"family", system},
        {"major", or_null(release[0])},
        {"minor", or_null(release[1])},
        {"patch", or_null(release[2])},
        {"patch_minor", nullptr}}},
      {"user_agent",
       {{"family", browser}, {"major", version[0]}, {"minor", version[1]}, {"patch", version[2]}}},
      {"string", text}};
}

}  // namespace postern::http
