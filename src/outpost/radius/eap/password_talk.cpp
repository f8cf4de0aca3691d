#include "outpost/radius/eap/password_talk.h"

#include <utility>

namespace postern::outpost {
namespace {

constexpr std::size_t kMaxName = 253;  // as of a User-Name
constexpr std::size_t kMaxText = 1024;

core::LoginRequest request_of(const InnerContext& context, std::string_view name) {
  core::LoginRequest request;
  request.protocol = core::Protocol::radius;
  request.provider = context.provider;
  request.username = name;
  request.client = context.client;
  request.request_id = context.request_id;
  request.access = context.access;
  return request;
}

}  // namespace

core::LoginOutcome PasswordTalk::give(std::string_view name, std::string_view text) {
  if (name.empty() || name.size() > kMaxName) return core::Denied{core::Reason::unknown_user};
  if (text.empty() || text.size() > kMaxText) return core::Denied{core::Reason::wrong_password};
  core::LoginRequest request = request_of(context_, name);
  request.password = core::Secret(text);
  request.may_ask = true;
  request.open = open_;
  core::LoginOutcome outcome = context_.login.attempt(request, core::Blocking::yes);
  if (const auto* wanted = std::get_if<core::CodeWanted>(&outcome)) open_ = wanted->open;
  if (std::holds_alternative<core::WouldBlock>(outcome)) return core::Unavailable{};
  return outcome;
}

core::LoginOutcome prove(const InnerContext& context, std::string_view name,
                         std::shared_ptr<core::PasswordProof> proof) {
  if (name.empty() || name.size() > kMaxName) return core::Denied{core::Reason::unknown_user};
  core::LoginRequest request = request_of(context, name);
  request.proof = std::move(proof);
  core::LoginOutcome outcome = context.login.attempt(request, core::Blocking::yes);
  if (std::holds_alternative<core::WouldBlock>(outcome)) return core::Unavailable{};
  return outcome;
}

std::string_view code_prompt(const core::CodeWanted& wanted) noexcept {
  return core::translated(wanted.language,
                          wanted.reason == core::Reason::code_missing
                              ? "Please enter the code of your authenticator."
                              : "That code was not right. Please enter the next code.");
}

}  // namespace postern::outpost
