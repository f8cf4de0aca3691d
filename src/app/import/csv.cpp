#include "app/import/csv.h"

namespace postern::app {
namespace {

constexpr std::size_t kMaxColumns = 1000;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";  // spreadsheets write one

}  // namespace

CsvReader::Next CsvReader::next(std::vector<std::string>& cells) {
  cells.clear();
  std::string line;
  bool cut = false;
  do {
    if (!source_.next(line, cut)) return Next::end;
    if (source_.line_number() == 1 && line.starts_with(kByteOrderMark)) {
      line.erase(0, kByteOrderMark.size());
    }
  } while (line.empty());
  line_ = source_.line_number();
  std::string cell;
  bool quoted = false;
  std::size_t size = line.size();
  for (std::size_t i = 0;; ++i) {
    if (i == line.size()) {
      if (!quoted) break;
      std::string more;
      if (cut || size > kMaxLine || !source_.next(more, cut)) {
        fault_ = "a quoted value does not end";
        return Next::fault;
      }
      cell += '\n';
      size += more.size();
      line = '\n' + more;
      i = 0;
      if (line.size() == 1) continue;
      ++i;
    }
    const char c = line[i];
    if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      cell += '"';
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.push_back(std::move(cell));
      cell.clear();
      if (cells.size() > kMaxColumns) {
        fault_ = "more than 1,000 columns";
        return Next::fault;
      }
    } else {
      cell += c;
    }
  }
  cells.push_back(std::move(cell));
  if (cut) {
    fault_ = "a line is longer than 4 MiB";
    return Next::fault;
  }
  return Next::row;
}

}  // namespace postern::app
