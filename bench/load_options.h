// Everything that ldap_load can be told on its command line. Parsed once; a case is a set of
// defaults (filter, attributes, what each answer must hold) that single options override.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace postern::bench {

enum class CaseKind : std::uint8_t {
  Search,  // one search on a kept connection
  Bind,    // one bind on a kept connection
  Pair,    // a search on a kept connection of the search account, then a bind of that user on a
           // second one
  Fresh,   // connect, bind the search account, search, bind the user, unbind, wait for the end
};

struct LoadOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  pid_t pid = 0;  // server process whose CPU and memory are reported; 0 = none
  std::string target = "server";
  std::string case_name = "uid";
  CaseKind kind = CaseKind::Search;

  std::string base = "dc=ldap,dc=goauthentik,dc=io";
  std::string user_dn;             // template
  std::string user_name = "user";  // name = this + number
  std::string team_name = "team";
  std::size_t team_size = 50;
  std::string bind_dn;  // search account; empty = anonymous
  std::string bind_password;
  std::string password = "secret-%s";  // template
  std::string credentials;             // file of user<TAB>secret lines; replaces the template

  std::size_t first = 0;
  std::size_t users = 10'000;
  bool sequential = false;
  bool once = false;   // stop when each user had its turn; implies sequential
  bool prime = false;  // bind every user once before measuring
  std::uint64_t seed = 1;

  std::string search_base;  // template
  std::uint32_t scope = 2;  // as on the wire: 0 base, 1 one level, 2 subtree
  std::string filter;
  std::string attributes;  // comma separated; empty = all user attributes
  std::string expected_dn;
  std::uint64_t entries = 1;        // per operation
  std::uint64_t extra_entries = 0;  // that may come on top (a server's own accounts)
  std::uint32_t page_size = 0;      // 0 = unpaged

  std::size_t connections = 16;
  double duration = 5;  // seconds measured
  double warmup = 1;
  double rate = 0;                   // operations per second; 0 = closed loop
  std::uint64_t max_operations = 0;  // started while measuring; 0 = only the time bounds it
  double patience = 30;  // seconds that set-up, and afterwards the last answers, may take
  bool spin = false;     // never sleeps while measuring; for a core of its own
  bool json = false;
};

// Returns -1 when the run should go on, else the exit code (help was printed, or an error).
int parse_options(int argc, char** argv, LoadOptions& options);

}  // namespace postern::bench
