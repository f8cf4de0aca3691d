// Password Modify (RFC 3062) as an UpdateJob: one's own with the old password, somebody else's by
// right. The user is named by a DN, an authorization identity (dn:, u:) or a user name.

#include <utility>

#include "core/access/permission.h"
#include "outpost/ldap/update_job.h"
#include "protocols/ldap/dn.h"

namespace postern::outpost {
namespace {

using ldap::Located;
using ldap::ResultCode;

}  // namespace

UpdateJob::Target UpdateJob::person(const std::optional<std::string_view>& identity) {
  Target out;
  out.at.kind = Located::Kind::user;
  if (!identity || identity->empty()) {
    out.at.pk = context_.grant.user;
    return out;
  }
  std::string_view text = *identity;
  if (text.starts_with("dn:")) text.remove_prefix(3);
  std::string normal;
  const bool named = text.starts_with("u:");
  if (!named && ldap::normalise_dn(text, normal) && !normal.empty()) {
    Target found = target(text);
    must_see(found, true);
    return found;
  }
  if (named) text.remove_prefix(2);
  core::LoginRecord record;
  const auto lookup = context_.directory.find_user(core::UserField::username, text, record);
  if (lookup == core::Lookup::unavailable) stop(ResultCode::unavailable, "try again later");
  // Somebody else is found by those who may reset passwords; to all others it is not there.
  out.at.pk = lookup == core::Lookup::found ? record.pk : 0;
  if (out.at.pk == context_.grant.user) return out;
  open();
  const bool may = rights_.may(core::kResetPassword) || rights_.may(core::kChangeUser);
  transaction_.reset();
  turn_.unlock();
  if (!may || out.at.pk == 0) stop(ResultCode::noSuchObject, {});
  return out;
}

UpdateResult UpdateJob::change_password(const ldap::PasswordModify& request,
                                        std::optional<core::Secret>& generated) {
  return guarded([&] {
    const Target at = person(request.user_identity);
    may_set_password(at);
    core::PasswordChangeRequest change;
    change.provider = context_.grant.provider;
    change.client = context_.client;
    change.request_id = context_.request_id;
    change.target = at.at.pk;
    change.own = is_self(at);
    change.account_password = context_.grant.account_password;
    if (request.old_password) change.old_password.emplace(*request.old_password);
    if (request.new_password) change.new_password.emplace(*request.new_password);
    core::PasswordDecision decision = context_.updates.passwords.decide(change);
    if (const auto* refused = std::get_if<core::PasswordRefused>(&decision)) {
      stop(verdict_of(*refused, provider_->reveal_lock));
    }
    auto* ready = std::get_if<core::PasswordReady>(&decision);
    if (ready == nullptr) stop(ResultCode::unavailable, "try again later");

    open();
    const core::Object user = stored(at);
    const bool must_change = !change.own && provider_->must_change_after_reset;
    const auto done =
        core::PasswordChange::write(*transaction_, context_.updates.tools, *ready, must_change);
    if (!done) stop_on(done.error(), false);
    password_set_ = true;
    UpdateResult result = close({}, {}, "model_updated", "authentik_core.user",
                                std::string_view(user.at("username").as_string()));
    result.own_password = change.own;
    generated = std::move(ready->generated);
    return result;
  });
}

}  // namespace postern::outpost
