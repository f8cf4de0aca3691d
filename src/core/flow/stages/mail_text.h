#pragma once
// The mails that flows send, as text and as HTML, in the language of who reads them; whatever comes
// from outside is escaped. The sender adds the address. Templates go by authentik's names.
// Thread: pure.

#include <span>
#include <string_view>

#include "core/ports/mailer.h"
#include "core/texts/texts.h"
#include "core/time.h"

namespace postern::core {

Mail code_mail(Language language, std::string_view brand, std::string_view code);

struct LinkMail {
  std::string_view brand, username, link;
  WallMs lifetime = 0;  // of the link; 0 = nothing is said of it
};
// `name`: email/password_reset.html, email/account_confirmation.html, email/invitation.html; an
// unknown one is the first.
Mail link_mail(Language language, std::string_view name, const LinkMail& values);

// That something about the account has changed, for its owner.
struct AccountMail {
  std::string_view brand, username;
  std::string_view what;  // a sentence, in English
  std::string_view name;  // of what has changed; "" = nothing that has one
  std::string_view when, address;
};
Mail account_mail(Language language, const AccountMail& values);

struct MailTemplate {
  std::string_view name, title;
};
std::span<const MailTemplate> mail_templates() noexcept;

}  // namespace postern::core
