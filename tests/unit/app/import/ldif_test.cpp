#include "app/import/ldif.h"

#include <gtest/gtest.h>

#include "unit/app/import/input.h"

namespace postern::app {
namespace {

using testing::Input;
using Next = LdifReader::Next;
using Values = std::vector<std::pair<std::string, std::string>>;

struct Read {
  std::vector<LdifRecord> records;
  std::vector<std::pair<std::uint64_t, std::string>> faults;
};

Read read(std::string_view text) {
  const Input input(text);
  LdifReader reader(input.fd());
  Read out;
  LdifRecord record;
  for (;;) {
    const Next next = reader.next(record);
    if (next == Next::end) return out;
    if (next == Next::record) out.records.push_back(record);
    if (next == Next::fault) out.faults.emplace_back(record.line, std::string(reader.fault()));
    if (out.records.size() + out.faults.size() > 1000) {
      ADD_FAILURE() << "reading does not end";
      return out;
    }
  }
}

LdifRecord one(std::string_view text) {
  const Read out = read(text);
  EXPECT_TRUE(out.faults.empty()) << out.faults.front().second;
  EXPECT_EQ(out.records.size(), 1U);
  return out.records.empty() ? LdifRecord{} : out.records.front();
}

TEST(Ldif, Rfc2849_ContentRecords) {
  const Read out =
      read("version: 1\ndn: dc=a\ndc: a\nobjectClass: domain\n\n\n\ndn: dc=b\ndc: b\n");
  ASSERT_EQ(out.records.size(), 2U);
  EXPECT_EQ(out.records[0].dn, "dc=a");
  EXPECT_EQ(out.records[0].line, 2U);
  EXPECT_EQ(out.records[0].values, (Values{{"dc", "a"}, {"objectclass", "domain"}}));
  EXPECT_EQ(out.records[1].dn, "dc=b");
  EXPECT_EQ(out.records[1].line, 8U);
}

TEST(Ldif, Rfc2849_FoldedLines) {
  EXPECT_EQ(one("dn: dc=\n a\ncn: one\n  two\n \n three\n").values,
            (Values{{"cn", "one twothree"}}));
}

TEST(Ldif, Rfc2849_FoldedLinesWithCrLf) {
  const LdifRecord record = one("dn: dc=\r\n a\r\ncn: x\r\n y\r\n");
  EXPECT_EQ(record.dn, "dc=a");
  EXPECT_EQ(record.values, (Values{{"cn", "xy"}}));
}

TEST(Ldif, Rfc2849_CommentsMayFoldAndStandAnywhere) {
  const LdifRecord record = one("# head\ndn: dc=a\n# in\n  between\ncn: x\n#last\n");
  EXPECT_EQ(record.values, (Values{{"cn", "x"}}));
}

TEST(Ldif, Rfc2849_Base64Values) {
  const LdifRecord record = one("dn:: ZGM9w6Q=\ncn:: R3LDvMOfZQ==\nempty::\ndata:: AAEC\n");
  EXPECT_EQ(record.dn, "dc=ä");
  EXPECT_EQ(record.values,
            (Values{{"cn", "Grüße"}, {"empty", ""}, {"data", std::string("\0\1\2", 3)}}));
}

TEST(Ldif, FoldedBase64) {
  EXPECT_EQ(one("dn: dc=a\ncn:: R3LD\n vMOf\n ZQ==\n").values, (Values{{"cn", "Grüße"}}));
}

TEST(Ldif, EmptyValueAndSpaces) {
  EXPECT_EQ(one("dn: dc=a\na:\nb:   x\nc:x\nd: x \n").values,
            (Values{{"a", ""}, {"b", "x"}, {"c", "x"}, {"d", "x "}}));
}

TEST(Ldif, ColonsInValues) {
  EXPECT_EQ(one("dn: dc=a\nurl: http://x:1\n").values, (Values{{"url", "http://x:1"}}));
}

TEST(Ldif, FrameOfLdapsearchIsNoRecord) {
  const Read out = read(
      "# extended LDIF\n#\n# LDAPv3\n\n# a\ndn: dc=a\ndc: a\n\nref: ldap://x\n\n# search "
      "result\nsearch: 2\n"
      "result: 0 Success\n\n# numResponses: 2\n");
  ASSERT_EQ(out.records.size(), 1U);
  EXPECT_TRUE(out.faults.empty());
}

TEST(Ldif, Rfc2849_AddIsARecordOtherChangesAreFaults) {
  const Read out = read(
      "dn: dc=a\nchangetype: add\ndc: a\n\ndn: dc=b\nchangetype: delete\n\ndn: dc=c\nchangetype: "
      "modify\n"
      "replace: dc\ndc: x\n\ndn: dc=d\ndc: d\n");
  ASSERT_EQ(out.records.size(), 2U);
  EXPECT_EQ(out.records[1].dn, "dc=d");
  ASSERT_EQ(out.faults.size(), 2U);
  EXPECT_EQ(out.faults[0].first, 5U);
}

TEST(Ldif, ChangeRecordWithSeparatorsIsOneFault) {
  const Read out = read(
      "dn: dc=a\nchangetype: modify\nreplace: dc\ndc: x\n-\nadd: cn\ncn: y\n-\n\ndn: dc=b\ndc: "
      "b\n");
  EXPECT_EQ(out.faults.size(), 1U);
  ASSERT_EQ(out.records.size(), 1U);
  EXPECT_EQ(out.records[0].dn, "dc=b");
}

TEST(Ldif, ValuesByUrlAreNeverRead) {
  const Read out = read("dn: dc=a\nphoto:< file:///etc/passwd\ncn: x\n\ndn: dc=b\ndc: b\n");
  ASSERT_EQ(out.faults.size(), 1U);
  EXPECT_EQ(out.faults[0].second, "a value by URL is not read");
  ASSERT_EQ(out.records.size(), 1U);
  EXPECT_EQ(out.records[0].dn, "dc=b");
}

TEST(Ldif, FaultsCostTheirRecordAlone) {
  for (const std::string_view bad :
       {"dn: dc=x\nno colon\ncn: a\n", "dn: dc=x\ncn:: !!\n", "dn: dc=x\n: nameless\n",
        "cn: without dn\n", "dn: dc=x\ncn:: QUJD\x80\n", "dn:\ncn: x\n", "dn: dc=x\ncn:: QQ\n",
        " folded into nothing\n"}) {
    const Read out = read("dn: dc=a\ndc: a\n\n" + std::string(bad) + "\ndn: dc=b\ndc: b\n");
    EXPECT_EQ(out.records.size(), 2U) << bad;
    ASSERT_EQ(out.faults.size(), 1U) << bad;
    EXPECT_EQ(out.faults[0].first, 4U) << bad;
  }
}

TEST(Ldif, LastRecordWithAFaultEnds) {
  const Read out = read("dn: dc=a\nbroken");
  EXPECT_EQ(out.records.size(), 0U);
  EXPECT_EQ(out.faults.size(), 1U);
}

TEST(Ldif, ValueLongerThanTheLimitIsAFault) {
  for (const std::string& value : {std::string(kMaxLine + 1, 'x'), [] {
                                     std::string folded(1000, 'x');
                                     for (int i = 0; i < 5000; ++i)
                                       folded += "\n " + std::string(1000, 'x');
                                     return folded;
                                   }()}) {
    const Read out = read("dn: dc=a\ncn: " + value + "\n\ndn: dc=b\ndc: b\n");
    ASSERT_EQ(out.faults.size(), 1U);
    EXPECT_EQ(out.faults[0].second, "a value is longer than 4 MiB");
    ASSERT_EQ(out.records.size(), 1U);
    EXPECT_EQ(out.records[0].dn, "dc=b");
  }
}

TEST(Ldif, RecordOfTooManyValuesIsAFault) {
  std::string text = "dn: dc=a\n";
  for (int i = 0; i < 100'001; ++i) text += "m: x\n";
  const Read out = read(text + "\ndn: dc=b\ndc: b\n");
  ASSERT_EQ(out.faults.size(), 1U);
  EXPECT_EQ(out.records.size(), 1U);
}

TEST(Ldif, OctetsReadCoverTheFile) {
  const std::string text = "dn: dc=a\ndc: a\n";
  const Input input(text);
  LdifReader reader(input.fd());
  LdifRecord record;
  while (reader.next(record) != Next::end) {
  }
  EXPECT_EQ(reader.source().octets(), text.size());
}

}  // namespace
}  // namespace postern::app
