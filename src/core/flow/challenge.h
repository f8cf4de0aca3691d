#pragma once
// What a flow asks and what a front answers. Challenges and answers carry views: they live for the
// call; a front that keeps one copies it. The names follow authentik's components.

#include <chrono>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "core/access/catalog.h"
#include "core/login.h"

namespace postern::core {

struct IdentificationChallenge {  // ak-stage-identification
  bool password_fields = false;   // a password may come along
};
struct PasswordChallenge {};             // ak-stage-password
struct AuthenticatorValidateChallenge {  // ak-stage-authenticator-validate
  bool totp = false,
       static_codes = false;  // device classes that the user owns and the stage accepts
};
struct PromptChallenge {  // ak-stage-prompt
  const std::vector<PromptField>* fields = nullptr;
};

// Why the last answer was not taken. `reason` none = there was no answer yet.
struct ResponseError {
  std::string_view field;  // "password", "code", "non_field_errors"
  std::string_view text;   // for the person
  Reason reason = Reason::none;
  std::chrono::milliseconds delay{0};
};

struct Challenge {
  std::variant<IdentificationChallenge, PasswordChallenge, AuthenticatorValidateChallenge,
               PromptChallenge>
      ask;
  ResponseError error;
};

struct IdentificationAnswer {
  std::string_view uid_field;
  std::string_view password;  // "" = not given
};
struct PasswordAnswer {
  std::string_view password;  // the candidate for the account's password
  std::string_view whole;     // as typed, before any cut: app passwords are looked for here
};
struct CodeAnswer {
  std::string_view code;
};
struct PromptAnswer {
  struct Field {
    std::string_view key, value;
  };
  std::span<const Field> fields;
};
using Answer = std::variant<IdentificationAnswer, PasswordAnswer, CodeAnswer, PromptAnswer>;

struct Finished {};  // the flow was passed; who, how and for how long is in the Plan
struct Pending {};   // an answer is awaited from elsewhere (a push): ask again later

using FlowOutcome = std::variant<Denied, Challenge, Finished, Pending, Unavailable, WouldBlock>;

}  // namespace postern::core
