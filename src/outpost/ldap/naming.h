#pragma once
// Naming contexts: the base DNs of all LDAP providers, compiled from the Catalog, and the two
// questions asked of them: where does a search base lie, and whom does a bind name mean?
//
// The provider of a DN is the one with the longest base DN that is a suffix at an RDN boundary; of
// two with the same base DN the one with the lower pk. A base DN that is no DN is left out, and so
// is a provider with a profile that does not exist.
// Immutable, shared by sessions; NamingCache is safe from any thread. Source: RFC 4511 4.2, RFC
// 4514.

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/access/search_right.h"
#include "core/ids.h"
#include "core/ports/directory.h"

namespace postern::outpost {

struct NamingContext {
  core::ProviderId provider = 0;
  std::string name;    // of the provider, for the log
  std::string base;    // as configured
  std::string normal;  // normal form (protocols/ldap/dn.h)
  std::string users;   // normal form of its users' container; "" = a DN must be looked at closely
  core::SearchRight anonymous;  // what who has not bound sees
  std::string domain;           // "example.org" of dc=Example,dc=org
  core::DnShape names;
};

struct Route {
  enum class Kind : std::uint8_t { bad_dn, root, subschema, context, outside };
  Kind kind = Kind::bad_dn;
  core::ProviderId provider = 0;  // context only
};

// Whom a bind name means. `exact` is false if the DN is well-formed but cannot name an entry that
// may bind; such a bind is carried out with a name that nobody has, so that it costs the same.
struct BindTarget {
  bool well_formed = false;
  bool exact = false;
  core::ProviderId provider = 0;
  std::string service;   // provider name, for the log
  std::string username;  // as written in the DN, unescaped
};

inline constexpr std::string_view kSubschemaDn = "cn=subschema";
// No user can be called so: control characters are refused in user names.
inline constexpr std::string_view kNobody = "\x01not an entry\x01";

class NamingContexts {
 public:
  NamingContexts(const core::Catalog& catalog, std::uint64_t version);

  std::uint64_t version() const noexcept { return version_; }
  const std::vector<NamingContext>& all() const noexcept { return contexts_; }  // longest first
  const NamingContext* find(core::ProviderId provider) const noexcept;
  const NamingContext* containing(std::string_view normal_dn) const noexcept;

  // `scratch` takes the normal form.
  Route route(std::string_view dn, std::string& scratch) const;
  // Exactly the DN of a user as the provider's profile has it: `cn=<user>,ou=users,<base>` or
  // `uid=<user>,ou=users,<base>` by default. Where the profile takes plain names, as clients of
  // Active Directory send them, also `user@domain` and `DOMAIN\user`.
  BindTarget bind_target(std::string_view dn) const;

 private:
  bool plain_target(std::string_view dn, BindTarget& target) const;
  BindTarget bare_target(std::string_view name) const;

  std::uint64_t version_;
  std::vector<NamingContext> contexts_;
};

class NamingCache {
 public:
  std::shared_ptr<const NamingContexts> current(const core::Directory& directory);

 private:
  std::mutex mutex_;
  std::shared_ptr<const NamingContexts> held_;
};

}  // namespace postern::outpost
