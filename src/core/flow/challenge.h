#pragma once
// What a flow asks and what a front answers. Challenges and answers carry views: they live for the
// call; a front that keeps one copies it. The names follow authentik's components.

#include <boost/json/object.hpp>

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/access/catalog.h"
#include "core/login.h"

namespace postern::core {

struct IdentificationChallenge {  // ak-stage-identification
  bool password_fields = false;   // a password may come along
  bool remember_me = false;       // the page may keep the name
  boost::json::object passkey;    // a key may answer instead; empty = none is asked for
  boost::json::object captcha;    // has to be solved along; empty = there is none
};
struct PasswordChallenge {};  // ak-stage-password
// One device that answers in another way than by a code of its own.
struct DeviceChallenge {
  std::string_view device_class;  // "webauthn", "sms", ...
  std::string uid;
  boost::json::object challenge;
  WallMs last_used = 0;  // 0 = never
};
struct AuthenticatorValidateChallenge {  // ak-stage-authenticator-validate
  bool totp = false,
       static_codes = false;             // device classes that the user owns and the stage accepts
  std::vector<DeviceChallenge> devices;  // fronts of people only
  std::vector<const Stage*> configuration;  // which of them to set a device up by
};
struct PromptChallenge {  // ak-stage-prompt
  const std::vector<PromptField>* fields = nullptr;
};
// Any other component, with its fields as the API shows them; for fronts of people only.
struct PageChallenge {
  std::string_view component;
  boost::json::object fields;
  bool of_user = true;  // shows whom it is about
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
               PromptChallenge, PageChallenge>
      ask;
  ResponseError error;
};

struct IdentificationAnswer {
  std::string_view uid_field;
  std::string_view password;                     // "" = not given
  std::string_view captcha = {};                 // token
  const boost::json::object* passkey = nullptr;  // an assertion instead of a name
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
struct PageAnswer {
  const boost::json::object* body = nullptr;
};
using Answer =
    std::variant<IdentificationAnswer, PasswordAnswer, CodeAnswer, PromptAnswer, PageAnswer>;

struct Finished {};  // the flow was passed; who, how and for how long is in the Plan
struct Pending {};   // an answer is awaited from elsewhere (a push): ask again later

using FlowOutcome = std::variant<Denied, Challenge, Finished, Pending, Unavailable, WouldBlock>;

}  // namespace postern::core
