#include "protocols/eap/avp.h"

#include <gtest/gtest.h>

namespace postern::eap {
namespace {

TEST(TtlsAvp, Rfc5281_10_1_AFormAsWritten) {
  Octets out;
  append_avp(out, {1, 0, true, Octets{'b', 'o', 'b'}});
  EXPECT_EQ(out, (Octets{0, 0, 0, 1, 0x40, 0, 0, 11, 'b', 'o', 'b', 0}));
  append_avp(out, {25, 311, false, Octets{'x', 'y', 'z', 'w'}});
  EXPECT_EQ(out.size(), 12U + 16U);
  const auto avps = decode_avps(out);
  ASSERT_TRUE(avps.ok());
  ASSERT_EQ(avps->size(), 2U);
  EXPECT_TRUE((*avps)[0].mandatory);
  EXPECT_EQ((*avps)[0].data.size(), 3U);
  EXPECT_EQ((*avps)[1].vendor, 311U);
  EXPECT_FALSE((*avps)[1].mandatory);
  EXPECT_EQ((*avps)[1].data.size(), 4U);
}

TEST(TtlsAvp, Rfc5281_10_1_ReservedFlagsAreIgnoredAndTheLastPaddingMayBeMissing) {
  const auto avps = decode_avps(Octets{0, 0, 0, 2, 0x7f, 0, 0, 9, 'p'});
  ASSERT_TRUE(avps.ok());
  EXPECT_EQ(avps->size(), 1U);
  EXPECT_EQ((*avps)[0].data.size(), 1U);
}

TEST(TtlsAvp, LengthsThatLieAreRefused) {
  for (const Octets& octets :
       {Octets{0}, Octets{0, 0, 0, 1, 0, 0, 0}, Octets{0, 0, 0, 1, 0, 0, 0, 7},
        Octets{0, 0, 0, 1, 0, 0, 0, 9}, Octets{0, 0, 0, 1, 0, 0xff, 0xff, 0xff},
        Octets{0, 0, 0, 1, 0x80, 0, 0, 8}, Octets{0, 0, 0, 1, 0x80, 0, 0, 11, 0, 0, 1}}) {
    EXPECT_FALSE(decode_avps(octets).ok()) << octets.size();
  }
}

TEST(TtlsAvp, TheirNumberIsBounded) {
  Octets many;
  for (std::size_t i = 0; i < kMaxAvps; ++i) append_avp(many, {1, 0, false, {}});
  EXPECT_TRUE(decode_avps(many).ok());
  append_avp(many, {1, 0, false, {}});
  EXPECT_FALSE(decode_avps(many).ok());
}

}  // namespace
}  // namespace postern::eap
