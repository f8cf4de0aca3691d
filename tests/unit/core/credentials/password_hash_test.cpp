#include "core/credentials/password_hash.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace postern::core {
namespace {

const PasswordHasher& hasher() {
  static const PasswordHasher one({.memory_kib = 64, .passes = 1});
  return one;
}

constexpr std::string_view kPassword = "correct horse";

// Made elsewhere from "correct horse": slappasswd, openssl passwd, libxcrypt and hashlib through
// Python.
struct Vector {
  const char* name;
  const char* stored;
  HashKind kind;
};
void PrintTo(const Vector& vector, std::ostream* out) { *out << vector.name; }
const Vector kVectors[] = {
    {"ssha", "{SSHA}V7Me7J0BZsh3B3jjxcOAOGMFBIRBgi6G", HashKind::fast_import},
    {"sha", "{SHA}L55TUjtiq8FBorTWAZ0jy6g129A=", HashKind::fast_import},
    {"ssha256",
     "{SSHA256}zKA90a2wglRfrN5uhl/64EaFSbjClBkx8oSlESrbUb7T9RqlaQwy9Q==", HashKind::fast_import},
    {"ssha384",
     "{SSHA384}h5UHWGS0T2c60Y22WuYXKDxmmTrynQ4+q3Ys852v7S/JJhc8iE6xrRWQVao3Lzyjfp4S3BgM/g8=",
     HashKind::fast_import},
    {"ssha512",
     "{ssha512}hKfpydIVZGMQyoflbMMsxdS3hY0cxact0DyA+B/KInZC4hVQVrcngZ/"
     "WcDSjEZ9YWji4Egk/6/eD1sGunEQ9IOwgXZEeoA+m",
     HashKind::fast_import},
    {"sha512",
     "{SHA512}VraY3v7bWkNbY0r+MyC7rz/"
     "c2SC2xQOkRvx7endrKY1HnRumqLYXgI6wv1ec6aldZoNHvKtxSQhayTyyeZUZew==",
     HashKind::fast_import},
    {"slapd argon2i",
     "{ARGON2}$argon2i$v=19$m=4096,t=3,p=1$QmlMWxpuDHfS1jv/yz8+KA$"
     "vIwVsqwmtSK7RTK+T6yl+eQrRsBIe3EgkBXwfDGvTNE",
     HashKind::argon2},
    {"crypt sha512",
     "{CRYPT}$6$BBk4nupoTrqsuFQT$"
     "rr8YC6GYOjfrKiwkPJnyI91zdkFc6oxyGL05VmnE3li7ABktj2XyX5Yng6kN7JbucsNClO5."
     "TBPEEw6SRDcVk1",
     HashKind::fast_import},
    {"md5", "$1$abcdefgh$y6iHhJNbuC0xpbk0w9pm80", HashKind::fast_import},
    {"sha256", "$5$abcdefgh$ruMep1ijHnJPZbETDNiumskxcX3kN4lzZd5VlsqE7eB", HashKind::fast_import},
    {"sha512",
     "$6$abcdefgh$yIZAF3gQPvtKZO/9qOJKffAKKbtS3ef3qmwyugk4uWVjX8YZf/"
     "GV3A8SkFxEPY0T56CcilGrHKLffBsp6dLMG.",
     HashKind::fast_import},
    {"sha512 many rounds",
     "$6$rounds=50000$abcdefgh$ZQxFU3aS.aRwgtqRbcIGN2oybFzNQ5G9Oi.dsHsH9.XaOrvX2V4eE8K.wa9XBDJa."
     "sYLkCJV417xP29KKjQjn.",
     HashKind::slow_import},
    {"bcrypt 2b", "$2b$08$abcdefghijklmnopqrstuubAvJmxpQuyV3jn7x.SUSPxe.DearCPe",
     HashKind::slow_import},
    {"bcrypt 2y", "{crypt}$2y$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2",
     HashKind::fast_import},
    {"yescrypt", "$y$j75$abcdefghijklmnop$1kKL1r02wT4HlcktLfzeoOHd1GFgv7Ay4JeEbqGj80B",
     HashKind::slow_import},
    {"gost yescrypt", "$gy$j75$abcdefghijklmnop$5ajbgv/UanA5M5qJVWF5whKEQl5QwuhPGXEZ6W8eONC",
     HashKind::slow_import},
    {"scrypt", "$7$A6..../....abcdefgh$3.256d6OmfZjVHqbeeHZMUcaQ2QKOD.cdzwcnr4tL/6",
     HashKind::slow_import},
    {"django", "pbkdf2_sha256$260000$saltysalt$IDUXZlPg+13lLAI6kTPBHigDWp2UQwsF/q7r1OrsbeU=",
     HashKind::slow_import},
    {"django few", "pbkdf2_sha256$1000$saltysalt$ogyELkenhssjo9YzB+hLx2dedTg0guGJUM+KVU08H9I=",
     HashKind::fast_import},
    // Passlib's adapted base64, as slapd's pw-pbkdf2 writes it; salt "saltysalt".
    {"slapd pbkdf2", "{PBKDF2-SHA256}1000$c2FsdHlzYWx0$ogyELkenhssjo9YzB.hLx2dedTg0guGJUM.KVU08H9I",
     HashKind::fast_import},
};

class PasswordImport : public testing::TestWithParam<Vector> {};

TEST_P(PasswordImport, VerifiesExactlyTheRightPasswordAndCountsSlowHashes) {
  const Vector& v = GetParam();
  EXPECT_EQ(PasswordHasher::kind(v.stored), v.kind);
  const std::uint64_t before = hasher().slow_hashes();
  EXPECT_TRUE(hasher().verify(v.stored, Secret(kPassword)));
  EXPECT_EQ(hasher().slow_hashes() - before, v.kind == HashKind::fast_import ? 0u : 1u);
  EXPECT_FALSE(hasher().verify(v.stored, Secret("correct hors")));
  EXPECT_FALSE(hasher().verify(v.stored, Secret("correct horse ")));
  EXPECT_FALSE(hasher().verify(v.stored, Secret(std::string_view("correct horse\0x", 15))));
  EXPECT_FALSE(hasher().verify(v.stored, Secret()));
  EXPECT_TRUE(hasher().needs_rehash(v.stored));
}
INSTANTIATE_TEST_SUITE_P(Forms, PasswordImport, testing::ValuesIn(kVectors));

TEST(PasswordHasher, OwnHashIsArgon2idAndSlowOnce) {
  const std::uint64_t before = hasher().slow_hashes();
  const std::string stored = hasher().hash(Secret("pw"));
  EXPECT_EQ(hasher().slow_hashes() - before, 1u);
  EXPECT_TRUE(stored.starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
  EXPECT_TRUE(hasher().verify(stored, Secret("pw")));
  EXPECT_FALSE(hasher().verify(stored, Secret("pW")));
  EXPECT_EQ(hasher().slow_hashes() - before, 3u);
  hasher().dummy();
  EXPECT_EQ(hasher().slow_hashes() - before, 4u);
  EXPECT_FALSE(hasher().needs_rehash(stored));
  EXPECT_TRUE(PasswordHasher({.memory_kib = 128, .passes = 1}).needs_rehash(stored));
}

TEST(PasswordHasher, DesAndUnknownTextsAreUnsupported) {
  for (const char* stored : {"abhfCpXqd4GrI", "{CRYPT}abhfCpXqd4GrI", "bogus$$", "plain",
                             "{CLEARTEXT}correct horse", "{MD5}xx", "_J9..abcdfe", "$3$$abc", "$x$",
                             "{", "{}", "{SSHA}", "{SHA}L55TUjtiq8FBorTWAZ0jy6g129",
                             "$argon2d$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
                             "$argon2id$v=16$m=64,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA"}) {
    EXPECT_EQ(PasswordHasher::kind(stored), HashKind::unsupported) << stored;
    const std::uint64_t before = hasher().slow_hashes();
    EXPECT_FALSE(hasher().verify(stored, Secret(kPassword))) << stored;
    EXPECT_EQ(hasher().slow_hashes(), before) << stored;
  }
  EXPECT_EQ(PasswordHasher::kind(""), HashKind::none);
}

TEST(PasswordHasher, GreedyParametersAreRefusedBeforeAnythingRuns) {
  for (const char* stored :
       {"$argon2id$v=19$m=1048577,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=1024,t=17,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=1024,t=1,p=17$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=4294967297,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
        "$6$rounds=999999999$abcdefgh$aaaa",
        "$2b$31$abcdefghijklmnopqrstuubAvJmxpQuyV3jn7x.SUSPxe.DearCPe",
        "$y$jU5$abcdefghijklmnop$aaaa", "$7$T6..../....abcdefgh$aaaa",
        "pbkdf2_sha256$10000001$saltysalt$ogyELkenhssjo9YzB+hLx2dedTg0guGJUM+KVU08H9I="}) {
    EXPECT_EQ(PasswordHasher::kind(stored), HashKind::unsupported) << stored;
  }
}

TEST(PasswordHasher, LongPasswordAgainstCryptCostsOneSlowHash) {
  const std::uint64_t before = hasher().slow_hashes();
  EXPECT_FALSE(hasher().verify("$2b$08$abcdefghijklmnopqrstuubAvJmxpQuyV3jn7x.SUSPxe.DearCPe",
                               Secret(std::string(600, 'a'))));
  EXPECT_EQ(hasher().slow_hashes() - before, 1u);
}

TEST(PasswordHash, Rfc4513_5_1_3_OurHashesAreOfThePreparedPassword) {
  const std::string stored = hasher().hash(Secret("gr\xc3\xbc\xc3\x9f \xc2\xb2"));  // grüß ²
  EXPECT_TRUE(hasher().verify(stored, Secret("gr\xc3\xbc\xc3\x9f 2")));
  EXPECT_TRUE(hasher().verify(stored, Secret("gru\xcc\x88\xc3\x9f 2"))) << "decomposed";
  EXPECT_FALSE(hasher().verify(stored, Secret("gru\xc3\x9f 2")));
  const std::string latin1 = hasher().hash(Secret("gr\xfc\xdf"));
  EXPECT_TRUE(hasher().verify(latin1, Secret("gr\xfc\xdf")));
  EXPECT_FALSE(hasher().verify(latin1, Secret("gr\xfc\xde")));
}

TEST(PasswordHash, ImportedArgon2IsOfTheOctetsAsTheyWere) {
  const std::string ours = hasher().hash(Secret("2"));
  EXPECT_TRUE(hasher().verify(ours, Secret("\xc2\xb2")));
  EXPECT_FALSE(hasher().verify("{ARGON2}" + ours, Secret("\xc2\xb2")));
  EXPECT_TRUE(hasher().verify("{ARGON2}" + ours, Secret("2")));
}

}  // namespace
}  // namespace postern::core
