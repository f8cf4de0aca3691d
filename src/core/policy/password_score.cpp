// libzxcvbn behind one function. It gives the entropy in bits; the score is zxcvbn's own scale over
// the number of guesses. Passwords are cut at 256 octets: beyond, the search for patterns would
// cost more than it tells.

#include <zxcvbn.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/ascii.h"
#include "core/credentials/random_text.h"
#include "core/policy/policy.h"

namespace postern::core {
namespace {

constexpr std::size_t kMostOctets = 256;
constexpr double kDigitsPerBit = 0.30103;

// Words of three letters and more: zxcvbn compares whole words only.
void add_words(std::string_view text, std::vector<std::string>& out) {
  constexpr std::string_view kBetween = " @.,-_+";
  constexpr std::size_t kMostWords = 16;
  if (text.size() >= 3) out.emplace_back(text);
  while (!text.empty() && out.size() < kMostWords) {
    const std::size_t end = std::min(text.find_first_of(kBetween), text.size());
    if (end >= 3) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

int password_score(std::string_view password, std::string_view username, std::string_view email,
                   std::string_view name) {
  std::vector<std::string> words;
  for (const std::string_view text : {username, email, name}) add_words(text, words);
  std::vector<const char*> pointers;
  for (std::string& word : words) {
    word = ascii_lowered(word);
    pointers.push_back(word.c_str());
  }
  pointers.push_back(nullptr);

  std::string text(password.substr(0, kMostOctets));
  const double digits = ZxcvbnMatch(text.c_str(), pointers.data(), nullptr) * kDigitsPerBit;
  wipe(text);
  constexpr std::array<double, 4> kLimits{3, 6, 8, 10};
  return static_cast<int>(std::count_if(kLimits.begin(), kLimits.end(),
                                        [digits](double limit) { return digits >= limit; }));
}

}  // namespace postern::core
