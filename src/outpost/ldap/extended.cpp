#include "outpost/ldap/extended.h"

#include <array>

#include "outpost/ldap/authorization_id.h"
#include "outpost/ldap/result_text.h"
#include "outpost/ldap/update.h"
#include "protocols/ldap/decode.h"
#include "protocols/ldap/encode.h"
#include "protocols/ldap/oids.h"

namespace postern::outpost {
namespace {

using ldap::ResultCode;

struct Call {
  Conversation& conversation;
  Io& io;
  std::int32_t id;
  const ldap::ExtendedRequest& request;
  const RequestControls& controls;
  Meanwhile meanwhile;
};

AfterExtended start_tls(const Call& call) {
  const auto answer = [&](ResultCode code, std::string_view text) {
    ldap::append_extended_response(call.io.out, call.id, {code, {}, text}, kStartTlsOid);
  };
  if (call.request.value) {
    answer(ResultCode::protocolError, "StartTLS takes no value");
  } else if (call.conversation.tls) {
    answer(ResultCode::operationsError, "TLS is up already");
  } else if (call.meanwhile.searches || call.meanwhile.sasl_exchange) {
    answer(ResultCode::operationsError, "other operations are under way");
  } else {
    answer(ResultCode::success, {});
    return {.start_tls = true};
  }
  return {};
}

AfterExtended who_am_i(const Call& call) {
  if (call.request.value) {
    ldap::append_extended_response(call.io.out, call.id,
                                   {ResultCode::protocolError, {}, "Who am I? takes no value"});
    return {};
  }
  if (call.meanwhile.sasl_exchange) {
    ldap::append_extended_response(call.io.out, call.id,
                                   {ResultCode::operationsError, {}, "a Bind is in progress"});
    return {};
  }
  ldap::append_extended_response(call.io.out, call.id, {ResultCode::success, {}, {}}, {},
                                 authorization_id(call.conversation));
  return {};
}

AfterExtended password_modify(const Call& call) {
  return {.pending = begin_password_modify(call.conversation, call.io, call.id, call.request,
                                           call.controls)};
}

struct Operation {
  std::string_view oid;
  AfterExtended (*perform)(const Call&);
  bool (*supported)(const Conversation&);  // at all, for this session
  bool (*listed)(const Conversation&);     // of use at this moment
};

constexpr std::array<Operation, 3> kOperations{{
    {kStartTlsOid, start_tls,
     [](const Conversation& c) { return c.settings->tls_available || c.tls; },
     [](const Conversation& c) { return c.settings->tls_available && !c.tls; }},
    {ldap::oid::kPasswordModify, password_modify,
     [](const Conversation& c) { return c.services.updates != nullptr; },
     [](const Conversation& c) { return c.services.updates != nullptr; }},
    {kWhoAmIOid, who_am_i, [](const Conversation&) { return true; },
     [](const Conversation&) { return true; }},
}};

}  // namespace

AfterExtended answer_extended(Conversation& conversation, Io& io, const ldap::Envelope& envelope,
                              const RequestControls& controls, Meanwhile meanwhile) {
  const auto request = ldap::decode_extended(envelope.body);
  if (request) {
    for (const Operation& operation : kOperations) {
      if (operation.oid != request->oid || !operation.supported(conversation)) continue;
      return operation.perform(
          {conversation, io, envelope.message_id, *request, controls, meanwhile});
    }
  }
  ldap::append_extended_response(
      io.out, envelope.message_id,
      {ResultCode::protocolError, {}, result_text(ResultCode::protocolError)});
  return {};
}

std::vector<std::string> supported_extensions(const Conversation& conversation) {
  std::vector<std::string> oids;
  for (const Operation& operation : kOperations) {
    if (operation.listed(conversation)) oids.emplace_back(operation.oid);
  }
  oids.emplace_back(ldap::oid::kCancel);  // the session's own: it never waits for its turn
  return oids;
}

}  // namespace postern::outpost
