#include "outpost/radius/current_clients.h"

namespace postern::outpost {

const std::shared_ptr<const ClientTable>& CurrentClients::get() {
  const std::uint64_t version = directory_.catalog_version();
  if (table_ == nullptr || version != version_) {
    const auto catalog = directory_.catalog();
    table_ = tls_ ? std::make_shared<const ClientTable>(*catalog, *tls_, replies_)
                  : std::make_shared<const ClientTable>(*catalog, sealer_, replies_);
    version_ = version;
  }
  return table_;
}

}  // namespace postern::outpost
