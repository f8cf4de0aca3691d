#pragma once
// PasswordTalk: a password from inside a tunnel, and the code that it may take, as a login: the
// same way as a password in PAP. First comes the password (`password;code` and app passwords too),
// then, if the login asks, codes. On a lane: it blocks.

#include <memory>
#include <optional>
#include <string_view>

#include "outpost/radius/eap/inner.h"

namespace postern::outpost {

class PasswordTalk {
 public:
  explicit PasswordTalk(const InnerContext& context) : context_(context) {}

  // CodeWanted: the next text is the code. What is empty or longer than any password is refused.
  core::LoginOutcome give(std::string_view name, std::string_view text);

 private:
  const InnerContext& context_;
  std::optional<core::OpenLogin> open_;
};

// A proof of a network password instead. The name is without a domain. Never CodeWanted.
core::LoginOutcome prove(const InnerContext& context, std::string_view name,
                         std::shared_ptr<core::PasswordProof> proof);

// What a person is asked, in the language that the person has chosen.
inline constexpr std::string_view kPasswordPrompt = "Password: ";
std::string_view code_prompt(const core::CodeWanted& wanted) noexcept;

}  // namespace postern::outpost
