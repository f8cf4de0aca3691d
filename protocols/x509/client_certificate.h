#pragma once
// What a client certificate says of its owner, read after the handshake. Names that hold control
// characters or are not UTF-8 are left out: they may be meant to be read differently elsewhere; of
// very many names the first 64 count. Thread: that of the TLS connection. Source: RFC
// 5280 4.1.2.6, 4.2.1.6; [MS-WCCE] for the UPN.

#include <memory>

#include "protocols/session.h"

struct ssl_st;

namespace postern::x509 {

// nullptr: none was shown, or it did not verify against the client CA.
std::shared_ptr<const ClientCertificate> client_certificate(const ssl_st* ssl);

}  // namespace postern::x509
