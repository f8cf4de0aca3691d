#include "app/import/csv.h"

#include <gtest/gtest.h>

#include "unit/app/import/input.h"

namespace postern::app {
namespace {

using testing::Input;
using Next = CsvReader::Next;
using Row = std::vector<std::string>;

struct Read {
  std::vector<Row> rows;
  std::vector<std::uint64_t> lines;
  std::vector<std::pair<std::uint64_t, std::string>> faults;
};

Read read(std::string_view text) {
  const Input input(text);
  CsvReader reader(input.fd());
  Read out;
  Row cells;
  for (;;) {
    const Next next = reader.next(cells);
    if (next == Next::end) return out;
    if (next == Next::row) {
      out.rows.push_back(cells);
      out.lines.push_back(reader.line());
    }
    if (next == Next::fault) out.faults.emplace_back(reader.line(), std::string(reader.fault()));
    if (out.rows.size() + out.faults.size() > 10000) {
      ADD_FAILURE() << "reading does not end";
      return out;
    }
  }
}

TEST(Csv, Rfc4180_RowsAndEnds) {
  EXPECT_EQ(read("a,b\r\nc,d\ne,f").rows, (std::vector<Row>{{"a", "b"}, {"c", "d"}, {"e", "f"}}));
}

TEST(Csv, Rfc4180_QuotedCommasAndQuotes) {
  EXPECT_EQ(read("\"a,b\",\"say \"\"hi\"\"\",\"\"\n").rows,
            (std::vector<Row>{{"a,b", "say \"hi\"", ""}}));
}

TEST(Csv, Rfc4180_QuotedLineBreaks) {
  const Read out = read("\"one\ntwo\n\nfour\",x\nnext,y\n");
  EXPECT_EQ(out.rows, (std::vector<Row>{{"one\ntwo\n\nfour", "x"}, {"next", "y"}}));
  EXPECT_EQ(out.lines, (std::vector<std::uint64_t>{1, 5}));
}

TEST(Csv, QuotedLineThatStartsWithAQuote) {
  EXPECT_EQ(read("\"a\n\"\"b\"\"\n\",c\n").rows, (std::vector<Row>{{"a\n\"b\"\n", "c"}}));
}

TEST(Csv, EmptyCellsAndLines) {
  EXPECT_EQ(read(",\n\n\na,,\n").rows, (std::vector<Row>{{"", ""}, {"a", "", ""}}));
}

TEST(Csv, EmptyFile) { EXPECT_TRUE(read("").rows.empty()); }

TEST(Csv, QuoteWithoutAnEndIsAFault) {
  const Read out = read("a,b\n\"c,d\ne\n");
  EXPECT_EQ(out.rows.size(), 1U);
  ASSERT_EQ(out.faults.size(), 1U);
  EXPECT_EQ(out.faults[0],
            (std::pair<std::uint64_t, std::string>{2, "a quoted value does not end"}));
}

TEST(Csv, QuotedValueOverTheLimitIsAFaultInBoundedMemory) {
  std::string text = "\"";
  for (int i = 0; i < 6000; ++i) text += std::string(1000, 'x') + "\n";
  const Read out = read(text);
  ASSERT_FALSE(out.faults.empty());
  EXPECT_EQ(out.faults[0].second, "a quoted value does not end");
}

TEST(Csv, LineOverTheLimitIsAFaultAndTheNextIsRead) {
  const Read out = read(std::string(kMaxLine + 1, 'x') + "\na,b\n");
  ASSERT_EQ(out.faults.size(), 1U);
  EXPECT_EQ(out.faults[0].second, "a line is longer than 4 MiB");
  EXPECT_EQ(out.rows, (std::vector<Row>{{"a", "b"}}));
}

TEST(Csv, TooManyColumnsAreAFault) {
  const Read out = read(std::string(5000, ',') + "\na,b\n");
  ASSERT_EQ(out.faults.size(), 1U);
  EXPECT_EQ(out.faults[0].second, "more than 1,000 columns");
  EXPECT_EQ(out.rows, (std::vector<Row>{{"a", "b"}}));
}

TEST(Csv, ByteOrderMarkOfSpreadsheetsIsNoPartOfTheFirstName) {
  EXPECT_EQ(read("\xef\xbb\xbfusername,name\n").rows, (std::vector<Row>{{"username", "name"}}));
}

}  // namespace
}  // namespace postern::app
