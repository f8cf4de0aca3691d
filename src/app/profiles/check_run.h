#pragma once
// Runs the checks of a profile as a client of that kind would, and says in plain words what it
// sees. Who carries out the searches and binds is the caller's: an LDAP connection, or a test.
// Thread: one.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/profiles/profile_file.h"
#include "protocols/ldap/result_code.h"

namespace postern::app {

struct FoundEntry {
  std::string dn;
  std::map<std::string, std::vector<std::string>> attributes;  // names in lower case
};

struct FoundEntries {
  ldap::ResultCode code = ldap::ResultCode::other;
  std::string text;  // diagnostic message, or why there is no answer
  std::vector<FoundEntry> entries;
};

// What placeholders stand for, by name.
using CheckFacts = std::map<std::string, std::string, std::less<>>;

struct CheckClient {
  std::function<FoundEntries(const std::string& base, ldap::Scope scope, const std::string& filter,
                             const std::vector<std::string>& attributes)>
      search;
  // The result of a bind with the password of the user that the checks are about; other = there is
  // no password, so no bind was tried.
  std::function<ldap::ResultCode(const std::string& name)> bind;
};

struct CheckResult {
  bool passed = false;
  bool skipped = false;
  std::string what;  // of the check
  std::string seen;  // "1 entry: uid=alice,ou=people,...", or what was missing
};

CheckResult run_check(const ProfileCheck& check, const CheckFacts& facts,
                      const CheckClient& client);

// Placeholders filled in, values escaped as the place needs it. What stands for a DN (base, users,
// groups, ..._dn) is one already.
enum class FillAs { text, filter, dn };
std::string fill_in(std::string_view text, const CheckFacts& facts, FillAs as);

}  // namespace postern::app
