#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "protocols/radius/assign.h"
#include "protocols/radius/dictionary_reader.h"

namespace postern::radius {
namespace {

std::optional<std::string> no_file(std::string_view, std::string_view) { return std::nullopt; }

std::optional<DictionaryError> read(std::string_view text, Dictionary& dictionary,
                                    const OpenDictionary& open = no_file) {
  return read_dictionary(text, "test", dictionary, open);
}

TEST(RadiusDictionary, TheCommonFormatIsRead) {
  Dictionary dictionary;
  const auto error = read(
      "# a comment\n"
      "VENDOR Acme 0x1234 format=1,1\n"
      "BEGIN-VENDOR\tAcme\n"
      "ATTRIBUTE\tAcme-Level\t7\tinteger # behind\r\n"
      "VALUE Acme-Level High 0x10\n"
      "END-VENDOR Acme\n"
      "ATTRIBUTE Tunnel-Password 69 string has_tag,encrypt=2\n"
      "ATTRIBUTE Strange 200 of-a-newer-kind\n"
      "ATTRIBUTE Own-Book-Keeping 1100 integer\n"
      "VALUE Own-Book-Keeping One 1\n"
      "ATTRIBUTE Sub 241.5 tlv\n"
      "ATTRIBUTE Sub-Sub 241.5.3 integer\n",
      dictionary);
  ASSERT_FALSE(error.has_value()) << error->line << error->what;
  const AttributeEntry* level = dictionary.attribute("acme-LEVEL");
  ASSERT_NE(level, nullptr);
  EXPECT_EQ(level->vendor, 0x1234U);
  EXPECT_EQ(dictionary.attribute(0x1234, 7), level);
  ASSERT_NE(dictionary.value(*level, "high"), nullptr);
  EXPECT_EQ(*dictionary.value(*level, "high"), 16U);
  EXPECT_EQ(dictionary.value_name(*level, 16), "High");
  const AttributeEntry* hidden = dictionary.attribute("Tunnel-Password");
  EXPECT_TRUE(hidden->has_tag);
  EXPECT_EQ(hidden->hiding, Hiding::tunnel_password);
  EXPECT_EQ(dictionary.attribute("Strange")->type, ValueType::octets);
  EXPECT_EQ(dictionary.attribute("Own-Book-Keeping"), nullptr);
  EXPECT_EQ(dictionary.attribute("Sub-Sub")->path, (std::vector<std::uint8_t>{5, 3}));
  EXPECT_EQ(dictionary.attribute(0, 241), nullptr);
}

TEST(RadiusDictionary, ErrorsNameTheLine) {
  const struct {
    const char* text;
    std::size_t line;
  } cases[] = {
      {"\nATTRIBUTE Short 1\n", 2},
      {"ATTRIBUTE Bad one string\n", 1},
      {"VENDOR Acme none\n", 1},
      {"VENDOR Acme 9 format=3,1\n", 1},
      {"VENDOR Acme 9 format=\n", 1},
      {"BEGIN-VENDOR Nobody\n", 1},
      {"VENDOR A 1\nBEGIN-VENDOR A\nBEGIN-VENDOR A\n", 3},
      {"END-VENDOR A\n", 1},
      {"VENDOR A 1\nBEGIN-VENDOR A\n", 2},
      {"ATTRIBUTE X 1 integer\nVALUE X One one\n", 2},
      {"ATTRIBUTE X 1 string encrypt=9\n", 1},
      {"ATTRIBUTES X 1 string\n", 1},
      {"\n\n$INCLUDE missing\n", 3},
      {"ATTRIBUTE X 1.1.1.1.1.1.1.1.1.1 string\n", 1},
  };
  for (const auto& one : cases) {
    Dictionary dictionary;
    const auto error = read(one.text, dictionary);
    ASSERT_TRUE(error.has_value()) << one.text;
    EXPECT_EQ(error->line, one.line) << one.text;
    EXPECT_EQ(error->file, "test");
    EXPECT_FALSE(error->what.empty());
  }
}

TEST(RadiusDictionary, IncludedFilesAreReadAndTheirErrorsAreTheirs) {
  const std::map<std::string, std::string, std::less<>> files{
      {"one", "ATTRIBUTE One 1 string\n$INCLUDE two\n"},
      {"two", "ATTRIBUTE Two 2 string\nbroken\n"},
      {"loop", "$INCLUDE loop\n"}};
  const auto open = [&files](std::string_view, std::string_view name) {
    const auto found = files.find(name);
    return found == files.end() ? std::nullopt : std::optional<std::string>(found->second);
  };
  Dictionary dictionary;
  const auto error = read("$INCLUDE one\n", dictionary, open);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->file, "two");
  EXPECT_EQ(error->line, 2U);
  EXPECT_NE(dictionary.attribute("Two"), nullptr);
  EXPECT_TRUE(read("$INCLUDE loop\n", dictionary, open).has_value()) << "a loop ends";
  EXPECT_FALSE(read("$INCLUDE- missing\n", dictionary, open).has_value());
}

TEST(RadiusDictionary, ALaterDefinitionTakesThePlace) {
  Dictionary dictionary;
  ASSERT_FALSE(read("ATTRIBUTE Old 25 string\nATTRIBUTE New 25 octets\n", dictionary).has_value());
  EXPECT_EQ(dictionary.attribute(0, 25)->name, "New");
  EXPECT_NE(dictionary.attribute("Old"), nullptr);
}

class OwnDictionaries : public ::testing::Test {
 protected:
  void SetUp() override {
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(POSTERN_DICTIONARIES)) {
      files.insert(entry.path());
    }
    for (const auto& file : files) {
      std::ifstream in(file, std::ios::binary);
      const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
      const auto error = read_dictionary(text, file.string(), dictionary, no_file);
      ASSERT_FALSE(error.has_value()) << error->file << ":" << error->line << ": " << error->what;
    }
  }
  Dictionary dictionary;
};

TEST_F(OwnDictionaries, HoldEveryNamedVendor) {
  for (const std::string_view name : {"Microsoft", "Cisco", "Fortinet", "Mikrotik", "Aruba",
                                      "Juniper", "PaloAlto", "APC", "H3C", "Ruckus", "Ubiquiti"}) {
    EXPECT_NE(dictionary.vendor(name), nullptr) << name;
  }
  EXPECT_GT(dictionary.size(), 350U);
}

TEST_F(OwnDictionaries, HoldWhatRepliesAreMadeOf) {
  for (const std::string_view name :
       {"Class", "Filter-Id", "Session-Timeout", "Tunnel-Type", "Tunnel-Medium-Type",
        "Tunnel-Private-Group-Id", "Cisco-AVPair", "Fortinet-Group-Name", "Mikrotik-Group",
        "Aruba-Admin-Role", "H3C-Exec-Privilege", "APC-Service-Type", "Juniper-Local-User-Name",
        "PaloAlto-Admin-Role", "Ruckus-User-Groups", "MS-MPPE-Recv-Key"}) {
    const AttributeEntry* entry = dictionary.attribute(name);
    ASSERT_NE(entry, nullptr) << name;
    EXPECT_TRUE(can_send(dictionary, *entry)) << name;
  }
  EXPECT_EQ(*dictionary.value(*dictionary.attribute("Tunnel-Type"), "VLAN"), 13U);
  EXPECT_EQ(*dictionary.value(*dictionary.attribute("Tunnel-Medium-Type"), "IEEE-802"), 6U);
}

}  // namespace
}  // namespace postern::radius
