#include "core/texts/texts.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/flow/stages/mail_text.h"

namespace postern::core {
namespace {

TEST(Language, OfATag) {
  EXPECT_EQ(language_of("de"), Language::de);
  EXPECT_EQ(language_of("de-AT"), Language::de);
  EXPECT_EQ(language_of("de_DE.UTF-8"), Language::de);
  EXPECT_EQ(language_of("PT-br"), Language::pt_br);
  EXPECT_EQ(language_of("zh-CN"), Language::zh_hans);
  EXPECT_EQ(language_of("zh-Hans"), Language::zh_hans);
  for (const std::string_view none : {"zh-TW", "zh-Hant-HK", "", "d", "deu", "tlh", "-", "xx-de"}) {
    EXPECT_EQ(language_of(none), Language::unset) << none;
  }
}

TEST(Language, OfAUsersAttributes) {
  EXPECT_EQ(language_of(boost::json::object{{"settings", {{"locale", "fr"}}}}), Language::fr);
  EXPECT_EQ(language_of(boost::json::object{{"settings", {{"locale", ""}}}}), Language::unset);
  EXPECT_EQ(language_of(boost::json::object{{"settings", {{"locale", 7}}}}), Language::unset);
  EXPECT_EQ(language_of(boost::json::object{{"settings", "fr"}}), Language::unset);
  EXPECT_EQ(language_of(boost::json::object{}), Language::unset);
}

TEST(Language, Rfc9110_12_5_4_TheOneThatIsWantedMost) {
  EXPECT_EQ(wanted_language("da, en-GB;q=0.8, pl;q=0.9"), Language::pl);
  EXPECT_EQ(wanted_language("tlh,ja"), Language::ja);
  EXPECT_EQ(wanted_language("de;q=0, it;q=0.001"), Language::it);
  EXPECT_EQ(wanted_language("nl ; q=0.5 , es;q=0.50"), Language::nl);
  for (const std::string_view none : {"", "*", ",,;q=,", "de;q=0", ";q=1", "de;q=0.000"}) {
    EXPECT_EQ(wanted_language(none), Language::unset) << none;
  }
}

TEST(Texts, AreSortedAndThereInEveryLanguage) {
  const auto all = server_texts();
  ASSERT_GT(all.size(), 60U);
  EXPECT_TRUE(std::ranges::is_sorted(all, {}, &ServerText::key));
  for (const ServerText& text : all) {
    for (const std::string_view other : text.in) EXPECT_FALSE(other.empty()) << text.key;
  }
}

TEST(Texts, WhatNoCatalogueHasStaysAsItIs) {
  EXPECT_EQ(translated(Language::de, "Log in"), "Anmelden");
  EXPECT_EQ(translated(Language::en, "Log in"), "Log in");
  EXPECT_EQ(translated(Language::unset, "Log in"), "Log in");
  EXPECT_EQ(translated(static_cast<Language>(200), "Log in"), "Log in");
  EXPECT_EQ(translated(Language::de, "Our own title"), "Our own title");
}

TEST(Texts, PlacesAreFilledAndValuesAreNotReadAgain) {
  EXPECT_EQ(translated(Language::unset, "Hello {name},", {{"name", "{name}"}}), "Hello {name},");
  EXPECT_EQ(translated(Language::unset, "{a}{b} {c", {{"a", "1"}, {"b", "2"}}), "12 {c");
}

TEST(Mails, AreInTheLanguageOfWhoReadsThem) {
  const Mail mail =
      link_mail(Language::de, "email/password_reset.html",
                {"Acme <&>", "alice", "https://sso.example/if/?a=1&b=2", 30 * 60'000});
  EXPECT_EQ(mail.subject, "Passwort zurücksetzen");
  EXPECT_NE(mail.text.find("Hallo alice,"), std::string::npos) << mail.text;
  EXPECT_NE(mail.text.find("30 min"), std::string::npos);
  EXPECT_NE(mail.html.find("<html lang=\"de\">"), std::string::npos);
  EXPECT_NE(mail.html.find("Acme &lt;&amp;&gt;"), std::string::npos);
  EXPECT_NE(mail.html.find("?a=1&amp;b=2"), std::string::npos);
  EXPECT_EQ(code_mail(Language::fr, "Acme", "123456").subject, "Code de connexion");
  EXPECT_NE(code_mail(Language::unset, "Acme", "123456").text.find("code for Acme: 123456\n"),
            std::string::npos);
}

}  // namespace
}  // namespace postern::core
