#include "protocols/eap/tls_frame.h"

#include <gtest/gtest.h>

#include <numeric>

namespace postern::eap {
namespace {

Octets message_of(std::size_t size) {
  Octets out(size);
  std::iota(out.begin(), out.end(), std::uint8_t{0});
  return out;
}

// All pieces of a message, as a peer takes them.
std::vector<Octets> pieces_of(const Octets& message, std::size_t room) {
  Fragments fragments;
  fragments.load(message);
  std::vector<Octets> pieces;
  do {
    pieces.push_back(fragments.next(room, 0));
  } while (!fragments.done());
  return pieces;
}

TEST(EapTlsFrame, Rfc5216_2_1_1_StartHasNoData) {
  EXPECT_EQ(tls_start(0), Octets{0x20});
  const auto frame = decode_tls_frame(tls_start(0));
  ASSERT_TRUE(frame.ok());
  EXPECT_TRUE(frame->start);
  EXPECT_TRUE(frame->data.empty());
}

TEST(EapTlsFrame, Rfc5216_3_1_ReservedBitsAreIgnoredAndLengthIsFourOctets) {
  const Octets octets{0x98, 0, 0, 0x12, 0x34, 'x'};
  const auto frame = decode_tls_frame(octets);
  ASSERT_TRUE(frame.ok());
  EXPECT_EQ(frame->total, 0x1234U);
  EXPECT_FALSE(frame->more);
  EXPECT_EQ(frame->data.size(), 1U);
  EXPECT_FALSE(decode_tls_frame(Octets{}).ok());
  EXPECT_FALSE(decode_tls_frame(Octets{0x80, 0, 0, 1}).ok());
}

TEST(EapTlsFrame, Rfc5216_2_1_5_PiecesOfEverySizePutTogetherAreTheMessage) {
  for (const std::size_t room : {16U, 123U, 495U, 1019U, 1395U}) {
    for (const std::size_t size :
         {0U, 1U, 11U, 15U, 16U, 495U, 494U, 1394U, 1395U, 4000U, 65536U}) {
      const Octets message = message_of(size);
      Reassembly reassembly;
      const auto pieces = pieces_of(message, room);
      for (std::size_t i = 0; i < pieces.size(); ++i) {
        ASSERT_LE(pieces[i].size(), room);
        const auto frame = decode_tls_frame(pieces[i]);
        ASSERT_TRUE(frame.ok());
        const bool last = i + 1 == pieces.size();
        EXPECT_EQ(frame->more, !last);
        EXPECT_EQ(frame->total.has_value(), i == 0 && !last) << "L in the first of several alone";
        ASSERT_EQ(reassembly.add(*frame),
                  last ? Reassembly::Added::complete : Reassembly::Added::more);
      }
      EXPECT_EQ(reassembly.take(), message);
      EXPECT_TRUE(reassembly.empty());
    }
  }
}

TEST(EapTlsFrame, Rfc9190_2_1_9_LengthIsAcceptedWithoutFragments) {
  Reassembly reassembly;
  const Octets octets{0x80, 0, 0, 0, 2, 'a', 'b'};
  EXPECT_EQ(reassembly.add(*decode_tls_frame(octets)), Reassembly::Added::complete);
  EXPECT_EQ(reassembly.take(), (Octets{'a', 'b'}));
}

TEST(EapTlsFrame, MoreOctetsThanAnnouncedOrAllowedAreRefused) {
  const auto add = [](Reassembly& reassembly, const Octets& octets) {
    const auto frame = decode_tls_frame(octets);
    return frame.ok() ? reassembly.add(*frame) : Reassembly::Added::refused;
  };
  Reassembly too_many;
  EXPECT_EQ(add(too_many, {0xc0, 0, 0, 0, 3, 'a', 'b'}), Reassembly::Added::more);
  EXPECT_EQ(add(too_many, {0x00, 'c', 'd'}), Reassembly::Added::refused);
  Reassembly too_few;
  EXPECT_EQ(add(too_few, {0x80, 0, 0, 0, 3, 'a', 'b'}), Reassembly::Added::refused);
  Reassembly large;
  EXPECT_EQ(add(large, {0xc0, 0, 1, 0, 1, 'a'}), Reassembly::Added::refused);
  Reassembly changed;
  EXPECT_EQ(add(changed, {0xc0, 0, 0, 0, 9, 'a'}), Reassembly::Added::more);
  EXPECT_EQ(add(changed, {0xc0, 0, 0, 0, 8, 'b'}), Reassembly::Added::refused);
}

TEST(EapTlsFrame, EndlessFragmentsEnd) {
  Reassembly reassembly;
  EXPECT_EQ(reassembly.add({true, false, 0, std::nullopt, {}}), Reassembly::Added::refused)
      << "a piece that brings nothing";
  const Octets piece(1000, 'x');
  int taken = 0;
  while (reassembly.add({true, false, 0, std::nullopt, piece}) == Reassembly::Added::more) ++taken;
  EXPECT_EQ(taken, 65);
}

}  // namespace
}  // namespace postern::eap
