#include "app/import/ldif.h"

#include <sodium.h>

#include <algorithm>

#include "core/ascii.h"

namespace postern::app {
namespace {

constexpr std::size_t kMaxValues = 100'000;

bool decode_base64(std::string_view text, std::string& out) {
  out.resize(text.size() / 4 * 3 + 3);
  std::size_t size = 0;
  const char* end = nullptr;
  const int code =
      sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(),
                        text.size(), " \t", &size, &end, sodium_base64_VARIANT_ORIGINAL);
  out.resize(code == 0 ? size : 0);
  return code == 0 && end == text.data() + text.size();
}

}  // namespace

// A line with its continuations; comments are dropped. False at the end of the file.
bool LdifReader::logical_line(std::string& out, std::uint64_t& number) {
  std::string line;
  bool cut = false;
  for (;;) {
    if (has_ahead_) {
      out.swap(ahead_);
      number = ahead_number_;
      has_ahead_ = false;
    } else if (source_.next(out, cut)) {
      number = source_.line_number();
      cut_ = cut_ || cut;
    } else {
      return false;
    }
    while (source_.next(line, cut)) {
      cut_ = cut_ || cut;
      if (line.empty() || line[0] != ' ' || out.empty()) {
        ahead_.swap(line);
        ahead_number_ = source_.line_number();
        has_ahead_ = true;
        break;
      }
      if (out.size() + line.size() > kMaxLine) {
        cut_ = true;
      } else {
        out.append(line, 1);
      }
    }
    if (out.empty() || out[0] != '#') return true;
  }
}

LdifReader::Next LdifReader::skip(std::string_view why) {
  fault_ = why;
  std::string line;
  std::uint64_t number = 0;
  while (logical_line(line, number) && !line.empty()) {
  }
  cut_ = false;
  return Next::fault;
}

// One `attr: value` line into the record. False: malformed, see fault_.
bool LdifReader::take(std::string_view line, LdifRecord& record) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    fault_ = "a line is not `attribute: value`";
    return false;
  }
  std::string name = core::ascii_lowered(line.substr(0, colon));
  std::string_view rest = line.substr(colon + 1);
  const char kind = rest.empty() ? ' ' : rest[0];
  if (kind == ':' || kind == '<') rest.remove_prefix(1);
  while (!rest.empty() && rest[0] == ' ') rest.remove_prefix(1);
  if (kind == '<') {
    fault_ = "a value by URL is not read";
    return false;
  }
  std::string value(rest);
  if (kind == ':' && !decode_base64(rest, value)) {
    fault_ = "a value is not base64";
    return false;
  }
  if (name == "dn") {
    record.dn = std::move(value);
  } else {
    record.values.emplace_back(std::move(name), std::move(value));
  }
  return true;
}

LdifReader::Next LdifReader::next(LdifRecord& record) {
  record = {};
  std::string line;
  std::uint64_t number = 0;
  bool any = false;
  while (logical_line(line, number)) {
    if (line.empty()) {
      if (any) break;
      continue;
    }
    if (!any && (line.starts_with("version:") || line.starts_with("search:") ||
                 line.starts_with("result:") || line.starts_with("ref:"))) {
      continue;  // the frame around records, not a record
    }
    if (!any) record.line = number;
    any = true;
    if (!take(line, record)) return skip(fault_);
    if (cut_) return skip("a value is longer than 4 MiB");
    if (record.values.size() > kMaxValues) return skip("more than 100,000 values");
  }
  if (!any) return Next::end;
  const auto is_change = [](const auto& item) {
    return item.first == "changetype" && item.second != "add";
  };
  if (std::ranges::any_of(record.values, is_change)) {
    fault_ = "a change record other than `add` is not imported";
    return Next::fault;
  }
  if (record.dn.empty()) {
    fault_ = "a record without dn";
    return Next::fault;
  }
  return Next::record;
}

}  // namespace postern::app
