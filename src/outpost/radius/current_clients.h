#pragma once
// CurrentClients: the ClientTable of now. get() makes a new one when the Catalog has changed; who
// keeps pointers into a table keeps the table. One thread. Errors: as ClientTable.

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "core/ports/directory.h"
#include "outpost/radius/client_table.h"

namespace postern::outpost {

class CurrentClients {
 public:
  // With `tls`: of the client at the other end of one TLS connection.
  CurrentClients(const core::Directory& directory, const core::Sealer& sealer,
                 const ReplyBook& replies, std::optional<TlsClient> tls = std::nullopt)
      : directory_(directory), sealer_(sealer), replies_(replies), tls_(std::move(tls)) {}

  const std::shared_ptr<const ClientTable>& get();
  // The one that get() gave last.
  const std::shared_ptr<const ClientTable>& last() const noexcept { return table_; }

 private:
  const core::Directory& directory_;
  const core::Sealer& sealer_;
  const ReplyBook& replies_;
  const std::optional<TlsClient> tls_;
  std::shared_ptr<const ClientTable> table_;
  std::uint64_t version_ = 0;
};

}  // namespace postern::outpost
