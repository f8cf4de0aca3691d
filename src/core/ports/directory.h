#pragma once
// Directory: the read model as the core sees it: lookups for logins, the Catalog, freshness.
// Lock-free for readers, never blocks, never allocates on a warm LoginRecord. (LDAP searches go
// through protocols/ldap/tree.h.) The directory room implements both.
//
// Thread: any; each thread uses its own reader inside. No read transaction outlives a call.
// Errors: a broken read model answers Lookup::unavailable.

#include <cstdint>
#include <memory>
#include <string_view>

#include "core/access/catalog.h"
#include "core/ids.h"
#include "core/model/login_record.h"
#include "core/time.h"

namespace postern::core {

// By uuid and uid_number a user is found as well; what is no such text is nobody's.
enum class UserField : std::uint8_t { username, email, upn, uuid, uid_number };
enum class Lookup : std::uint8_t { found, missing, ambiguous, unavailable };

class Directory {
 public:
  virtual ~Directory() = default;

  // Finds exactly one user by a folded name (uuid and number: as prepared by their rules); copies
  // the login record out in one read transaction.
  virtual Lookup find_user(UserField field, std::string_view value, LoginRecord& out) const = 0;
  virtual Lookup read_user(UserId pk, LoginRecord& out) const = 0;
  // The credential generation now; 0 = no such user. Cheap.
  virtual std::uint64_t generation(UserId pk) const = 0;

  // Grows whenever any user's generation or any access rule may have changed. One atomic load.
  virtual std::uint64_t security_epoch() const noexcept = 0;

  // The compiled configuration; one snapshot, replaced as a whole. Never null after start.
  virtual std::shared_ptr<const Catalog> catalog() const = 0;
  virtual std::uint64_t catalog_version() const noexcept = 0;

  // How long ago the Directory was last confirmed current with the Store, and whether the Store was
  // reachable at the last try (design.md 7, Stale Directory).
  struct Freshness {
    std::int64_t age_ms = 0;
    bool store_reachable = true;
    std::int64_t applied = 0;  // feed sequence number
  };
  virtual Freshness freshness() const noexcept = 0;
};

}  // namespace postern::core
