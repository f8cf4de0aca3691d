#include "protocols/ber/writer.h"

#include <gtest/gtest.h>

#include "protocols/ber/reader.h"

namespace postern::ber {
namespace {

TEST(BerWriter, LengthsAreMinimal) {
  EXPECT_EQ(length_size(0), 1U);
  EXPECT_EQ(length_size(127), 1U);
  EXPECT_EQ(length_size(128), 2U);
  EXPECT_EQ(length_size(255), 2U);
  EXPECT_EQ(length_size(256), 3U);
  EXPECT_EQ(length_size(65536), 4U);
  Octets out;
  append_header(out, kSequence, 0x1234);
  EXPECT_EQ(out, (Octets{0x30, 0x82, 0x12, 0x34}));
}

TEST(BerWriter, IntegersAreMinimalAndComeBack) {
  for (const std::int32_t value : {0, 1, -1, 127, 128, -128, -129, 32767, 32768, 8388607, 8388608,
                                   2147483647, -2147483647 - 1}) {
    Octets out;
    append_integer(out, value);
    EXPECT_EQ(out.size(), element_size(integer_size(value)));
    Reader reader{OctetPiece(out)};
    std::int32_t back = 0;
    ASSERT_TRUE(reader.integer(back));
    EXPECT_EQ(back, value);
  }
  Octets out;
  append_integer(out, 128);
  EXPECT_EQ(out, (Octets{0x02, 0x02, 0x00, 0x80}));
}

TEST(BerWriter, NestedContainersArePatchedAtAnyLength) {
  for (const std::size_t size :
       {0U, 1U, 100U, 123U, 124U, 125U, 126U, 127U, 128U, 255U, 256U, 65535U, 70000U}) {
    const std::string text(size, 'x');
    Octets out{0xee};
    const std::size_t outer = open(out, kSequence);
    append_boolean(out, true);
    const std::size_t inner = open(out, kSet);
    append_string(out, text);
    close(out, inner);
    append_enumerated(out, 3);
    close(out, outer);
    Reader reader{OctetPiece(out).subspan(1)};
    Reader sequence;
    Reader set;
    bool flag = false;
    std::string_view back;
    std::int32_t choice = 0;
    ASSERT_TRUE(reader.enter(kSequence, sequence) && reader.at_end());
    ASSERT_TRUE(sequence.boolean(flag) && sequence.enter(kSet, set) && set.string(back) &&
                sequence.enumerated(choice));
    EXPECT_TRUE(set.at_end() && sequence.at_end());
    EXPECT_EQ(back, text);
    EXPECT_EQ(out.size(), 1 + element_size(3 + element_size(element_size(size)) + 3));
  }
}

}  // namespace
}  // namespace postern::ber
