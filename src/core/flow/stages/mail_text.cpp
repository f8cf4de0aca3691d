#include "core/flow/stages/mail_text.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/html_text.h"

namespace postern::core {
namespace {

struct Wording {
  MailTemplate known;
  std::string_view why, button, otherwise;
};
constexpr std::array<Wording, 3> kWordings{
    {{{"email/password_reset.html", "Password Reset"},
      "You asked for a new password.",
      "Reset password",
      "If you did not ask for it, ignore this mail: nothing changes."},
     {{"email/account_confirmation.html", "Account Confirmation"},
      "Welcome! Confirm your address to finish.",
      "Confirm account",
      "If you did not make an account, ignore this mail."},
     {{"email/invitation.html", "Invitation"},
      "You are invited to make yourself an account.",
      "Accept the invitation",
      "If you do not expect an invitation, ignore this mail."}}};

constexpr WallMs kMinute = 60'000;

std::string document(Language language, std::string_view brand, const std::string& body) {
  return "<!doctype html><html lang=\"" + std::string(language_tag(language)) +
         "\"><head><meta charset=\"utf-8\"></head>"
         "<body style=\"font-family:sans-serif\"><h2>" +
         html_escape(brand) + "</h2>" + body + "</body></html>\n";
}

// "30 min", "2 h": written the same way in every language.
std::string duration_text(WallMs duration) {
  const auto minutes = std::max<WallMs>(1, duration / kMinute);
  return minutes % 60 == 0 ? std::to_string(minutes / 60) + " h" : std::to_string(minutes) + " min";
}

}  // namespace

Mail code_mail(Language language, std::string_view brand, std::string_view code) {
  const std::string warning(
      translated(language, "If you are not signing in, somebody knows your password: change it."));
  Mail mail;
  mail.subject = translated(language, "Sign-in code");
  mail.text = translated(language, "Your sign-in code for {brand}: {code}",
                         {{"brand", brand}, {"code", code}}) +
              "\n\n" + warning + "\n";
  mail.html = document(language, brand,
                       "<p>" + html_escape(translated(language, "Your sign-in code:")) +
                           "</p><p style=\"font-size:2em\">" + html_escape(code) + "</p><p>" +
                           html_escape(warning) + "</p>");
  return mail;
}

Mail link_mail(Language language, std::string_view name, const LinkMail& values) {
  const Wording* wording = &kWordings.front();
  for (const Wording& one : kWordings) {
    if (one.known.name == name) wording = &one;
  }
  const std::string hello =
      values.username.empty() ? std::string(translated(language, "Hello,"))
                              : translated(language, "Hello {name},", {{"name", values.username}});
  const std::string lasts = values.lifetime <= 0
                                ? std::string()
                                : translated(language, "The link is good once, for {time}.",
                                             {{"time", duration_text(values.lifetime)}});
  const std::string why(translated(language, wording->why));
  const std::string otherwise(translated(language, wording->otherwise));
  Mail mail;
  mail.subject = translated(language, wording->known.title);
  mail.text = hello + "\n\n" + why + "\n\n" + std::string(values.link) + "\n\n" + lasts + "\n" +
              otherwise + "\n\n" + std::string(values.brand) + "\n";
  mail.html = document(language, values.brand,
                       "<p>" + html_escape(hello) + "</p><p>" + html_escape(why) +
                           "</p><p><a href=\"" + html_escape(values.link) + "\">" +
                           html_escape(translated(language, wording->button)) + "</a></p><p>" +
                           html_escape(lasts) + " " + html_escape(otherwise) + "</p>");
  return mail;
}

Mail account_mail(Language language, const AccountMail& values) {
  const std::string hello = translated(language, "Hello {name},", {{"name", values.username}});
  const std::string what(translated(language, values.what));
  const std::string warning(
      translated(language, "If that was not you, tell your administrator at once."));
  std::vector<std::string> facts;
  if (!values.name.empty()) {
    facts.push_back(translated(language, "Name: {name}", {{"name", values.name}}));
  }
  facts.push_back(translated(language, "Time: {time}", {{"time", values.when}}));
  if (!values.address.empty()) {
    facts.push_back(translated(language, "Address: {address}", {{"address", values.address}}));
  }
  Mail mail;
  mail.subject = translated(language, "Your account was changed");
  mail.text = hello + "\n\n" + what + "\n\n";
  mail.html = "<p>" + html_escape(hello) + "</p><p>" + html_escape(what) + "</p><p>";
  for (const std::string& fact : facts) {
    mail.text += fact + "\n";
    mail.html += html_escape(fact) + "<br>";
  }
  mail.text += "\n" + warning + "\n\n" + std::string(values.brand) + "\n";
  mail.html =
      document(language, values.brand, mail.html + "</p><p>" + html_escape(warning) + "</p>");
  return mail;
}

std::span<const MailTemplate> mail_templates() noexcept {
  static const std::array<MailTemplate, 3> all{
      {kWordings[0].known, kWordings[1].known, kWordings[2].known}};
  return all;
}

}  // namespace postern::core
