#pragma once
// Commands on people and machines: users, groups, service accounts, passwords, recovery.

#include <optional>
#include <string>
#include <vector>

#include "app/commands/context.h"

namespace postern::app {

struct UserCreate {
  std::string username, name, email, type = "internal";
  std::vector<std::string> groups;
  std::vector<std::string> assignments;  // FIELD=VALUE
  bool inactive = false;
};
int create_user(CommandContext& context, const UserCreate& options);  // context.secret = password
int unlock_user(CommandContext& context, const std::string& username);

struct GroupCreate {
  std::string name;
  std::vector<std::string> parents, members;
  std::vector<std::string> assignments;
  bool superuser = false;
};
int create_group(CommandContext& context, const GroupCreate& options);
// Adds (or removes) users to a group.
int change_members(CommandContext& context, const std::string& group,
                   const std::vector<std::string>& users, bool add);

struct ServiceAccountCreate {
  std::string name;
  std::vector<std::string> groups;
  bool search = false;  // grants search_full_directory
  bool quiet = false;   // prints the password alone
};
int create_service_account(CommandContext& context, const ServiceAccountCreate& options);

int change_password(CommandContext& context, const std::string& username);
int create_recovery_key(CommandContext& context, std::int64_t years, const std::string& username);

}  // namespace postern::app
