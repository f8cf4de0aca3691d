#pragma once
// Inside EAP-TLS there is nothing: the certificate that the handshake verified is the user. By
// which of its names (or its fingerprint) it is found, the provider says; the outer identity does
// not count (9190-04). In TLS 1.3 one octet 0x00 commits the server to success (9190-07). On a
// lane.

#include <memory>
#include <string>
#include <vector>

#include "core/access/catalog.h"
#include "outpost/radius/eap/inner.h"

namespace postern::outpost {

class CertificatePart final : public InnerPart {
 public:
  CertificatePart(const InnerContext& context, std::shared_ptr<const core::RadiusProvider> provider)
      : context_(context), provider_(std::move(provider)) {}

  InnerStep begin(EapTunnel& tunnel) override;
  // The session holds the certificate that the first handshake verified.
  InnerStep resume(EapTunnel& tunnel, const ResumableLogin& earlier) override;
  InnerStep input(EapTunnel& tunnel, OctetView plain) override;
  std::string_view identity() const noexcept override { return identity_; }

 private:
  const InnerContext& context_;
  const std::shared_ptr<const core::RadiusProvider> provider_;
  std::string identity_;
};

}  // namespace postern::outpost
