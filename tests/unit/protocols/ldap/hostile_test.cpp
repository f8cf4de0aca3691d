// Decoders against damaged PDUs: no crash, no read beyond the spare octet, no write at all.

#include <gtest/gtest.h>

#include <random>

#include "protocols/ldap/decode.h"
#include "protocols/ldap/decode_response.h"
#include "protocols/ldap/dn.h"
#include "unit/protocols/ber/guarded.h"
#include "unit/protocols/ldap/samples.h"

namespace postern::ldap {
namespace {

void decode_everything(OctetPiece pdu) {
  const auto envelope = decode_envelope(pdu);
  if (!envelope.ok()) return;
  SearchRequest search;
  std::vector<Control> controls;
  if (envelope->controls) (void)decode_controls(*envelope->controls, controls);
  (void)decode_bind(envelope->body);
  if (decode_search(envelope->body, search).ok()) {
    Octets again;
    append_filter(again, search.filter);
    Filter filter;
    EXPECT_TRUE(decode_filter(again, filter).ok());
    EXPECT_EQ(to_text(filter), to_text(search.filter));
  }
  (void)decode_compare(envelope->body);
  (void)decode_extended(envelope->body);
  (void)decode_abandon(envelope->body);
  (void)decode_response(envelope->op, envelope->body);
  (void)decode_entry(envelope->body);
}

TEST(LdapHostile, Rfc4511_6_TruncatedAtEveryOctet) {
  for (const Octets& pdu : test::sample_pdus()) {
    for (std::size_t length = 0; length <= pdu.size(); ++length) {
      const test::Guarded guarded(OctetPiece(pdu).first(length), 1);
      EXPECT_EQ(decode_envelope(guarded.piece()).ok(), length == pdu.size());
      decode_everything(guarded.piece());
    }
  }
}

TEST(LdapHostile, BodiesTruncatedAtEveryOctetAreErrors) {
  const Octets pdu = test::search_pdu("(&(a=b)(c=d*e))", {"x"});
  const OctetPiece body = decode_envelope(pdu)->body;
  SearchRequest request;
  for (std::size_t length = 0; length < body.size(); ++length) {
    const test::Guarded guarded(body.first(length), 1);
    EXPECT_FALSE(decode_search(guarded.piece(), request).ok()) << length;
  }
}

TEST(LdapHostile, Rfc4511_6_EveryBitFlipped) {
  for (const Octets& pdu : test::sample_pdus()) {
    for (std::size_t bit = 0; bit < pdu.size() * 8; ++bit) {
      Octets damaged = pdu;
      damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ (1U << (bit % 8)));
      const test::Guarded guarded(damaged, 1);
      decode_everything(guarded.piece());
    }
  }
}

TEST(LdapHostile, RandomTextIsADnOrIsNot) {
  std::mt19937 random(42);
  constexpr std::string_view kAlphabet = "cn=a,+\\ #\";<>2C\xc3\xa4\x80";
  std::string once;
  std::string twice;
  for (int round = 0; round < 20000; ++round) {
    std::string text(random() % 24, 'x');
    for (char& c : text) c = kAlphabet[random() % kAlphabet.size()];
    if (!normalise_dn("cn=" + text, once)) continue;
    ASSERT_TRUE(normalise_dn(once, twice)) << text;
    EXPECT_EQ(once, twice) << text;
    const auto dn = Dn::parse("cn=" + text);
    ASSERT_TRUE(dn.ok());
    EXPECT_EQ(dn->size(), normal_depth(once));
    ASSERT_TRUE(normalise_dn(dn->text(), twice)) << text;
    EXPECT_EQ(once, twice) << text;
  }
}

}  // namespace
}  // namespace postern::ldap
