#pragma once
// LDAP requests: octets -> values. The envelope first, then the body by its operation, so that an
// unusable body still gets an answer of the right type.
//
// Envelope errors call for a Notice of Disconnection (4511 4.1.1), body errors for protocolError in
// the operation's own response. All views point into the PDU, which needs one spare readable octet
// behind it (protocols/ber/reader.h). Trailing elements of SEQUENCEs are skipped (4511 section 4).
// Nothing throws; vectors of `out` are reused, so a warm request is decoded without allocation. Any
// thread.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "protocols/ldap/message.h"
#include "protocols/result.h"

namespace postern::ldap {

struct Done {};

inline constexpr std::size_t kMaxRequestedAttributes = 10'000;
inline constexpr std::size_t kMaxControls = 128;

// A request: message id 1 to 2^31-1 and a request's tag; everything else is an error.
Result<Envelope> decode_envelope(OctetPiece pdu);
// The same for the client's side: a response's tag, message id 0 allowed.
Result<Envelope> decode_response_envelope(OctetPiece pdu);

Result<BindRequest> decode_bind(OctetPiece body);
// Scope values 0 to 3 (3 = children), deref 0 to 3; and/or may be empty (4526). On error `out` is
// unusable.
Result<Done> decode_search(OctetPiece body, SearchRequest& out);
Result<CompareRequest> decode_compare(OctetPiece body);
Result<ExtendedRequest> decode_extended(OctetPiece body);
Result<std::int32_t> decode_abandon(OctetPiece body);  // the message id to abandon
Result<Done> decode_controls(OctetPiece controls, std::vector<Control>& out);
// One Filter element with its header, as in a search request or an assertion control.
Result<Done> decode_filter(OctetPiece element, Filter& out);

}  // namespace postern::ldap
