#include "outpost/ldap/request_controls.h"

#include <algorithm>
#include <array>

#include "protocols/ldap/control_value.h"
#include "protocols/ldap/decode.h"
#include "protocols/ldap/oids.h"
#include "protocols/ldap/read_controls.h"
#include "protocols/ldap/session_controls.h"

namespace postern::outpost {
namespace {

using ldap::Control;
using ldap::Op;
using ldap::ResultCode;
namespace oid = ldap::oid;

// Operations as a set. Extended operations count one by one.
enum Fits : std::uint32_t {
  kBind = 1U << 0U,
  kSearch = 1U << 1U,
  kCompare = 1U << 2U,
  kAdd = 1U << 3U,
  kModify = 1U << 4U,
  kDelete = 1U << 5U,
  kModifyDn = 1U << 6U,
  kPasswordModify = 1U << 7U,
  kOtherExtended = 1U << 8U,
  kEverything = (1U << 9U) - 1U,
  kUpdates = kAdd | kModify | kDelete | kModifyDn,
};

std::uint32_t operation(const ldap::Envelope& envelope) {
  switch (envelope.op) {
    case Op::bindRequest:
      return kBind;
    case Op::searchRequest:
      return kSearch;
    case Op::compareRequest:
      return kCompare;
    case Op::addRequest:
      return kAdd;
    case Op::modifyRequest:
      return kModify;
    case Op::delRequest:
      return kDelete;
    case Op::modDNRequest:
      return kModifyDn;
    case Op::extendedRequest: {
      const auto request = ldap::decode_extended(envelope.body);
      return request && request->oid == oid::kPasswordModify ? kPasswordModify : kOtherExtended;
    }
    default:
      return 0;
  }
}

bool read_manage_dsa_it(const Control& control, RequestControls& out) {
  out.manage_dsa_it = true;
  return ldap::decode_no_value(control.value).ok();
}

bool read_domain_scope(const Control& control, RequestControls& out) {
  out.domain_scope = true;
  return ldap::decode_no_value(control.value).ok();
}

bool read_subentries(const Control& control, RequestControls& out) {
  const auto alone = ldap::decode_subentries(control.value);
  if (alone) out.subentries = *alone;
  return alone.ok();
}

bool read_authorization_identity(const Control& control, RequestControls& out) {
  out.authorization_identity = true;
  return ldap::decode_no_value(control.value).ok();
}

bool read_session_tracking(const Control& control, RequestControls& out) {
  const auto session = ldap::decode_session_tracking(control.value);
  if (session) out.session_tracking = *session;
  return session.ok();
}

// Those of a search are kept together, so that a request without them carries none of it.
template <bool (*read)(const Control&, SearchControls&)>
bool read_for_search(const Control& control, RequestControls& out) {
  if (!out.search) out.search.emplace();
  return read(control, *out.search);
}

bool read_password_policy(const Control& control, RequestControls& out) {
  out.password_policy = true;
  return !control.value || control.value->empty();
}

bool read_permissive_modify(const Control& control, RequestControls& out) {
  if (!out.update) out.update.emplace();
  out.update->permissive_modify = true;
  return !control.value || control.value->empty();
}

template <bool (*read)(const Control&, UpdateControls&)>
bool read_update(const Control& control, RequestControls& out) {
  if (!out.update) out.update.emplace();
  return read(control, *out.update);
}

// A row: reads the value; false = it cannot be used.
struct Known {
  std::string_view oid;
  std::uint32_t fits;
  bool (*read)(const Control& control, RequestControls& out);
};

constexpr std::array kKnown{
    Known{oid::kManageDsaIt, kSearch | kCompare | kUpdates, &read_manage_dsa_it},
    Known{oid::kDomainScope, kSearch, &read_domain_scope},
    Known{oid::kSubentries, kSearch, &read_subentries},
    Known{oid::kAuthorizationIdentityRequest, kBind, &read_authorization_identity},
    Known{oid::kSessionTracking, kEverything, &read_session_tracking},
    Known{oid::kPagedResults, kSearch, &read_for_search<&read_page>},
    Known{oid::kSortRequest, kSearch, &read_for_search<&read_sort>},
    Known{oid::kVlvRequest, kSearch, &read_for_search<&read_window>},
    Known{oid::kMatchedValues, kSearch, &read_for_search<&read_values>},
    Known{oid::kDeref, kSearch, &read_for_search<&read_dereference>},
    Known{oid::kPersistentSearch, kSearch, &read_for_search<&read_watch>},
    Known{oid::kAccountUsability, kSearch, &read_for_search<&read_usability>},
    Known{oid::kAssertion, kModify | kDelete | kModifyDn, &read_update<read_assertion>},
    Known{oid::kPreRead, kModify | kDelete | kModifyDn, &read_update<read_pre_read>},
    Known{oid::kPostRead, kAdd | kModify | kModifyDn, &read_update<read_post_read>},
    Known{oid::kPermissiveModify, kModify, &read_permissive_modify},
    Known{oid::kPasswordPolicy, kBind | kSearch | kCompare | kUpdates | kPasswordModify,
          &read_password_policy},
};

const Known* find(std::string_view oid) noexcept {
  const auto* const found = std::find_if(kKnown.begin(), kKnown.end(),
                                         [oid](const Known& known) { return known.oid == oid; });
  return found == kKnown.end() ? nullptr : found;
}

ControlsVerdict judge(const std::vector<Control>& controls, std::uint32_t operation,
                      RequestControls& out) {
  for (std::size_t i = 0; i < controls.size(); ++i) {
    const Control& control = controls[i];
    const bool twice = std::any_of(controls.begin(), controls.begin() + static_cast<long>(i),
                                   [&](const Control& other) { return other.oid == control.oid; });
    if (twice) return {ResultCode::protocolError, "a control is given twice"};
    const Known* known = find(control.oid);
    if (known == nullptr || (known->fits & operation) == 0) {
      if (!control.critical) continue;
      return {ResultCode::unavailableCriticalExtension, "a critical control is not supported"};
    }
    if (!known->read(control, out)) {
      return {ResultCode::protocolError, "the value of a control cannot be used"};
    }
  }
  return {};
}

}  // namespace

ControlsVerdict read_controls(const ldap::Envelope& envelope, RequestControls& out) {
  out = RequestControls{};
  if (!envelope.controls) return {};
  static thread_local std::vector<Control> controls;
  if (!ldap::decode_controls(*envelope.controls, controls)) {
    return {ResultCode::protocolError, "malformed controls"};
  }
  return judge(controls, operation(envelope), out);
}

std::vector<std::string> supported_controls() {
  std::vector<std::string> oids;
  for (const Known& known : kKnown) oids.emplace_back(known.oid);
  return oids;
}

}  // namespace postern::outpost
