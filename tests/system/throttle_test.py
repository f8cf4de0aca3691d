"""What wrong guesses cost: a temporary refusal, `user unlock`, the same wrong password counted once."""

import json
import re
import time
import unittest

import ldapwire
from support import BASE, CHEAP_HASH, PosternCase, oath, user_dn

AT_ONCE = "login:\n  throttle: {first_delay: 0s, max_delay: 0s}\n" + CHEAP_HASH


class Throttle(PosternCase):
    def test_L36_account_usability_says_whether_an_account_could_be_used(self):
        server = self.guessed([f"wrong-{i}" for i in range(10)])
        account = server.search_account()
        for name in ("bert", "carl", "dora"):
            server.add_user(name, name + "-password")
        server.run("user", "set", "carl", "is_active=false")
        server.run("user", "set", "dora", "password_must_change=true")

        def usability(name, who=account):
            done = server.client("ldapsearch", "-E", "accountUsability", "-D", who[0], "-w", who[1], "-b", BASE,
                                 f"(&(objectClass=user)(uid={name}))", "1.1")
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            return re.findall(r"accountUsability: (.*)", done.stdout)

        self.assertRegex(usability("bert")[0], "^available")
        self.assertRegex(usability("anna")[0], r"^not available.*seconds_before_unlock=[1-9]\d*")
        self.assertRegex(usability("carl")[0], "^not available.*inactive")
        self.assertRegex(usability("dora")[0], "^not available.*reset")
        bert = (user_dn("bert"), "bert-password")
        self.assertRegex(usability("bert", bert)[0], "^available", "one's own is told")
        self.assertIn("1.3.6.1.4.1.42.2.27.9.5.8",
                      server.search(base="", scope="base", attributes=("supportedControl",)).one()["supportedcontrol"])

    def guessed(self, guesses):
        """A server at which these wrong passwords were tried for anna."""
        server = self.postern(AT_ONCE, start=True)
        server.add_user("anna", "right-password")
        with ldapwire.connect(server) as wire:
            for guess in guesses:
                self.assertEqual(wire.bind(user_dn("anna"), guess), 49)
        return server

    def test_ten_wrong_ones_refuse_the_right_one_until_unlocked(self):
        server = self.guessed([f"wrong-{i}" for i in range(10)])
        app = server.app_password("anna", "app")
        dn = user_dn("anna")
        self.assertEqual(server.bind(dn, "right-password"), 49)
        self.assertEqual(server.bind(dn, app), 0)
        self.assertEqual(server.bind(dn, "right-password"), 49)
        self.assertIn("anna", server.run("user", "unlock", "anna").stdout)
        self.assertEqual(server.bind(dn, "right-password"), 0)

    def test_Behera10_5_3_3_removing_pwdAccountLockedTime_unlocks(self):
        server = self.guessed([f"wrong-{i}" for i in range(10)])
        server.apply("""version: 1
entries:
  - model: authentik_providers_ldap.ldapprovider
    identifiers: {name: ldap}
    attrs: {attributes: {postern: {writes: 'on'}}}
""")
        held = json.dumps(["authentik_core.change_user", "authentik_providers_ldap.search_full_directory"])
        for name, permissions in (("helper", held), ("bert", "[]")):
            server.add_user(name, name + "-password")
            server.run("user", "set", name, "permissions=" + permissions)

        def modify(who, change):
            path = server.folder / "unlock.ldif"
            path.write_text(f"dn: {user_dn('anna')}\nchangetype: modify\n{change}\n")
            return server.client("ldapmodify", "-D", user_dn(who), "-w", who + "-password", "-f", str(path)).returncode

        self.assertEqual(server.bind(user_dn("anna"), "right-password"), 49)
        self.assertIn(modify("bert", "delete: pwdAccountLockedTime"), (32, 50))
        self.assertEqual(modify("helper", "replace: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z"), 53)
        self.assertEqual(server.bind(user_dn("anna"), "right-password"), 49)
        self.assertEqual(modify("helper", "delete: pwdAccountLockedTime"), 0)
        self.assertEqual(server.bind(user_dn("anna"), "right-password"), 0)
        self.assertEqual(modify("helper", "delete: pwdAccountLockedTime"), 16, "it is not locked any more")
        self.assertEqual(modify("helper", "replace: pwdAccountLockedTime"), 0)

    def test_a_wrong_old_password_costs_what_a_wrong_bind_costs(self):
        server = self.postern("login:\n  throttle: {first_delay: 1s, max_delay: 1s}\n" + CHEAP_HASH, start=True)
        server.add_user("anna", "right-password")
        took = {}
        for what, ask in (("bind", lambda: server.bind(user_dn("anna"), "wrong-1")),
                          ("change", lambda: server.client("ldappasswd", "-D", user_dn("anna"), "-w",
                                                           "right-password", "-a", "wrong-2", "-s", "new-Password-9"))):
            began = time.monotonic()
            ask()
            took[what] = time.monotonic() - began
        for what, seconds in took.items():
            self.assertGreaterEqual(seconds, 0.95, what)
        # The session answers on.
        self.assertEqual(server.bind(user_dn("anna"), "right-password"), 0)

    def test_P13_explain_says_until_when_and_unlock_knows_who_is_there(self):
        server = self.guessed([f"wrong-{i}" for i in range(10)])
        dn = user_dn("anna")
        self.assertEqual(server.bind(dn, "right-password"), 49)
        self.assertRegex(server.run("explain", "anna", "--limit", "1").stdout, r"refused until \d{4}-\d\d-\d\dT")
        self.assertRegex(server.run("access", "anna").stdout, r"refused for \d+ s more .*`postern user unlock anna`")
        self.assertIn('no user is named "annna"', server.run("user", "unlock", "annna", code=1).stderr)
        server.run("user", "unlock", "anna")
        self.assertEqual(server.bind(dn, "right-password"), 0)

    def test_other_users_are_not_refused(self):
        server = self.guessed([f"wrong-{i}" for i in range(12)])
        server.add_user("bert", "pw-of-bert")
        self.assertEqual(server.bind(user_dn("bert"), "pw-of-bert"), 0)

    def test_refusal_survives_a_restart(self):
        server = self.guessed([f"wrong-{i}" for i in range(10)])
        self.assertEqual(server.stop(), 0)
        server.start()
        self.assertEqual(server.bind(user_dn("anna"), "right-password"), 49)
        server.run("user", "unlock", "anna")
        self.assertEqual(server.bind(user_dn("anna"), "right-password"), 0)

    def test_unlock_while_the_server_is_down(self):
        server = self.guessed([f"wrong-{i}" for i in range(10)])
        self.assertEqual(server.stop(), 0)
        server.run("user", "unlock", "anna")
        server.start()
        self.assertEqual(server.bind(user_dn("anna"), "right-password"), 0)

    def test_stale_client_that_repeats_one_wrong_password_locks_nobody_out(self):
        server = self.guessed(["yesterdays-password"] * 30)
        self.assertEqual(server.bind(user_dn("anna"), "right-password"), 0)

    def test_nine_wrong_ones_do_not_refuse(self):
        server = self.guessed([f"wrong-{i}" for i in range(9)])
        self.assertEqual(server.bind(user_dn("anna"), "right-password"), 0)

    def test_wrong_app_passwords_do_not_refuse_the_password(self):
        server = self.postern(AT_ONCE, start=True)
        dn = server.add_user("anna", "right-password")
        app = server.app_password("anna", "app")
        with ldapwire.connect(server) as wire:
            for number in range(15):
                self.assertEqual(wire.bind(dn, app[:-3] + f"{number:03}"), 49)
        self.assertEqual(server.bind(dn, "right-password"), 0)
        self.assertEqual(server.bind(dn, app), 0)

    def test_wrong_codes_refuse_the_right_code(self):
        server = self.postern(AT_ONCE, start=True)
        dn = server.add_user("tina", "right-password")
        key = server.add_totp("tina")
        near = {oath(key, seconds) for seconds in range(-60, 121, 30)}
        wrong = [code for code in (f"{n:06}" for n in range(20)) if code not in near][:6]
        for code in wrong:
            self.assertEqual(server.bind(dn, f"right-password;{code}"), 49)
        self.assertEqual(server.bind(dn, f"right-password;{oath(key)}"), 49)
        self.assertEqual(server.bind(dn, server.app_password("tina", "app")), 0)

    def test_unknown_names_are_throttled_alike(self):
        server = self.postern(AT_ONCE, start=True)
        with ldapwire.connect(server) as wire:
            for number in range(25):
                self.assertEqual(wire.bind(user_dn("nobody"), f"wrong-{number}"), 49)
        server.run("user", "unlock", "nobody", code=None)
        server.add_user("nobody", "now-a-user")
        self.assertEqual(server.bind(user_dn("nobody"), "now-a-user"), 0)

    def test_held_answer_keeps_nobody_else_waiting(self):
        server = self.postern("login:\n  throttle: {first_delay: 60s, max_delay: 5m}\n" + CHEAP_HASH, start=True)
        server.add_user("anna", "right-password")
        server.add_user("bert", "pw-of-bert")
        with ldapwire.connect(server) as held, ldapwire.connect(server, patience=20) as other:
            held.send(ldapwire.bind(1, user_dn("anna"), "wrong"))
            self.assertEqual(other.bind(user_dn("bert"), "pw-of-bert"), 0)
            self.assertEqual(other.search(user_dn("bert"), scope=0)[0], 0)


if __name__ == "__main__":
    unittest.main()
