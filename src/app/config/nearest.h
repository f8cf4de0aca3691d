#pragma once
// The known word nearest to a mistyped one, for "did you mean ...?". Pure; thread-safe.

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace postern::app {

// The candidate with the fewest edits (insert, delete, replace, swap of neighbours), if they are
// few enough for the length of the word; the first one wins a tie.
std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates);

// ", did you mean `x`?" when something is near, else "; allowed here: a, b, c" .
std::string suggestion(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace postern::app
