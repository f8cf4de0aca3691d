#include "outpost/ldap/update_job.h"

#include <algorithm>
#include <utility>

#include "core/access/permission.h"
#include "core/log.h"
#include "outpost/ldap/update_values.h"
#include "protocols/ldap/dn.h"

namespace postern::outpost {
namespace {

using core::Object;
using core::Value;
using ldap::Located;
using ldap::ResultCode;

constexpr std::string_view kNotVisible = "accepted, not yet visible to searches";

}  // namespace

UpdateJob::UpdateJob(const Context& context)
    : context_(context),
      catalog_(context.directory.catalog()),
      provider_(catalog_->ldap_provider(context.grant.provider)),
      reader_(context.tree, context.grant, context.deadline) {}

core::WriteOptions UpdateJob::trusted() {
  core::WriteOptions options;
  options.trusted = true;
  return options;
}

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
  const auto actor = transaction_->get(core::user_model(), Value(context_.grant.user));
  const bool holds =
      actor && actor->at("generation").to_number<std::uint64_t>() == context_.grant.generation;
  if (!holds) stop(ResultCode::insufficientAccessRights, "the login no longer holds");
}

Object UpdateJob::stored(const Target& target) {
  if (target.user()) {
    if (auto user = transaction_->get(core::user_model(), Value(target.at.pk)))
      return *std::move(user);
  } else {
    Object equals;
    equals["num_pk"] = target.at.pk;
    auto found = transaction_->find(core::group_model(), equals, 1);
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
  const auto actor = transaction_->get(core::user_model(), Value(context_.grant.user));
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
    if (what != action && action == "model_created") event.context["new_user"] = true;
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

Object UpdateJob::stored_in_power(const Target& target) {
  Object object = stored(target);
  if (target.user()) {
    need_power_over_user(object);
  } else {
    need_power_over_group(object);
  }
  return object;
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

}  // namespace postern::outpost
