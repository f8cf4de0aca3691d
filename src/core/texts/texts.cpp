#include "core/texts/texts.h"

#include <algorithm>
#include <array>

#include "core/ascii.h"

namespace postern::core {
namespace {

constexpr std::array<std::string_view, kLanguages> kTags{"en", "en", "de", "es",    "fr",     "it",
                                                         "ja", "nl", "pl", "pt-BR", "zh-Hans"};

bool same_letters(std::string_view a, std::string_view b) noexcept {
  return std::ranges::equal(a, b, [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

// Chinese is written in two scripts, and the catalogue is in one.
bool is_traditional(std::string_view rest) noexcept {
  for (const std::string_view mark : {"Hant", "TW", "HK", "MO"}) {
    for (std::size_t at = 0; at + mark.size() <= rest.size(); ++at) {
      if (same_letters(rest.substr(at, mark.size()), mark)) return true;
    }
  }
  return false;
}

struct Range {
  std::string_view tag;
  int weight = 1000;  // of a thousand
};

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// "de;q=0.8"
Range read_range(std::string_view text) noexcept {
  Range out;
  const std::size_t cut = text.find(';');
  out.tag = trimmed(text.substr(0, cut));
  if (cut == std::string_view::npos) return out;
  const std::string_view rest = trimmed(text.substr(cut + 1));
  if (!rest.starts_with("q=") && !rest.starts_with("Q=")) return out;
  const std::string_view number = rest.substr(2);
  if (number.starts_with('1')) return out;
  out.weight = 0;
  int scale = 100;
  for (std::size_t at = 2; at < number.size() && at < 5; ++at, scale /= 10) {
    if (number[at] < '0' || number[at] > '9') break;
    out.weight += (number[at] - '0') * scale;
  }
  return out;
}

}  // namespace

Language language_of(std::string_view tag) noexcept {
  const std::size_t cut = tag.find_first_of("-_.");
  const std::string_view base = tag.substr(0, cut);
  if (base.size() != 2) return Language::unset;
  const std::string_view rest =
      cut == std::string_view::npos ? std::string_view() : tag.substr(cut);
  for (std::size_t at = 1; at < kTags.size(); ++at) {
    if (!same_letters(base, kTags[at].substr(0, 2))) continue;
    const auto found = static_cast<Language>(at);
    return found == Language::zh_hans && is_traditional(rest) ? Language::unset : found;
  }
  return Language::unset;
}

Language language_of(const boost::json::object& attributes) noexcept {
  const auto* settings = attributes.if_contains("settings");
  const auto* object = settings == nullptr ? nullptr : settings->if_object();
  const auto* locale = object == nullptr ? nullptr : object->if_contains("locale");
  const auto* text = locale == nullptr ? nullptr : locale->if_string();
  return text == nullptr ? Language::unset : language_of(std::string_view(*text));
}

Language wanted_language(std::string_view accept_language) noexcept {
  Language best = Language::unset;
  int weight = 0;
  for (std::string_view rest = accept_language; !rest.empty();) {
    const std::size_t comma = rest.find(',');
    const Range range = read_range(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    const Language found = language_of(range.tag);
    if (found == Language::unset || range.weight <= weight) continue;
    best = found;
    weight = range.weight;
  }
  return best;
}

std::string_view language_tag(Language language) noexcept {
  const auto at = static_cast<std::size_t>(language);
  return at < kTags.size() ? kTags[at] : kTags.front();
}

std::string_view translated(Language language, std::string_view text) noexcept {
  const auto at = static_cast<std::size_t>(language);
  if (at < 2 || at >= kLanguages) return text;
  const auto all = server_texts();
  const auto found = std::ranges::lower_bound(all, text, {}, &ServerText::key);
  if (found == all.end() || found->key != text || found->in[at - 2].empty()) return text;
  return found->in[at - 2];
}

std::string translated(Language language, std::string_view text, Places places) {
  const std::string_view pattern = translated(language, text);
  std::string out;
  for (std::size_t at = 0; at < pattern.size();) {
    const std::size_t end = pattern[at] == '{' ? pattern.find('}', at) : std::string_view::npos;
    const auto* found = std::ranges::find_if(places, [&](const auto& one) {
      return end != std::string_view::npos && one.first == pattern.substr(at + 1, end - at - 1);
    });
    if (found == places.end()) {
      out += pattern[at++];
    } else {
      out += found->second;
      at = end + 1;
    }
  }
  return out;
}

}  // namespace postern::core
