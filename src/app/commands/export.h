#pragma once
// export: users and groups as LDIF, as one LDAP provider shows them to an account that sees
// everything. `import` reads it back. Password hashes are in it only when asked for by name.
// Source: RFC 2849.

#include <string>

#include "app/commands/context.h"

namespace postern::app {

struct ExportOptions {
  std::string provider;  // name; "" = the only or first one
  bool hashes = false;
  bool ldif = true;  // there is no other format yet: said for those who expect the word
};

int export_ldif(CommandContext& context, const ExportOptions& options);

}  // namespace postern::app
