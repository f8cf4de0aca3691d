#include "core/credentials/split.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace postern::core {
namespace {

LoginRecord with_totp(int digits) {
  LoginRecord record;
  record.pk = 1;
  record.totp.push_back({"t", "", digits, 30});
  return record;
}

LoginRecord with_static(int length) {
  LoginRecord record;
  record.pk = 1;
  record.has_static_device = true;
  record.static_codes.push_back({"c", "d", {}, length});
  return record;
}

SplitText cut(std::string_view text, const LoginRecord& record, SplitRule rule = {},
              bool fits = true) {
  return split(text, code_shapes(record, true, true), rule, fits);
}

struct Case {
  std::string_view text, password, code;
};

TEST(Split, Rule5_4_TableOfCases) {
  const Case cases[] = {
      {"pw;123456", "pw", "123456"},
      {"a;b;123456", "a;b", "123456"},
      {"pw;", "pw;", ""},
      {";123456", ";123456", ""},
      {"pw;12345", "pw;12345", ""},
      {"pw;1234567", "pw;1234567", ""},
      {"pw;12345678", "pw;12345678", ""},
      {"pw; 123456", "pw; 123456", ""},
      {"pw;123456 ", "pw;123456 ", ""},
      {"pw;\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x93\xEF\xBC\x94\xEF\xBC\x95\xEF\xBC\x96",
       "pw;\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x93\xEF\xBC\x94\xEF\xBC\x95\xEF\xBC\x96", ""},
      {"pw;+12345", "pw;+12345", ""},
      {"pw;-12345", "pw;-12345", ""},
      {"pw", "pw", ""},
      {"", "", ""},
      {";", ";", ""},
      {";;123456", ";", "123456"},
      {"p\xC3\xA4sswort;123456", "p\xC3\xA4sswort", "123456"},
      {"pw;123456;", "pw;123456;", ""},
      {"pw;123456;654321", "pw;123456", "654321"},
      {"123456", "123456", ""},
  };
  const LoginRecord user = with_totp(6);
  for (const Case& c : cases) {
    const SplitText got = cut(c.text, user);
    EXPECT_EQ(got.password, c.password) << c.text;
    EXPECT_EQ(got.code, c.code) << c.text;
  }
}

TEST(Split, Rule5_4_EightCharactersOnlyIfOwned) {
  EXPECT_EQ(cut("pw;12345678", with_totp(8)).code, "12345678");
  EXPECT_EQ(cut("pw;12345678", with_static(8)).code, "12345678");
  EXPECT_EQ(cut("pw;abcd1234", with_static(8)).code, "abcd1234");
  EXPECT_EQ(cut("pw;abcd1234", with_totp(8)).code, "");
  EXPECT_EQ(cut("pw;123456", with_totp(8)).code, "");
}

TEST(Split, Rule5_4_StaticCodesOf8And12And16) {
  for (const int length : {8, 12, 16}) {
    const std::string code(static_cast<std::size_t>(length), 'x');
    EXPECT_EQ(cut("pw;" + code, with_static(length)).code, code);
    EXPECT_EQ(cut("pw;" + code + "x", with_static(length)).code, "");
  }
}

TEST(Split, Rule5_4_3_OffAndRule5_4_4_NoDeviceOrNoDemandAreWhole) {
  EXPECT_EQ(cut("pw;123456", with_totp(6), {.mode = InlineCode::off}).password, "pw;123456");
  EXPECT_EQ(cut("pw;123456", LoginRecord{}).password, "pw;123456");
  EXPECT_EQ(cut("pw;123456", with_totp(6), {.demand = CodeDemand::no}).password, "pw;123456");
  const LoginRecord record = with_totp(6);
  EXPECT_EQ(split("pw;123456", code_shapes(record, false, true), {}, true).password, "pw;123456");
}

TEST(Split, Rule5_4_7_AnUncertainFlowCutsOnlyForARightCode) {
  const SplitRule rule{.demand = CodeDemand::maybe};
  EXPECT_EQ(cut("pw;123456", with_totp(6), rule, true).password, "pw");
  EXPECT_EQ(cut("pw;123456", with_totp(6), rule, false).password, "pw;123456");
  EXPECT_EQ(cut("pw;123456", with_totp(6), {}, false).password, "pw");
}

TEST(Split, EverySeparatorAndNone) {
  for (const std::string separator : {";", ",", ":", "#", "+"}) {
    ASSERT_TRUE(is_separator(separator));
    const SplitRule rule{.separator = separator};
    EXPECT_EQ(cut("pw" + separator + "123456", with_totp(6), rule).password, "pw");
    EXPECT_EQ(cut("pw|123456", with_totp(6), rule).code, "");
  }
  ASSERT_TRUE(is_separator(""));
  const SplitRule none{.separator = ""};
  EXPECT_EQ(cut("pw123456", with_totp(6), none).password, "pw");
  EXPECT_EQ(cut("pw12345678", with_totp(8), none).password, "pw");
  EXPECT_EQ(cut("123456", with_totp(6), none).password, "123456");
  EXPECT_EQ(cut("pw12345x", with_totp(6), none).code, "");
  EXPECT_FALSE(is_separator(";;"));
  EXPECT_FALSE(is_separator("x"));
}

// What the rule says, written down a second time and differently: look from the right.
SplitText expected(std::string_view text, const LoginRecord& user, char separator) {
  for (std::size_t i = text.size(); i-- > 0;) {
    if (text[i] != separator) continue;
    const std::string_view right = text.substr(i + 1);
    bool owned = false;
    bool digits = true, plain = true;
    for (const char c : right) {
      digits = digits && c >= '0' && c <= '9';
      plain = plain && ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
    }
    for (const auto& device : user.totp)
      owned |= digits && right.size() == static_cast<std::size_t>(device.digits);
    for (const auto& code : user.static_codes)
      owned |= plain && right.size() == static_cast<std::size_t>(code.length);
    if (owned && i > 0) return {text.substr(0, i), right};
    return {text, {}};
  }
  return {text, {}};
}

TEST(Split, Rule5_4_5_CutsAtLastSeparatorOnlyForOwnedShapes_Generated) {
  std::mt19937 random(7);
  const std::string_view separators = ";,:#+";
  const std::string_view pieces[] = {"pw",
                                     "a",
                                     ";",
                                     ",",
                                     ":",
                                     "#",
                                     "+",
                                     "123456",
                                     "12345678",
                                     "1234567",
                                     "abcdefghijkl",
                                     "\xC3\xA4",
                                     " ",
                                     "x1",
                                     "0",
                                     ";123456",
                                     "+123456"};
  int cuts = 0;
  for (int i = 0; i < 20000; ++i) {
    LoginRecord user;
    if (random() % 2) user.totp.push_back({"t", "", random() % 2 ? 6 : 8, 30});
    if (random() % 3 == 0) {
      user.has_static_device = true;
      user.static_codes.push_back({"c", "d", {}, random() % 2 ? 12 : 8});
    }
    const char separator = separators[random() % separators.size()];
    std::string text;
    for (auto n = random() % 5; n-- > 0;) text += pieces[random() % std::size(pieces)];
    const std::string_view sep(&separator, 1);
    if (random() % 2) text += separator;
    if (random() % 2) text += random() % 2 ? "123456" : random() % 2 ? "87654321" : "abcdefghijkl";
    const SplitText got = cut(text, user, {.separator = sep}),
                    want = expected(text, user, separator);
    ASSERT_EQ(got.password, want.password) << text << " at " << separator;
    ASSERT_EQ(got.code, want.code) << text;
    ASSERT_EQ(
        got.code.empty() ? text : std::string(got.password) + separator + std::string(got.code),
        text);
    ASSERT_TRUE(text.empty() || !got.password.empty())
        << text;  // never an empty password from a full text
    cuts += got.code.empty() ? 0 : 1;
  }
  EXPECT_GT(cuts, 200);
}

}  // namespace
}  // namespace postern::core
