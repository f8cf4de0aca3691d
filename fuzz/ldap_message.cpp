// LINK: postern_ldap postern_ber
// Every decoder on one PDU. A decoded search must come back from its own encoding.

#include <cstdlib>
#include <vector>

#include "protocols/ldap/decode.h"
#include "protocols/ldap/decode_response.h"
#include "protocols/ldap/encode_request.h"
#include "protocols/ldap/filter_text.h"
#include "protocols/ldap/update.h"

namespace {

using namespace postern::ldap;

void check_search(const SearchRequest& request) {
  Octets again;
  append_search_request(again, 1, request);
  again.push_back(0);
  const auto envelope = decode_envelope(OctetPiece(again).first(again.size() - 1));
  SearchRequest back;
  if (!envelope.ok() || !decode_search(envelope->body, back).ok()) std::abort();
  if (to_text(back.filter) != to_text(request.filter)) std::abort();
  if (back.attributes != request.attributes || back.base != request.base) std::abort();
}

void check_updates(OctetPiece body) {
  if (const auto add = decode_add(body); add.ok()) {
    for (const AttributeValues& attribute : add->attributes) {
      if (attribute.values.empty()) std::abort();
    }
  }
  if (const auto modify = decode_modify(body); modify.ok()) {
    for (const Modification& change : modify->changes) {
      const std::size_t values = change.attribute.values.size();
      if (change.kind == Modification::Kind::add && values == 0) std::abort();
      if (change.kind == Modification::Kind::increment && values != 1) std::abort();
    }
  }
  (void)decode_modify_dn(body);
  (void)decode_delete(body);
}

void check_body(OctetPiece body) {
  SearchRequest search;
  if (decode_search(body, search).ok()) check_search(search);
  (void)decode_bind(body);
  (void)decode_compare(body);
  (void)decode_extended(body);
  (void)decode_abandon(body);
  check_updates(body);
  (void)decode_response(Op::extendedResponse, body);
  (void)decode_entry(body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::uint8_t> octets(data, data + size);
  octets.push_back(0);  // the spare octet
  const OctetPiece pdu = OctetPiece(octets).first(size);
  std::vector<Control> controls;
  for (const auto& envelope : {decode_envelope(pdu), decode_response_envelope(pdu)}) {
    if (!envelope.ok()) continue;
    if (envelope->controls) (void)decode_controls(*envelope->controls, controls);
    check_body(envelope->body);
  }
  check_body(pdu);
  return 0;
}
