// Add, as an UpdateJob: a user or a group with what its attributes mean.

#include "core/access/permission.h"
#include "outpost/ldap/update_group.h"
#include "outpost/ldap/update_job.h"
#include "outpost/ldap/update_members.h"
#include "outpost/ldap/update_user.h"

namespace postern::outpost {
namespace {

using core::Object;
using ldap::Located;
using ldap::ResultCode;

// Known classes, at least one; which of them an entry shows is given by the configuration.
MaybeFault check_classes(const ldap::AddRequest& request) {
  for (const ldap::AttributeValues& attribute : request.attributes) {
    if (attribute_key(attribute.type) != "objectclass") continue;
    for (const std::string_view name : attribute.values) {
      if (ldap::find_class(name) != nullptr) continue;
      return UpdateFault{ResultCode::objectClassViolation,
                         "objectClass: " + std::string(name) + " is not defined"};
    }
    return std::nullopt;
  }
  return UpdateFault{ResultCode::objectClassViolation, "objectClass is missing"};
}

}  // namespace

UpdateResult UpdateJob::add(const ldap::AddRequest& request, const UpdateControls& controls) {
  return guarded([&] {
    const Target at = target(request.dn);
    if (at.at.kind != Located::Kind::missing && at.at.kind != Located::Kind::outside) {
      if (reader_.look(request.dn).matched) {
        stop(ResultCode::entryAlreadyExists, "there is an entry of this name");
      }
    }
    switch (at.at.place) {
      case Located::Place::users:
      case Located::Place::groups:
        break;
      case Located::Place::leaf:
        stop(ResultCode::namingViolation, "users and groups have no entries below them");
      case Located::Place::nowhere: {
        Stop end;
        end.result.code = ResultCode::noSuchObject;
        end.result.matched_dn = reader_.look(request.dn).matched_dn;
        throw end;
      }
      default:
        stop(ResultCode::unwillingToPerform, "the shape of the tree is given by the configuration");
    }
    const std::string name = new_name(at);
    const bool user = at.at.place == Located::Place::users;
    if (user) {
      add_user(at, request, name);
    } else {
      add_group(at, request, name);
    }
    return close(controls, request.dn, "model_created",
                 user ? core::user_model().name : core::group_model().name, name);
  });
}

void UpdateJob::add_user(const Target& target, const ldap::AddRequest& request,
                         std::string_view name) {
  if (const auto bad = check_classes(request)) stop(*bad);
  EntryImage image;
  PasswordEdit password;
  for (const ldap::AttributeValues& attribute : request.attributes) {
    const ldap::Modification change{ldap::Modification::Kind::add, attribute};
    if (attribute_key(attribute.type) == "objectclass") continue;
    if (is_user_password(attribute.type)) {
      if (const auto bad = password.take(change)) stop(*bad);
      continue;
    }
    if (const auto bad = check_attribute(attribute.type, false, {})) stop(*bad);
    if (const auto bad = image.apply(change, false)) stop(*bad);
  }
  Object fields;
  if (const auto bad = user_fields(image, nullptr, name, target.at.rdn_attribute, fields)) {
    stop(*bad);
  }
  open();
  need(core::kAddUser);
  if (password.any()) {
    transaction_.reset();  // the slow hash comes first
    turn_.unlock();
    core::NewUser made{context_.grant.provider, std::string(name), {}, {}};
    if (const auto* email = fields.if_contains("email")) made.email = email->as_string();
    if (const auto* full = fields.if_contains("name")) made.name = full->as_string();
    if (const auto refused = password.decide_new(context_.updates.passwords, made)) stop(*refused);
    open();
    need(core::kAddUser);
    fields["password_hash"] = password.hash();
    if (provider_->must_change_after_reset) fields["password_must_change"] = true;
    password_set_ = true;
  }
  fields["username"] = name;
  core::Objects objects(*transaction_, context_.updates.tools);
  const auto written = objects.create(core::user_model(), fields, trusted());
  if (!written) stop_on(written.error(), true);
}

void UpdateJob::add_group(const Target& target, const ldap::AddRequest& request,
                          std::string_view name) {
  if (const auto bad = check_classes(request)) stop(*bad);
  EntryImage image;
  for (const ldap::AttributeValues& attribute : request.attributes) {
    const std::string key = attribute_key(attribute.type);
    if (key == "objectclass" || Members::is_membership(key)) continue;
    if (const auto bad = check_attribute(attribute.type, true, {})) stop(*bad);
    if (const auto bad = image.apply({ldap::Modification::Kind::add, attribute}, false)) {
      stop(*bad);
    }
  }
  Object fields;
  if (const auto bad = group_fields(image, nullptr, name, target.at.rdn_attribute, fields)) {
    stop(*bad);
  }
  open();
  need(core::kAddGroup);
  if (fields.contains("is_superuser") && !rights_.superuser) {
    stop(ResultCode::insufficientAccessRights, "only a superuser may make superusers");
  }
  // member and memberUid of one person are not two members.
  Members members(*transaction_, context_.tree, context_.grant.provider);
  for (const ldap::AttributeValues& attribute : request.attributes) {
    if (!Members::is_membership(attribute_key(attribute.type))) continue;
    if (const auto bad = members.apply({ldap::Modification::Kind::add, attribute}, true)) {
      stop(*bad);
    }
  }
  fields["name"] = name;
  fields["users"] = members.users();
  core::Objects objects(*transaction_, context_.updates.tools);
  const auto written = objects.create(core::group_model(), fields, trusted());
  if (!written) stop_on(written.error(), true);
  if (members.groups_changed()) write_children(written->pk, members);
}

}  // namespace postern::outpost
