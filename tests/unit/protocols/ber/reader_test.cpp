#include "protocols/ber/reader.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <vector>

#include "unit/protocols/ber/guarded.h"

namespace postern::ber {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(BerReader, ReadsEachPrimitive) {
  const Bytes data{0x02, 0x01, 0x05, 0x0a, 0x01, 0x02, 0x01, 0x01, 0xff, 0x04, 0x02, 'h', 'i', 0};
  Reader reader(OctetPiece(data).first(13));
  std::int32_t number = 0;
  std::int32_t choice = 0;
  bool flag = false;
  std::string_view text;
  ASSERT_TRUE(reader.integer(number) && reader.enumerated(choice) && reader.boolean(flag) &&
              reader.string(text));
  EXPECT_EQ(number, 5);
  EXPECT_EQ(choice, 2);
  EXPECT_TRUE(flag);
  EXPECT_EQ(text, "hi");
  EXPECT_TRUE(reader.at_end());
  EXPECT_EQ(text.data(), reinterpret_cast<const char*>(data.data()) + 11);
}

TEST(BerReader, IntegersHaveOneToFourOctets) {
  const auto read = [](Bytes contents) -> std::optional<std::int32_t> {
    Bytes data{0x02, static_cast<std::uint8_t>(contents.size())};
    data.insert(data.end(), contents.begin(), contents.end());
    Reader reader{OctetPiece(data)};
    std::int32_t value = 0;
    if (!reader.integer(value)) return std::nullopt;
    return value;
  };
  EXPECT_EQ(read({0x7f, 0xff, 0xff, 0xff}), 2147483647);
  EXPECT_EQ(read({0x80, 0, 0, 0}), -2147483647 - 1);
  EXPECT_EQ(read({0xff}), -1);
  EXPECT_EQ(read({0, 0, 5}), 5);
  EXPECT_EQ(read({}), std::nullopt);
  EXPECT_EQ(read({0, 0, 0, 0, 5}), std::nullopt);
}

TEST(BerReader, BooleanIsOneOctetAnyNonZeroIsTrue) {
  for (const Bytes& bad : {Bytes{0x01, 0x00}, Bytes{0x01, 0x02, 0xff, 0xff}}) {
    Reader reader{OctetPiece(bad)};
    bool flag = false;
    EXPECT_FALSE(reader.boolean(flag));
  }
  const Bytes one{0x01, 0x01, 0x01};
  Reader reader{OctetPiece(one)};
  bool flag = false;
  EXPECT_TRUE(reader.boolean(flag) && flag);
}

TEST(BerReader, Rfc4511_5_1_ConstructedStringAndIndefiniteLengthAreRefused) {
  const Bytes constructed{0x24, 0x04, 0x04, 0x02, 'h', 'i'};
  Reader first{OctetPiece(constructed)};
  std::string_view text;
  EXPECT_FALSE(first.string(text));
  EXPECT_EQ(first.error().what, "unexpected tag");
  const Bytes indefinite{0x30, 0x80, 0x04, 0x00, 0x00, 0x00};
  Reader second{OctetPiece(indefinite)};
  Reader inside;
  EXPECT_FALSE(second.enter(kSequence, inside));
}

TEST(BerReader, ChildCannotReachBeyondItsParent) {
  const Bytes data{0x30, 0x03, 0x04, 0x05, 'a', 'b', 'c', 'd', 'e'};
  Reader reader{OctetPiece(data)};
  Reader inside;
  std::string_view text;
  ASSERT_TRUE(reader.enter(kSequence, inside));
  EXPECT_FALSE(inside.string(text));
  EXPECT_EQ(inside.error().offset, 2U);
}

TEST(BerReader, HostileLengthsAreErrors) {
  for (const Bytes& bad :
       {Bytes{0x04, 0x84, 0xff, 0xff, 0xff, 0xff},
        Bytes{0x04, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, Bytes{0x04, 0x05, 'a'},
        Bytes{0x04}, Bytes{0x1f}, Bytes{0x1f, 0x81}, Bytes{0x04, 0xff}}) {
    Reader reader{OctetPiece(bad)};
    EXPECT_FALSE(reader.skip());
    EXPECT_FALSE(reader.ok());
  }
}

TEST(BerReader, FirstErrorStaysAndLaterReadsFail) {
  const Bytes data{0x04, 0x01, 'a', 0x02, 0x01, 0x01};
  Reader reader{OctetPiece(data)};
  std::int32_t number = 7;
  std::string_view text = "before";
  EXPECT_FALSE(reader.integer(number));
  EXPECT_FALSE(reader.string(text));
  EXPECT_EQ(number, 7);
  EXPECT_EQ(text, "before");
  EXPECT_EQ(reader.error().offset, 0U);
}

TEST(BerReader, Rfc4511_4_TrailingElementsAreSkippedIfWellFormed) {
  const Bytes good{0x9f, 0x81, 0x01, 0x01, 'x', 0xa5, 0x00};
  Reader reader{OctetPiece(good)};
  EXPECT_TRUE(reader.skip_rest());
  const Bytes bad{0xa5, 0x00, 0xa5};
  Reader broken{OctetPiece(bad)};
  EXPECT_FALSE(broken.skip_rest());
}

TEST(BerReader, EmptyReaderFailsPolitely) {
  Reader reader;
  std::string_view text;
  EXPECT_TRUE(reader.at_end());
  EXPECT_EQ(reader.peek(), 0);
  EXPECT_FALSE(reader.string(text));
}

// Reads whatever is there, to any depth that the octets allow.
void read_all(Reader reader, int depth) {
  while (reader.ok() && !reader.at_end()) {
    Reader inside;
    std::int32_t number = 0;
    bool flag = false;
    std::string_view text;
    switch (reader.peek()) {
      case kSequence:
        if (reader.enter(kSequence, inside) && depth < 20) read_all(inside, depth + 1);
        break;
      case kInteger:
        reader.integer(number);
        break;
      case kBoolean:
        reader.boolean(flag);
        break;
      case kOctetString:
        reader.string(text);
        break;
      default:
        reader.skip();
    }
  }
}

TEST(BerReader, ReadsNoOctetBeyondTheSpareOneAndWritesNone) {
  std::mt19937 random(20260101);
  const Bytes tags{0x30, 0x02, 0x01, 0x04, 0x0a, 0x80, 0xa0, 0x1f, 0x84, 0x00, 0x03};
  for (int round = 0; round < 3000; ++round) {
    Bytes data(random() % 48);
    for (std::uint8_t& octet : data)
      octet = random() % 2 == 0 ? tags[random() % tags.size()]
                                : static_cast<std::uint8_t>(random() % 12);
    const test::Guarded guarded(data, 1);
    read_all(Reader(guarded.piece()), 0);
  }
}

}  // namespace
}  // namespace postern::ber
