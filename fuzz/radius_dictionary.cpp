// LINK: postern_radius
// Dictionary text is read or refused with a line; what it defines can be found again, and values of
// any text are encoded or refused and shown.

#include <cstdlib>

#include "protocols/radius/dictionary_reader.h"
#include "protocols/radius/value.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern;
  using namespace postern::radius;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Dictionary dictionary;
  const auto open = [](std::string_view, std::string_view name) {
    return name == "self" ? std::optional<std::string>("$INCLUDE self\n") : std::nullopt;
  };
  const auto error = read_dictionary(text, "fuzz", dictionary, open);
  if (error && (error->line == 0 || error->what.empty())) std::abort();
  for (int number = 0; number < 256; ++number) {
    const AttributeEntry* entry = dictionary.attribute(0, static_cast<std::uint8_t>(number));
    if (entry == nullptr) continue;
    if (dictionary.attribute(entry->name) == nullptr) std::abort();
    const auto value = encode_value(dictionary, *entry, text.substr(0, 300));
    if (value && (value->empty() || value->size() > 253)) std::abort();
    (void)show_value(dictionary, *entry, {data, std::min<std::size_t>(size, 253)});
  }
  return 0;
}
