#pragma once
// EntryReader: the entry of an update as its client may see it, through the read model: for the
// assertion control and for reading before and after (RFC 4528, 4527). Filters, rights and
// attribute selection are those of a base search. Reads right while the read model shows exactly
// what the Store holds; the caller sees to that. Thread: the work's.

#include <string_view>
#include <vector>

#include "core/login.h"
#include "outpost/ldap/conversation.h"
#include "protocols/ldap/tree.h"

namespace postern::outpost {

class EntryReader {
 public:
  EntryReader(ldap::Tree& tree, const core::Grant& grant, Instant deadline)
      : tree_(tree), grant_(grant), deadline_(deadline) {}

  struct Seen {
    ldap::ResultCode code = ldap::ResultCode::success;
    bool matched = false;    // there, visible, and the filter is true
    std::string matched_dn;  // with noSuchObject
    Octets entry;            // the SearchResultEntry, a whole message
  };
  Seen read(std::string_view dn, const ldap::Filter& filter,
            const std::vector<std::string_view>& attributes) const;
  // Whether the client may see the entry.
  Seen look(std::string_view dn) const;
  // Appends the response control with the entry; without one nothing.
  void append_read(Octets& controls, std::string_view oid, std::string_view dn,
                   const std::vector<std::string_view>& attributes) const;

 private:
  ldap::Tree& tree_;
  const core::Grant& grant_;
  const Instant deadline_;
};

}  // namespace postern::outpost
