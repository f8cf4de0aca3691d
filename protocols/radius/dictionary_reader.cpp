#include "protocols/radius/dictionary_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include "protocols/ascii.h"
#include "protocols/radius/extended.h"

namespace postern::radius {
namespace {

constexpr std::size_t kMaxFile = std::size_t{16} * 1024 * 1024;
constexpr std::size_t kMaxLines = 200'000;
constexpr int kMaxDepth = 8;
constexpr std::size_t kMaxName = 128;
constexpr std::size_t kMaxPath = 8;

using Words = std::vector<std::string_view>;

Words words_of(std::string_view line) {
  Words words;
  constexpr std::string_view kBlank = " \t\r\v\f";
  for (std::size_t at = 0; at < line.size();) {
    at = line.find_first_not_of(kBlank, at);
    if (at == std::string_view::npos || line[at] == '#') break;
    const std::size_t end = std::min(line.find_first_of(kBlank, at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

template <typename Number>
std::optional<Number> number_of(std::string_view text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) text.remove_prefix(2);
  Number number{};
  const auto done = std::from_chars(text.data(), text.data() + text.size(), number, hex ? 16 : 10);
  if (done.ec != std::errc() || done.ptr != text.data() + text.size() || text.empty()) {
    return std::nullopt;
  }
  return number;
}

struct TypeName {
  std::string_view name;
  ValueType type;
};
constexpr std::array kTypes{
    TypeName{"string", ValueType::text},
    TypeName{"text", ValueType::text},
    TypeName{"octets", ValueType::octets},
    TypeName{"abinary", ValueType::octets},
    TypeName{"combo-ip", ValueType::octets},
    TypeName{"integer", ValueType::integer},
    TypeName{"uint32", ValueType::integer},
    TypeName{"enum", ValueType::integer},
    TypeName{"time", ValueType::date},
    TypeName{"date", ValueType::date},
    TypeName{"byte", ValueType::byte},
    TypeName{"uint8", ValueType::byte},
    TypeName{"short", ValueType::short_},
    TypeName{"uint16", ValueType::short_},
    TypeName{"signed", ValueType::signed_},
    TypeName{"int32", ValueType::signed_},
    TypeName{"integer64", ValueType::integer64},
    TypeName{"uint64", ValueType::integer64},
    TypeName{"ipaddr", ValueType::ipv4},
    TypeName{"ipv4addr", ValueType::ipv4},
    TypeName{"ipv4prefix", ValueType::ipv4_prefix},
    TypeName{"ipv6addr", ValueType::ipv6},
    TypeName{"ipv6prefix", ValueType::ipv6_prefix},
    TypeName{"ifid", ValueType::interface_id},
    TypeName{"ether", ValueType::ether},
    TypeName{"vsa", ValueType::nested},
    TypeName{"tlv", ValueType::nested},
    TypeName{"extended", ValueType::nested},
    TypeName{"long-extended", ValueType::nested},
    TypeName{"evs", ValueType::nested},
    TypeName{"struct", ValueType::nested},
};

std::optional<ValueType> type_of(std::string_view name) {
  name = name.substr(0, name.find('['));  // octets[8]
  const std::string folded = ascii_lowered(name);
  for (const TypeName& known : kTypes) {
    if (known.name == folded) return known.type;
  }
  return std::nullopt;
}

class Reader {
 public:
  Reader(Dictionary& dictionary, const OpenDictionary& open)
      : dictionary_(dictionary), open_(open) {}

  bool read(std::string_view text, std::string_view file, int depth);
  std::optional<DictionaryError> error;

 private:
  bool fail(std::string what) {
    error = DictionaryError{std::string(file_), line_, std::move(what)};
    return false;
  }
  bool read_line(const Words& words, int depth);
  bool read_attribute(const Words& words);
  bool read_numbers(std::string_view text, AttributeEntry& entry, bool& outside);
  bool read_flags(const Words& words, AttributeEntry& entry);
  bool read_vendor(const Words& words);
  bool read_value(const Words& words);
  bool read_include(const Words& words, int depth);
  bool begin_vendor(const Words& words);

  Dictionary& dictionary_;
  const OpenDictionary& open_;
  std::string_view file_;
  std::size_t line_ = 0;
  std::uint32_t vendor_ = 0;
  std::uint8_t extended_ = 0;  // what holds the vendor's attributes
};

bool Reader::read(std::string_view text, std::string_view file, int depth) {
  const auto outer = std::make_pair(std::exchange(file_, file), std::exchange(line_, 0));
  const std::uint32_t outer_vendor = std::exchange(vendor_, 0);
  const std::uint8_t outer_extended = std::exchange(extended_, std::uint8_t{0});
  if (text.size() > kMaxFile) return fail("longer than 16 MiB");
  while (!text.empty()) {
    if (++line_ > kMaxLines) return fail("more than 200000 lines");
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (!read_line(words_of(text.substr(0, end)), depth)) return false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (vendor_ != 0) return fail("BEGIN-VENDOR without END-VENDOR");
  file_ = outer.first;
  line_ = outer.second;
  vendor_ = outer_vendor;
  extended_ = outer_extended;
  return true;
}

bool Reader::read_line(const Words& words, int depth) {
  if (words.empty()) return true;
  if (words[0] == "ATTRIBUTE") return read_attribute(words);
  if (words[0] == "VALUE") return read_value(words);
  if (words[0] == "VENDOR") return read_vendor(words);
  if (words[0] == "BEGIN-VENDOR") return begin_vendor(words);
  if (words[0] == "END-VENDOR") {
    if (vendor_ == 0) return fail("END-VENDOR without BEGIN-VENDOR");
    vendor_ = 0;
    extended_ = 0;
    return true;
  }
  if (words[0] == "$INCLUDE" || words[0] == "$INCLUDE-") return read_include(words, depth);
  constexpr std::array<std::string_view, 10> kSkipped{
      "BEGIN-TLV",    "END-TLV", "FLAGS", "PROTOCOL", "BEGIN-PROTOCOL",
      "END-PROTOCOL", "BEGIN",   "END",   "MEMBER",   "STRUCT"};
  for (const std::string_view known : kSkipped) {
    if (words[0] == known) return true;
  }
  return fail("unknown keyword " + std::string(words[0].substr(0, kMaxName)) +
              "; allowed are ATTRIBUTE, VALUE, VENDOR, BEGIN-VENDOR, END-VENDOR, $INCLUDE");
}

bool Reader::read_attribute(const Words& words) {
  if (words.size() < 4) return fail("ATTRIBUTE needs a name, a number and a type");
  AttributeEntry entry;
  entry.name = words[1];
  entry.vendor = vendor_;
  entry.extended = extended_;
  if (entry.name.size() > kMaxName) return fail("a name of more than 128 octets");
  const auto type = type_of(words[3]);
  // A type of a newer server is kept as octets: the attribute can still be received and sent.
  entry.type = type.value_or(ValueType::octets);
  bool outside = false;
  if (!read_numbers(words[2], entry, outside)) return false;
  if (outside) return true;
  if (!read_flags(words, entry)) return false;
  dictionary_.add(std::move(entry));
  return true;
}

bool Reader::read_numbers(std::string_view text, AttributeEntry& entry, bool& outside) {
  for (bool first = true; !text.empty() || first; first = false) {
    const std::size_t dot = std::min(text.find('.'), text.size());
    const auto number = number_of<std::uint64_t>(text.substr(0, dot));
    if (!number) return fail("the number of " + entry.name + " is not a number");
    text.remove_prefix(std::min(dot + 1, text.size()));
    if (*number > 255) {
      outside = true;
      return true;
    }
    if (first) {
      entry.number = static_cast<std::uint8_t>(*number);
    } else if (entry.path.size() == kMaxPath) {
      return fail("more than 8 levels");
    } else {
      entry.path.push_back(static_cast<std::uint8_t>(*number));
    }
  }
  return true;
}

bool Reader::read_flags(const Words& words, AttributeEntry& entry) {
  for (std::size_t i = 4; i < words.size(); ++i) {
    std::string_view flags = words[i];
    while (!flags.empty()) {
      const std::size_t comma = std::min(flags.find(','), flags.size());
      const std::string_view flag = flags.substr(0, comma);
      flags.remove_prefix(std::min(comma + 1, flags.size()));
      if (flag == "has_tag") entry.has_tag = true;
      if (!flag.starts_with("encrypt=")) continue;
      if (flag == "encrypt=1" || flag == "encrypt=User-Password") {
        entry.hiding = Hiding::user_password;
      } else if (flag == "encrypt=2" || flag == "encrypt=Tunnel-Password") {
        entry.hiding = Hiding::tunnel_password;
      } else if (flag == "encrypt=3" || flag == "encrypt=Ascend-Secret") {
        entry.hiding = Hiding::ascend;
      } else {
        return fail(entry.name + " has an unknown encryption; allowed are 1, 2 and 3");
      }
    }
  }
  return true;
}

bool Reader::read_vendor(const Words& words) {
  if (words.size() < 3) return fail("VENDOR needs a name and a number");
  VendorEntry entry;
  entry.name = words[1];
  const auto number = number_of<std::uint32_t>(words[2]);
  if (!number || *number == 0 || *number > 0xffffff || entry.name.size() > kMaxName) {
    return fail("a vendor has a number from 1 to 16777215");
  }
  entry.number = *number;
  if (words.size() > 3 && words[3].starts_with("format=")) {
    const std::string_view format = words[3].substr(7);
    const auto digit = [&format](std::size_t at) {
      return format.size() > at ? static_cast<std::uint8_t>(format[at] - '0') : std::uint8_t{9};
    };
    entry.type_size = digit(0);
    entry.length_size = digit(2);
    const bool known_type = entry.type_size == 1 || entry.type_size == 2 || entry.type_size == 4;
    if (!known_type || entry.length_size > 2 || format[1] != ',') {
      return fail("format of a vendor is 1|2|4 , 0|1|2");
    }
  }
  dictionary_.add(std::move(entry));
  return true;
}

bool Reader::begin_vendor(const Words& words) {
  if (vendor_ != 0) return fail("BEGIN-VENDOR inside another one");
  if (words.size() < 2) return fail("BEGIN-VENDOR needs a name");
  const VendorEntry* vendor = dictionary_.vendor(words[1]);
  if (vendor == nullptr) {
    return fail("unknown vendor " + std::string(words[1].substr(0, kMaxName)));
  }
  vendor_ = vendor->number;
  extended_ = 0;
  for (const std::string_view key : {"format=", "parent="}) {
    if (words.size() < 3 || !words[2].starts_with(key)) continue;
    const AttributeEntry* holder = dictionary_.attribute(words[2].substr(key.size()));
    const bool fits = holder != nullptr && is_extended(holder->number) &&
                      holder->path == std::vector<std::uint8_t>{kExtendedVendorSpecific};
    if (!fits) return fail("a vendor's attributes can be held by Extended-Vendor-Specific alone");
    extended_ = holder->number;
  }
  return true;
}

bool Reader::read_value(const Words& words) {
  if (words.size() < 4) return fail("VALUE needs an attribute, a name and a number");
  const auto number = number_of<std::uint64_t>(words[3]);
  if (words[2].size() > kMaxName) return fail("a name of more than 128 octets");
  const AttributeEntry* attribute = dictionary_.attribute(words[1]);
  if (attribute == nullptr) return true;
  if (!number) {
    // Newer files name values of other types (addresses, text): nothing to look up by number.
    if (attribute->type != ValueType::integer) return true;
    return fail("the number of " + std::string(words[2]) + " is not a number");
  }
  dictionary_.add_value(*attribute, words[2], *number);
  return true;
}

bool Reader::read_include(const Words& words, int depth) {
  if (words.size() < 2) return fail("$INCLUDE needs a file");
  if (depth == kMaxDepth) return fail("files included more than 8 deep");
  const std::optional<std::string> text = open_(file_, words[1]);
  if (!text) {
    if (words[0] == "$INCLUDE-") return true;  // may be missing
    return fail("cannot read " + std::string(words[1].substr(0, kMaxName)));
  }
  const std::string name(words[1]);
  return read(*text, name, depth + 1);
}

}  // namespace

std::optional<DictionaryError> read_dictionary(std::string_view text, std::string_view file,
                                               Dictionary& dictionary, const OpenDictionary& open) {
  Reader reader(dictionary, open);
  reader.read(text, file, 0);
  return std::move(reader.error);
}

}  // namespace postern::radius
