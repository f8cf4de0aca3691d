#include "protocols/ber/frame.h"

#include <gtest/gtest.h>

#include <vector>

namespace postern::ber {
namespace {

using State = Frame::State;
using Bytes = std::vector<std::uint8_t>;

TEST(BerFrame, WholeFromItsFirstOctetOn) {
  const Bytes pdu{0x30, 0x05, 0x02, 0x01, 0x01, 0x42, 0x00, 0x30};
  EXPECT_EQ(frame({}, 100).state, State::need_more);
  for (std::size_t have = 1; have < 7; ++have) {
    const Frame result = frame(OctetPiece(pdu).first(have), 100);
    EXPECT_EQ(result.state, State::need_more);
    EXPECT_EQ(result.length, have < 2 ? 0U : 7U);
  }
  EXPECT_EQ(frame(pdu, 100).state, State::complete);
  EXPECT_EQ(frame(pdu, 100).length, 7U);
}

TEST(BerFrame, LongLengthsNeedNotBeMinimal) {
  const Bytes pdu{0x30, 0x84, 0x00, 0x00, 0x00, 0x05, 0x02, 0x01, 0x01, 0x42, 0x00};
  EXPECT_EQ(frame(pdu, 100).state, State::complete);
  EXPECT_EQ(frame(pdu, 100).length, 11U);
  for (std::size_t have = 0; have < 6; ++have)
    EXPECT_EQ(frame(OctetPiece(pdu).first(have), 100).length, 0U);
}

TEST(BerFrame, Rfc4511_5_1_ErrorsAsSoonAsKnown) {
  EXPECT_EQ(frame(Bytes{0x16}, 100).state, State::error);  // a TLS hello on the plain port
  EXPECT_EQ(frame(Bytes{0x30, 0x80}, 100).what, "indefinite length");
  EXPECT_EQ(frame(Bytes{0x30, 0x85}, 100).what, "length has too many octets");
  EXPECT_EQ(frame(Bytes{0x30, 0xff}, 100).state, State::error);
  EXPECT_EQ(frame(Bytes{0x30, 0x84, 0x7f}, 100).state, State::error);
  EXPECT_EQ(frame(Bytes{0x30, 0x84, 0xff, 0xff, 0xff, 0xff}, kLimitAfterBind).state, State::error);
}

TEST(BerFrame, LimitBoundsTheWholeMessage) {
  EXPECT_EQ(frame(Bytes{0x30, 0x62}, 100).state, State::need_more);
  EXPECT_EQ(frame(Bytes{0x30, 0x63}, 100).state, State::error);
  EXPECT_EQ(frame(Bytes{0x30, 0x83, 0x04, 0x00, 0x00}, kLimitBeforeBind).state, State::error);
  EXPECT_EQ(frame(Bytes{0x30, 0x83, 0x03, 0xff, 0xfb}, kLimitBeforeBind).state, State::need_more);
}

}  // namespace
}  // namespace postern::ber
