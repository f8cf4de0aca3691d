#include "outpost/ldap/update_password.h"

#include <utility>

#include "core/credentials/password_hash.h"

namespace postern::outpost {
namespace {

using ldap::ResultCode;
using Kind = ldap::Modification::Kind;

bool is_hash(const core::Secret& value) {
  const core::HashKind kind = core::PasswordHasher::kind(value.reveal());
  return kind != core::HashKind::none && kind != core::HashKind::unsupported;
}

PasswordVerdict refuse(ResultCode code, std::string text,
                       std::optional<ldap::PolicyError> error = {}) {
  return {code, std::move(text), error};
}

}  // namespace

bool is_user_password(std::string_view attribute) {
  return attribute_key(attribute) == "userpassword";
}

MaybeFault PasswordEdit::take(const ldap::Modification& change) {
  any_ = true;
  const auto& values = change.attribute.values;
  if (change.kind == Kind::increment) {
    return UpdateFault{ResultCode::constraintViolation, "userPassword: is not an integer"};
  }
  if (values.size() > 1) {
    return UpdateFault{ResultCode::constraintViolation, "userPassword: takes one value only"};
  }
  if (change.kind == Kind::remove) {
    if (!values.empty()) old_.emplace(values.front());
    remove_ = true;
    new_.reset();
    return std::nullopt;
  }
  if (change.kind == Kind::add && new_) {
    return UpdateFault{ResultCode::constraintViolation, "userPassword: takes one value only"};
  }
  if (values.empty()) {
    remove_ = true;
    new_.reset();
    return std::nullopt;
  }
  new_.emplace(values.front());
  return std::nullopt;
}

std::optional<PasswordVerdict> PasswordEdit::settle(core::PasswordDecision decision, bool reveal) {
  if (auto* ready = std::get_if<core::PasswordReady>(&decision)) {
    ready_ = std::move(*ready);
    return std::nullopt;
  }
  if (const auto* refused = std::get_if<core::PasswordRefused>(&decision)) {
    return verdict_of(*refused, reveal);
  }
  return refuse(ResultCode::unavailable, "try again later");
}

std::optional<PasswordVerdict> PasswordEdit::decide(core::PasswordChange& passwords,
                                                    const Who& who) {
  if (!new_) {
    if (!who.own) return std::nullopt;
    return refuse(ResultCode::unwillingToPerform, "a password can be changed but not removed");
  }
  if (is_hash(*new_)) {
    if (!who.own) return std::nullopt;
    return refuse(ResultCode::constraintViolation, "a hash cannot be judged; send the password",
                  ldap::PolicyError::insufficientPasswordQuality);
  }
  core::PasswordChangeRequest request;
  request.provider = who.provider;
  request.client = who.client;
  request.request_id = who.request_id;
  request.target = who.target;
  request.own = who.own;
  request.account_password = who.account_password;
  request.old_password = old_;
  request.new_password = new_;
  return settle(passwords.decide(request), who.reveal);
}

std::optional<PasswordVerdict> PasswordEdit::decide_new(core::PasswordChange& passwords,
                                                        const core::NewUser& user) {
  if (!new_ || is_hash(*new_)) return std::nullopt;
  return settle(passwords.decide_new(user, *new_), false);
}

std::string PasswordEdit::hash() const {
  if (ready_) return ready_->hash;
  return new_ ? std::string(new_->reveal()) : std::string();
}

core::Outcome<core::Done> PasswordEdit::write(core::Transaction& transaction,
                                              const core::ObjectTools& tools, core::UserId target,
                                              bool must_change) const {
  if (ready_) return core::PasswordChange::write(transaction, tools, *ready_, must_change);
  core::Objects objects(transaction, tools);
  core::WriteOptions options;
  options.trusted = true;
  const auto written = objects.update(
      core::user_model(), core::Value(target),
      {{"password_hash", hash()}, {"password_must_change", new_ && must_change}}, options);
  if (!written) return written.error();
  return core::Done{};
}

}  // namespace postern::outpost
