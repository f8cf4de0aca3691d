// Compare: in a provider's tree by the directory, of the root DSE and the subschema here. Source:
// RFC 4511 4.10.

#include <exception>
#include <utility>

#include "core/log.h"
#include "outpost/ldap/looking.h"
#include "outpost/ldap/result_text.h"
#include "outpost/ldap/root_dse.h"
#include "outpost/ldap/search.h"
#include "protocols/ldap/decode.h"
#include "protocols/ldap/encode.h"

namespace postern::outpost {
namespace {

using ldap::ResultCode;

ldap::Turn carry_out(Conversation& conversation, const ldap::CompareRequest& compare) {
  const Route route = conversation.route(compare.dn);
  switch (route.kind) {
    case Route::Kind::context: {
      const Looking looking = look(conversation, route.provider);
      if (looking.code != ResultCode::success) return {.code = looking.code};
      return conversation.services.tree.compare(compare, looking.viewer);
    }
    case Route::Kind::root:
      return {.code = make_root_dse(conversation).compare(compare.attribute, compare.value)};
    case Route::Kind::subschema:
      return {.code = subschema_entry(conversation)->compare(compare.attribute, compare.value)};
    case Route::Kind::outside:
      return {.code = ResultCode::noSuchObject};
    case Route::Kind::bad_dn:
      break;
  }
  return {.code = ResultCode::invalidDNSyntax};
}

}  // namespace

void answer_compare(Conversation& conversation, Io& io, const ldap::Envelope& envelope) {
  ldap::Turn result{.code = ResultCode::protocolError};
  if (const auto compare = ldap::decode_compare(envelope.body)) {
    try {
      result = carry_out(conversation, *compare);
    } catch (const std::exception& error) {
      log::error("ldap.compare.broken", {{"error", error.what()}});
      result = {.code = ResultCode::unavailable};
    }
  }
  conversation.services.measure(core::Operation::ldap_compare, result.code, 0, io.now);
  ldap::append_result(io.out, envelope.message_id, ldap::Op::compareResponse,
                      {result.code, result.matched_dn, result_text(result.code)});
}

}  // namespace postern::outpost
