#include "outpost/ldap/update_job.h"

#include <algorithm>
#include <utility>

#include "core/access/permission.h"
#include "core/log.h"
#include "outpost/ldap/update_group.h"
#include "outpost/ldap/update_members.h"
#include "outpost/ldap/update_user.h"
#include "outpost/ldap/update_values.h"
#include "protocols/ldap/dn.h"

namespace postern::outpost {
namespace {

using core::Object;
using core::Value;
using ldap::Located;
using ldap::ResultCode;

const core::Model& user_model() { return *core::find_model("authentik_core.user"); }
const core::Model& group_model() { return *core::find_model("authentik_core.group"); }

constexpr std::string_view kNotVisible = "accepted, not yet visible to searches";

core::WriteOptions trusted() {
  core::WriteOptions options;
  options.trusted = true;
  return options;
}

}  // namespace

UpdateJob::UpdateJob(const Context& context)
    : context_(context),
      catalog_(context.directory.catalog()),
      provider_(catalog_->ldap_provider(context.grant.provider)),
      reader_(context.tree, context.grant, context.deadline) {}

// ---- ends ------------------------------------------------------------------------------------

void UpdateJob::stop(ResultCode code, std::string text) {
  Stop end;
  end.result.code = code;
  end.result.text = std::move(text);
  throw end;
}

void UpdateJob::stop(const UpdateFault& fault) { stop(fault.code, fault.text); }

void UpdateJob::stop(const PasswordVerdict& verdict) const {
  Stop end;
  end.result.code = verdict.code;
  end.result.text = verdict.text;
  end.result.delay = verdict.delay;
  if (verdict.error && context_.policy_asked) {
    append_policy_error(end.result.controls, *verdict.error);
  }
  throw end;
}

// What core/objects refuses. `naming`: the name of the entry is being given.
void UpdateJob::stop_on(const core::Error& error, bool naming) {
  const std::string text = error.field.empty() ? error.message : error.field + " " + error.message;
  switch (error.kind) {
    case core::Error::Kind::conflict:
      if (error.field == "password") stop(ResultCode::busy, error.message);
      stop(naming ? ResultCode::entryAlreadyExists : ResultCode::constraintViolation, text);
    case core::Error::Kind::not_found:
      stop(ResultCode::noSuchObject, text);
    case core::Error::Kind::forbidden:
      stop(ResultCode::insufficientAccessRights, text);
    case core::Error::Kind::unavailable:
      stop(ResultCode::unavailable, text);
    case core::Error::Kind::invalid:
      break;
  }
  stop(ResultCode::constraintViolation, text);
}

UpdateResult UpdateJob::guarded(const std::function<UpdateResult()>& body) {
  try {
    if (provider_ == nullptr) stop(ResultCode::unavailable, "the service is gone");
    if (provider_->writes == core::LdapWrites::off) {
      stop(ResultCode::unwillingToPerform, "this service takes no changes (writes: off)");
    }
    return body();
  } catch (const Stop& end) {
    return end.result;
  } catch (const core::StoreError& error) {
    log::warning("ldap.update.store", {{"why", error.what()}});
    UpdateResult result;
    const bool busy = error.kind() == core::StoreError::Kind::busy;
    result.code = busy ? ResultCode::busy : ResultCode::unavailable;
    result.text = "the store did not take the change; try again later";
    return result;
  }
}

// ---- where -----------------------------------------------------------------------------------

UpdateJob::Target UpdateJob::target(std::string_view dn) {
  Target out;
  out.dn = dn;
  if (!ldap::normalise_dn(dn, out.normal)) stop(ResultCode::invalidDNSyntax, "no valid DN");
  out.at = context_.tree.locate(out.normal, context_.grant.provider);
  if (out.at.kind == Located::Kind::unavailable) {
    stop(ResultCode::unavailable, "try again later");
  }
  return out;
}

// A hidden entry behaves as an absent one. `change`: an entry has to be there.
void UpdateJob::must_see(const Target& target, bool change) {
  EntryReader::Seen seen = reader_.look(target.dn);
  if (seen.code == ResultCode::success && seen.matched) {
    if (target.at.kind == Located::Kind::virtual_group) {
      stop(ResultCode::unwillingToPerform, "virtual groups follow their users");
    }
    if (target.at.kind == Located::Kind::upper) {
      stop(ResultCode::unwillingToPerform, "the shape of the tree is given by the configuration");
    }
    return;
  }
  if (seen.code != ResultCode::noSuchObject && seen.code != ResultCode::success) {
    stop(seen.code, {});
  }
  if (!change) return;
  Stop end;
  end.result.code = ResultCode::noSuchObject;
  end.result.matched_dn = std::move(seen.matched_dn);
  throw end;
}

bool UpdateJob::is_self(const Target& target) const noexcept {
  return target.user() && target.at.pk == context_.grant.user;
}

// From here to the end nobody else changes anything over LDAP.
void UpdateJob::open() {
  turn_ = std::unique_lock(context_.updates.turn);
  transaction_ = context_.updates.store.begin();
  rights_ = core::update_rights(*transaction_, context_.grant.user);
  const auto actor = transaction_->get(user_model(), Value(context_.grant.user));
  const bool holds =
      actor && actor->at("generation").to_number<std::uint64_t>() == context_.grant.generation;
  if (!holds) stop(ResultCode::insufficientAccessRights, "the login no longer holds");
}

Object UpdateJob::stored(const Target& target) {
  if (target.user()) {
    if (auto user = transaction_->get(user_model(), Value(target.at.pk))) return *std::move(user);
  } else {
    Object equals;
    equals["num_pk"] = target.at.pk;
    auto found = transaction_->find(group_model(), equals, 1);
    if (!found.empty()) return std::move(found.front());
  }
  stop(ResultCode::noSuchObject, {});
}

// Assertion and pre-read: the read model shows what the Store holds, once it has applied all that
// was committed; nobody else commits meanwhile.
void UpdateJob::check_reads(const Target& target, const UpdateControls& controls) {
  if (!controls.assertion && !controls.pre_read) return;
  if (!context_.updates.wait_visible(context_.updates.store.last_change())) {
    stop(ResultCode::busy, "the read model lags behind; try again");
  }
  if (controls.assertion) {
    const auto seen = reader_.read(target.dn, *controls.assertion, {"1.1"});
    if (seen.code != ResultCode::success) stop(seen.code, {});
    if (!seen.matched) stop(ResultCode::assertionFailed, "the assertion is not true");
  }
  if (controls.pre_read) {
    reader_.append_read(controls_, ldap::oid::kPreRead, target.dn, *controls.pre_read);
  }
}

UpdateResult UpdateJob::close(const UpdateControls& controls, std::string_view dn,
                              std::string_view action, std::string_view model,
                              std::string_view name) {
  UpdateResult result;
  result.code = ResultCode::success;
  const auto actor = transaction_->get(user_model(), Value(context_.grant.user));
  if (actor) {
    const auto now = actor->at("generation").to_number<std::uint64_t>();
    if (now != context_.grant.generation) result.generation = now;
  }
  const std::int64_t change = transaction_->commit();
  transaction_.reset();
  const auto record = [&](std::string_view what) {
    core::Event event;
    event.action = what;
    event.app = "postern.outpost.ldap";
    event.user = context_.grant.user;
    event.username = context_.grant.username;
    event.client_ip = context_.client;
    event.created = context_.updates.tools.clock.wall();
    event.context = {{"model", model},
                     {"name", name},
                     {"service", context_.grant.provider},
                     {"request_id", context_.request_id}};
    context_.updates.events.record(std::move(event));
  };
  record(action);
  if (password_set_) record("password_set");
  // Others may write meanwhile, unless this client reads what it has made.
  if (!controls.post_read) turn_.unlock();
  const bool visible = context_.updates.wait_visible(change);
  if (!visible) result.text = kNotVisible;
  result.controls = std::move(controls_);
  if (controls.post_read && visible) {
    reader_.append_read(result.controls, ldap::oid::kPostRead, dn, *controls.post_read);
  }
  return result;
}

// ---- rights ----------------------------------------------------------------------------------

void UpdateJob::need(std::string_view permission) const {
  if (provider_->writes != core::LdapWrites::on) {
    stop(ResultCode::unwillingToPerform,
         "this service takes changes of one's own entry only (writes: self)");
  }
  if (!rights_.may(permission)) stop(ResultCode::insufficientAccessRights, {});
}

void UpdateJob::need_power_over_user(const Object& user) {
  if (!rights_.superuser && core::is_powerful(*transaction_, user)) {
    stop(ResultCode::insufficientAccessRights, "only a superuser may change this account");
  }
}

void UpdateJob::need_power_over_group(const Object& group) {
  if (!rights_.superuser && core::makes_superuser(*transaction_, group)) {
    stop(ResultCode::insufficientAccessRights, "only a superuser may change this group");
  }
}

// One's own attributes, as the provider allows; everything else by permission.
void UpdateJob::may_modify(const Target& target, const ldap::ModifyRequest& request) {
  const std::string_view permission = target.user() ? core::kChangeUser : core::kChangeGroup;
  if (!is_self(target)) return need(permission);
  if (provider_->writes == core::LdapWrites::on && rights_.may(permission)) return;
  for (const ldap::Modification& change : request.changes) {
    if (is_user_password(change.attribute.type)) continue;
    const std::string key = attribute_key(change.attribute.type);
    const auto& allowed = provider_->self_write;
    const bool may = std::any_of(allowed.begin(), allowed.end(), [&key](const std::string& name) {
      return attribute_key(name) == key;
    });
    if (!may) {
      stop(ResultCode::insufficientAccessRights,
           std::string(change.attribute.type) + ": is not yours to change");
    }
  }
}

void UpdateJob::may_set_password(const Target& target) {
  if (!target.user()) stop(ResultCode::objectClassViolation, "groups have no password");
  if (is_self(target)) return;
  if (provider_->writes != core::LdapWrites::on) {
    stop(ResultCode::unwillingToPerform,
         "this service takes changes of one's own password only (writes: self)");
  }
  open();
  const bool may = rights_.may(core::kResetPassword) || rights_.may(core::kChangeUser);
  if (!may || (!rights_.superuser && core::is_powerful(*transaction_, stored(target)))) {
    stop(PasswordVerdict{
        ResultCode::insufficientAccessRights, {}, ldap::PolicyError::passwordModNotAllowed});
  }
  transaction_.reset();  // the slow hash comes first; the rights are looked at again
  turn_.unlock();
}

// ---- modify ----------------------------------------------------------------------------------

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
    UpdateResult result = close(
        controls, request.dn, "model_updated", at.user() ? user_model().name : group_model().name,
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
    const auto written = objects.update(user_model(), user.at("pk"), fields, trusted());
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
    const auto written = objects.update(group_model(), group.at("pk"), fields, trusted());
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
    const auto found = transaction_->find(group_model(), equals, 1);
    if (found.empty()) return;
    const Object& child = found.front();
    boost::json::array parents;
    for (const Value& parent : child.at("parents").as_array()) {
      if (parent != group) parents.push_back(parent);
    }
    if (gained) parents.push_back(group);
    const auto written = objects.update(group_model(), child.at("pk"), {{"parents", parents}});
    if (!written) stop_on(written.error(), false);
  };
  for (const core::GroupNumber number : members.gained()) rewrite(number, true);
  for (const core::GroupNumber number : members.lost()) rewrite(number, false);
}

// ---- delete ----------------------------------------------------------------------------------

UpdateResult UpdateJob::erase(std::string_view dn, const UpdateControls& controls) {
  return guarded([&] {
    const Target at = target(dn);
    if (at.at.kind == Located::Kind::upper && reader_.look(dn).matched) {
      stop(ResultCode::notAllowedOnNonLeaf, "the entry has entries below it");
    }
    must_see(at, true);
    open();
    need(at.user() ? core::kDeleteUser : core::kDeleteGroup);
    check_reads(at, controls);
    const Object object = stored(at);
    if (at.user()) {
      need_power_over_user(object);
    } else {
      need_power_over_group(object);
    }
    const core::Model& model = at.user() ? user_model() : group_model();
    core::Objects objects(*transaction_, context_.updates.tools);
    const auto done = objects.erase(model, object.at("pk"));
    if (!done) stop_on(done.error(), false);
    return close(controls, dn, "model_deleted", model.name,
                 std::string_view(object.at(at.user() ? "username" : "name").as_string()));
  });
}

// ---- rename ----------------------------------------------------------------------------------

UpdateResult UpdateJob::rename(const ldap::ModifyDnRequest& request,
                               const UpdateControls& controls) {
  return guarded([&] {
    const Target at = target(request.dn);
    must_see(at, true);
    Target above;
    if (request.new_superior) {
      above = target(*request.new_superior);
      if (above.at.kind == Located::Kind::outside) {
        stop(ResultCode::affectsMultipleDSAs, "the new superior lies in another tree");
      }
      if (above.at.kind == Located::Kind::missing) {
        Stop end;
        end.result.code = ResultCode::noSuchObject;
        end.result.matched_dn = reader_.look(above.dn).matched_dn;
        throw end;
      }
      if (above.normal != ldap::normal_parent(at.normal)) {
        stop(ResultCode::unwillingToPerform, "users and groups stay where their kind lives");
      }
    }
    std::string fresh_dn(request.new_rdn);
    fresh_dn.append(1, ',').append(at.at.parent);
    const Target fresh = target(fresh_dn);
    const std::string name = new_name(fresh);
    const bool taken = fresh.at.kind != Located::Kind::missing &&
                       (fresh.at.kind != at.at.kind || fresh.at.pk != at.at.pk);
    if (taken) stop(ResultCode::entryAlreadyExists, "there is an entry of this name");
    if (!request.delete_old_rdn && fresh.normal != at.normal) {
      stop(ResultCode::unwillingToPerform,
           "an entry has one name: the old one cannot stay (deleteoldrdn has to be 1)");
    }
    open();
    need(at.user() ? core::kChangeUser : core::kChangeGroup);
    check_reads(at, controls);
    const Object object = stored(at);
    if (at.user()) {
      need_power_over_user(object);
    } else {
      need_power_over_group(object);
    }
    const core::Model& model = at.user() ? user_model() : group_model();
    core::Objects objects(*transaction_, context_.updates.tools);
    Object fields;
    fields[at.user() ? "username" : "name"] = name;
    const auto written = objects.update(model, object.at("pk"), fields);
    if (!written) stop_on(written.error(), true);
    return close(controls, fresh_dn, "model_updated", model.name, name);
  });
}

// The name in the RDN of an entry that is to be: one value, of the attribute that names entries.
std::string UpdateJob::new_name(const Target& target) const {
  const auto dn = ldap::Dn::parse(target.dn);
  if (!dn || dn->empty()) stop(ResultCode::invalidDNSyntax, "no valid DN");
  const ldap::Rdn& rdn = dn->rdns().front();
  const bool fits = rdn.size() == 1 && !rdn.front().encoded &&
                    attribute_key(rdn.front().type) == attribute_key(target.at.rdn_attribute);
  if (!fits) {
    stop(ResultCode::namingViolation,
         "entries here are named by " + target.at.rdn_attribute + " alone");
  }
  return rdn.front().value;
}

}  // namespace postern::outpost
