#pragma once
// LdapWorld: one LDAP session with fakes behind it and a script in front, and a few words to speak
// to it.
//
// Users: alice (7) and bob (8, full) of the first provider, carol (9) of the second, dave (10) of
// the first, who is not admitted; their passwords are "app-" + name and need no lane. slow (11) has
// "pw-slow", which does.

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "outpost/ldap/services.h"
#include "outpost/ldap/session.h"
#include "sessions/ldap_client.h"
#include "sessions/ldap_fakes.h"
#include "support/session_script.h"

namespace postern::test {

inline constexpr std::string_view kAlice = "cn=alice,ou=users,dc=ldap,dc=example";
inline constexpr std::string_view kBob = "cn=bob,ou=users,dc=ldap,dc=example";
inline constexpr std::string_view kCarol = "cn=carol,ou=users,dc=other";
inline constexpr std::string_view kDave = "cn=dave,ou=users,dc=ldap,dc=example";
inline constexpr std::string_view kSlow = "cn=slow,ou=users,dc=ldap,dc=example";

class LdapWorld {
 public:
  explicit LdapWorld(outpost::LdapSettings settings = with_tls(), PeerInfo peer = local_peer())
      : services_(login, directory, tree, clock, std::move(settings), {}),
        script_(std::make_unique<outpost::LdapSession>(peer, services_)) {
    login.users[{kFirst, "alice"}] = {7, "app-alice"};
    login.users[{kFirst, "bob"}] = {8, "app-bob", true};
    login.users[{kFirst, "slow"}] = {11, "pw-slow"};
    login.users[{kSecond, "carol"}] = {9, "app-carol"};
    login.users[{kFirst, "dave"}] = {10, "app-dave", false, false};
    script_.start();
  }

  static outpost::LdapSettings with_tls() {
    outpost::LdapSettings settings;
    settings.tls_available = true;
    return settings;
  }
  static PeerInfo local_peer() { return {"127.0.0.1", 40000, true, false}; }
  static PeerInfo remote_peer(bool tls = false) { return {"192.0.2.7", 40000, false, tls}; }

  SessionScript& script() { return script_; }
  outpost::LdapCounters& counters() { return services_.counters; }

  void send(const Octets& octets) { script_.send(octets); }
  std::vector<Reply> replies() { return parse_replies(script_.take_output()); }
  // What came back, as text, after everything has settled.
  std::string said() {
    script_.settle();
    return describe(replies());
  }
  std::string ask(const Octets& octets) {
    send(octets);
    return said();
  }
  std::vector<Reply> ask_replies(const Octets& octets) {
    send(octets);
    script_.settle();
    return replies();
  }
  // Who the server thinks we are: the fake tree names the viewer. "50" = anonymous.
  std::string whoami(std::int32_t id = 1000, std::string_view base = kFirstBase) {
    return ask(search(id, {base}));
  }

  FakeLogin login;
  FakeDirectory directory;
  FakeTree tree;
  FakeClock clock;

 private:
  outpost::LdapServices services_;
  SessionScript script_;
};

}  // namespace postern::test
