#pragma once
// LDAP requests: values -> octets, for clients: commands, the load generator, tests.
// Appends whole PDUs (or a Filter element). Cannot fail. Source: RFC 4511 section 4.

#include <cstdint>
#include <optional>
#include <string_view>

#include "protocols/ber/writer.h"
#include "protocols/ldap/message.h"

namespace postern::ldap {

using ber::Octets;

void append_filter(Octets& out, const Filter& filter);  // REQUIRES: at least one node

void append_bind_request(Octets& out, std::int32_t id, const BindRequest& request,
                         OctetPiece controls = {});
void append_search_request(Octets& out, std::int32_t id, const SearchRequest& request,
                           OctetPiece controls = {});
void append_compare_request(Octets& out, std::int32_t id, const CompareRequest& request,
                            OctetPiece controls = {});
void append_extended_request(Octets& out, std::int32_t id, const ExtendedRequest& request,
                             OctetPiece controls = {});
void append_abandon_request(Octets& out, std::int32_t id, std::int32_t target);
void append_unbind_request(Octets& out, std::int32_t id);

}  // namespace postern::ldap
