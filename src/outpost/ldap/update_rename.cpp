// Delete and ModifyDN.

#include <utility>

#include "core/access/permission.h"
#include "outpost/ldap/update_job.h"
#include "outpost/ldap/update_values.h"
#include "protocols/ldap/dn.h"

namespace postern::outpost {
namespace {

using core::Object;
using ldap::Located;
using ldap::ResultCode;

}  // namespace

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
    const Object object = stored_in_power(at);
    const core::Model& model = model_of(at);
    core::Objects objects(*transaction_, context_.updates.tools);
    const auto done = objects.erase(model, object.at("pk"));
    if (!done) stop_on(done.error(), false);
    return close(controls, dn, "model_deleted", model.name,
                 std::string_view(object.at(at.user() ? "username" : "name").as_string()));
  });
}

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
    const Object object = stored_in_power(at);
    const core::Model& model = model_of(at);
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
