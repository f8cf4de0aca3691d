#include "app/commands/bind_line.h"

#include "protocols/ldap/dn.h"

namespace postern::app {

std::string bind_lines(CommandContext& context, const std::string& username) {
  const auto catalog = context.appliance.directory().catalog();
  if (!catalog || catalog->ldap_providers.empty()) return {};
  const std::string& base = catalog->ldap_providers.front()->base_dn;
  const core::DnShape shape = catalog->ldap_providers.front()->names.value_or(core::DnShape{});
  const std::string dn =
      shape.user_rdn + "=" + ldap::escape_rdn_value(username) + "," + shape.users + "," + base;
  std::string url = "ldap://127.0.0.1:3389";
  const ListenConfig& listen = context.appliance.config().listen;
  if (!listen.ldap.empty()) url = "ldap://" + to_text(listen.ldap.front());
  return "bind DN: " + dn + "\nldapsearch -x -H " + url + " -D '" + dn + "' -W -b '" + base +
         "' '(objectClass=user)'\n";
}

}  // namespace postern::app
