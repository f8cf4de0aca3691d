#include "core/flow/stages/mail_text.h"

#include <array>

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

std::string document(std::string_view brand, const std::string& body) {
  return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"></head>"
         "<body style=\"font-family:sans-serif\"><h2>" +
         html_escape(brand) + "</h2>" + body + "</body></html>\n";
}

}  // namespace

Mail code_mail(std::string_view brand, std::string_view code) {
  Mail mail;
  mail.subject = "Sign-in code";
  mail.text = "Your sign-in code for " + std::string(brand) + ": " + std::string(code) +
              "\n\nIf you are not signing in, somebody knows your password: change it.\n";
  mail.html =
      document(brand, "<p>Your sign-in code:</p><p style=\"font-size:2em\">" + html_escape(code) +
                          "</p><p>If you are not signing in, somebody knows your "
                          "password: change it.</p>");
  return mail;
}

Mail link_mail(std::string_view name, const LinkMail& values) {
  const Wording* wording = &kWordings.front();
  for (const Wording& one : kWordings) {
    if (one.known.name == name) wording = &one;
  }
  const std::string hello = values.username.empty() ? std::string("Hello,")
                                                    : "Hello " + std::string(values.username) + ",";
  const std::string lasts = values.expires.empty()
                                ? std::string()
                                : "The link is good once, for " + std::string(values.expires) + ".";
  Mail mail;
  mail.subject = wording->known.title;
  mail.text = hello + "\n\n" + std::string(wording->why) + "\n\n" + std::string(values.link) +
              "\n\n" + lasts + "\n" + std::string(wording->otherwise) + "\n\n" +
              std::string(values.brand) + "\n";
  mail.html =
      document(values.brand, "<p>" + html_escape(hello) + "</p><p>" + html_escape(wording->why) +
                                 "</p><p><a href=\"" + html_escape(values.link) + "\">" +
                                 html_escape(wording->button) + "</a></p><p>" + html_escape(lasts) +
                                 " " + html_escape(wording->otherwise) + "</p>");
  return mail;
}

std::span<const MailTemplate> mail_templates() noexcept {
  static const std::array<MailTemplate, 3> all{
      {kWordings[0].known, kWordings[1].known, kWordings[2].known}};
  return all;
}

}  // namespace postern::core
