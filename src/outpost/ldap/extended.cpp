#include "outpost/ldap/extended.h"

#include <array>

#include "outpost/ldap/result_text.h"
#include "protocols/ldap/decode.h"
#include "protocols/ldap/dn.h"
#include "protocols/ldap/encode.h"

namespace postern::outpost {
namespace {

using ldap::ResultCode;

struct Call {
  Conversation& conversation;
  Io& io;
  std::int32_t id;
  const ldap::ExtendedRequest& request;
  const RequestControls& controls;
  bool outstanding;
};

AfterExtended start_tls(const Call& call) {
  const auto answer = [&](ResultCode code, std::string_view text) {
    ldap::append_extended_response(call.io.out, call.id, {code, {}, text}, kStartTlsOid);
  };
  if (call.request.value) {
    answer(ResultCode::protocolError, "StartTLS takes no value");
  } else if (call.conversation.tls) {
    answer(ResultCode::operationsError, "TLS is up already");
  } else if (call.outstanding) {
    answer(ResultCode::operationsError, "other operations are under way");
  } else {
    answer(ResultCode::success, {});
    return {.start_tls = true};
  }
  return {};
}

std::string authorization_id(Conversation& conversation) {
  const core::Grant* grant = conversation.grant();
  if (grant == nullptr) return {};
  const NamingContext* context = conversation.naming().find(grant->provider);
  if (context == nullptr) return "u:" + grant->username;  // its provider has just been removed
  return "dn:" + ldap::build_dn("cn", grant->username, "ou=users," + context->base);
}

AfterExtended who_am_i(const Call& call) {
  if (call.request.value) {
    ldap::append_extended_response(call.io.out, call.id,
                                   {ResultCode::protocolError, {}, "Who am I? takes no value"});
    return {};
  }
  ldap::append_extended_response(call.io.out, call.id, {ResultCode::success, {}, {}}, {},
                                 authorization_id(call.conversation));
  return {};
}

struct Operation {
  std::string_view oid;
  AfterExtended (*perform)(const Call&);
  bool (*supported)(const Conversation&);  // at all, for this session
  bool (*listed)(const Conversation&);     // of use at this moment
};

constexpr std::array<Operation, 2> kOperations{{
    {kStartTlsOid, start_tls,
     [](const Conversation& c) { return c.settings->tls_available || c.tls; },
     [](const Conversation& c) { return c.settings->tls_available && !c.tls; }},
    {kWhoAmIOid, who_am_i, [](const Conversation&) { return true; },
     [](const Conversation&) { return true; }},
}};

}  // namespace

AfterExtended answer_extended(Conversation& conversation, Io& io, const ldap::Envelope& envelope,
                              const RequestControls& controls, bool outstanding) {
  const auto request = ldap::decode_extended(envelope.body);
  if (request) {
    for (const Operation& operation : kOperations) {
      if (operation.oid != request->oid || !operation.supported(conversation)) continue;
      return operation.perform(
          {conversation, io, envelope.message_id, *request, controls, outstanding});
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
  return oids;
}

}  // namespace postern::outpost
