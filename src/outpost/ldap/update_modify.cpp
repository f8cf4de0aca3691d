// Modify: users, groups and their members, passwords, locks.

#include "outpost/ldap/update_group.h"
#include "outpost/ldap/update_job.h"
#include "outpost/ldap/update_members.h"
#include "outpost/ldap/update_user.h"
#include "outpost/ldap/update_values.h"

namespace postern::outpost {
namespace {

using core::Object;
using core::Value;
using ldap::ResultCode;

}  // namespace

UpdateResult UpdateJob::modify(const ldap::ModifyRequest& request, const UpdateControls& controls) {
  return guarded([&] {
    const Target at = target(request.dn);
    must_see(at, true);
    PasswordEdit password;
    for (const ldap::Modification& change : request.changes) {
      if (!is_user_password(change.attribute.type)) continue;
      if (const MaybeFault bad = password.take(change)) stop(*bad);
    }
    if (password.any()) {
      may_set_password(at);
      const PasswordEdit::Who who{context_.grant.provider,
                                  context_.client,
                                  context_.request_id,
                                  at.at.pk,
                                  is_self(at),
                                  context_.grant.account_password,
                                  provider_->reveal_lock};
      if (const auto refused = password.decide(context_.updates.passwords, who)) stop(*refused);
    }
    open();
    may_modify(at, request);
    check_reads(at, controls);
    const Object before = stored(at);
    if (at.user()) {
      modify_user(at, request, password, controls.permissive_modify);
    } else {
      modify_group(at, request, controls.permissive_modify);
    }
    UpdateResult result =
        close(controls, request.dn, "model_updated",
              at.user() ? core::user_model().name : core::group_model().name,
              std::string_view(before.at(at.user() ? "username" : "name").as_string()));
    result.own_password = password.any() && is_self(at);
    return result;
  });
}

void UpdateJob::modify_user(const Target& target, const ldap::ModifyRequest& request,
                            const PasswordEdit& password, bool permissive) {
  const Object user = stored(target);
  if (!is_self(target)) need_power_over_user(user);
  const auto& attributes = user.at("attributes").as_object();
  EntryImage image = user_image(user, target.at.rdn_attribute);
  for (const ldap::Modification& change : request.changes) {
    if (is_user_password(change.attribute.type)) continue;
    if (attribute_key(change.attribute.type) == "objectclass") {
      stop(ResultCode::objectClassModsProhibited, "object classes are given by the configuration");
    }
    if (const auto bad = check_attribute(change.attribute.type, false, attributes)) stop(*bad);
    if (take_unlock(change, permissive)) continue;
    if (const auto bad = image.apply(change, permissive)) stop(*bad);
  }
  Object fields;
  const std::string username(user.at("username").as_string());
  if (const auto bad = user_fields(image, &user, username, target.at.rdn_attribute, fields)) {
    stop(*bad);
  }
  if (password.any()) {
    const bool must_change = !is_self(target) && provider_->must_change_after_reset;
    const auto done =
        password.write(*transaction_, context_.updates.tools, target.at.pk, must_change);
    if (!done) stop_on(done.error(), false);
    password_set_ = true;
  }
  if (!fields.empty()) {
    core::Objects objects(*transaction_, context_.updates.tools);
    const auto written = objects.update(core::user_model(), user.at("pk"), fields, trusted());
    if (!written) stop_on(written.error(), false);
  }
  unlock_if_asked(username);
}

bool UpdateJob::take_unlock(const ldap::Modification& change, bool permissive) {
  if (attribute_key(change.attribute.type) != "pwdaccountlockedtime") return false;
  using Kind = ldap::Modification::Kind;
  const bool removes = change.kind == Kind::remove ||
                       (change.kind == Kind::replace && change.attribute.values.empty());
  if (!removes) {
    stop(ResultCode::unwillingToPerform,
         "pwdAccountLockedTime can only be removed, which lifts a lock; to lock an account for "
         "good make it inactive");
  }
  const bool strict = change.kind == Kind::remove && !permissive;
  unlock_ = strict ? Unlock::must_be_locked : Unlock::if_locked;
  return true;
}

// Last: what is held against a user is no part of the transaction.
void UpdateJob::unlock_if_asked(std::string_view username) {
  if (unlock_ == Unlock::none) return;
  const bool held = context_.login.unlock(username);
  if (!held && unlock_ == Unlock::must_be_locked) {
    stop(ResultCode::noSuchAttribute, "pwdAccountLockedTime: no such attribute");
  }
}

void UpdateJob::modify_group(const Target& target, const ldap::ModifyRequest& request,
                             bool permissive) {
  const Object group = stored(target);
  need_power_over_group(group);
  const auto projected = context_.updates.store.load_group(target.at.pk);
  if (!projected) stop(ResultCode::noSuchObject, {});
  Members members(*transaction_, context_.tree, context_.grant.provider);
  members.load(*projected);
  EntryImage image = group_image(group, target.at.rdn_attribute);
  const auto& attributes = group.at("attributes").as_object();
  for (const ldap::Modification& change : request.changes) {
    const std::string key = attribute_key(change.attribute.type);
    if (key == "objectclass") {
      stop(ResultCode::objectClassModsProhibited, "object classes are given by the configuration");
    }
    if (const auto bad = check_attribute(change.attribute.type, true, attributes)) stop(*bad);
    const auto bad = Members::is_membership(key) ? members.apply(change, permissive)
                                                 : image.apply(change, permissive);
    if (bad) stop(*bad);
  }
  Object fields;
  const std::string name(group.at("name").as_string());
  if (const auto bad = group_fields(image, &group, name, target.at.rdn_attribute, fields)) {
    stop(*bad);
  }
  if (fields.contains("is_superuser") && !rights_.superuser) {
    stop(ResultCode::insufficientAccessRights, "only a superuser may make superusers");
  }
  if (members.users_changed()) fields["users"] = members.users();
  core::Objects objects(*transaction_, context_.updates.tools);
  if (!fields.empty()) {
    const auto written = objects.update(core::group_model(), group.at("pk"), fields, trusted());
    if (!written) stop_on(written.error(), false);
  }
  if (members.groups_changed()) write_children(group.at("pk"), members);
}

// The link lies with the child: it gains or loses a parent.
void UpdateJob::write_children(const Value& group, Members& members) {
  core::Objects objects(*transaction_, context_.updates.tools);
  const auto rewrite = [&](core::GroupNumber number, bool gained) {
    Object equals;
    equals["num_pk"] = number;
    const auto found = transaction_->find(core::group_model(), equals, 1);
    if (found.empty()) return;
    const Object& child = found.front();
    boost::json::array parents;
    for (const Value& parent : child.at("parents").as_array()) {
      if (parent != group) parents.push_back(parent);
    }
    if (gained) parents.push_back(group);
    const auto written =
        objects.update(core::group_model(), child.at("pk"), {{"parents", parents}});
    if (!written) stop_on(written.error(), false);
  };
  for (const core::GroupNumber number : members.gained()) rewrite(number, true);
  for (const core::GroupNumber number : members.lost()) rewrite(number, false);
}

}  // namespace postern::outpost
