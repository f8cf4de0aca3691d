#include "protocols/eap/peap.h"

#include <gtest/gtest.h>

namespace postern::eap {
namespace {

TEST(Peap, InnerPacketsTravelWithoutTheirHeader) {
  EXPECT_EQ(encode_peap_request(type::gtc, Octets{'?'}), (Octets{6, '?'}));
  const Octets plain{1, 'b', 'o', 'b'};
  const auto packet = decode_peap_response(plain);
  ASSERT_TRUE(packet.ok());
  EXPECT_EQ(packet->code, Code::response);
  EXPECT_EQ(packet->type, type::identity);
  EXPECT_EQ(identity_of(*packet), "bob");
  EXPECT_FALSE(decode_peap_response(Octets{}).ok());
}

TEST(Peap, TheResultTravelsWhole) {
  EXPECT_EQ(encode_peap_result(Code::request, 4, true),
            (Octets{1, 4, 0, 11, 33, 0x80, 3, 0, 2, 0, 1}));
  for (const bool success : {true, false}) {
    const Octets octets = encode_peap_result(Code::response, 4, success);
    const auto packet = decode_peap_response(octets);
    ASSERT_TRUE(packet.ok());
    EXPECT_EQ(peap_result(*packet), success);
  }
}

TEST(Peap, AResultBehindOtherTlvsIsFoundAndAHalfOneIsNone) {
  const Octets behind{2, 4, 0, 17, 33, 0, 9, 0, 2, 'x', 'y', 0x80, 3, 0, 2, 0, 1};
  EXPECT_EQ(peap_result(*decode_peap_response(behind)), true);
  for (const Octets& tlvs : {Octets{}, Octets{0x80, 3, 0}, Octets{0x80, 3, 0, 2, 0},
                             Octets{0x80, 3, 0, 2, 0, 3}, Octets{0x80, 3, 0, 1, 1}}) {
    const Packet packet{Code::response, 1, type::extensions, tlvs};
    EXPECT_EQ(peap_result(packet), std::nullopt) << tlvs.size();
  }
  EXPECT_FALSE(decode_peap_response(Octets{33, 0x80, 3, 0, 2, 0, 1}).ok());
  EXPECT_EQ(peap_result({Code::response, 1, type::gtc, Octets{0x80, 3, 0, 2, 0, 1}}), std::nullopt);
}

}  // namespace
}  // namespace postern::eap
