"""Secrets that are typed, generated, imported or applied never reach the log, an event, or a file in clear."""

import re
import unittest

import ldapwire
from support import CHEAP_HASH, PosternCase, oath, ssha, user_dn

SETTINGS = ("log: {level: trace}\nlogin:\n  throttle: off\n" + CHEAP_HASH +
            "bootstrap: {password: canary-bootstrap-pw, token: canary-bootstrap-token-0123}\n")


class Canary(PosternCase):
    def test_no_secret_in_log_events_or_state(self):
        server = self.postern(SETTINGS, start=True)
        secret = server.secret
        for fixed in ("canary-bootstrap-pw", "canary-bootstrap-token-0123"):
            secret(fixed)
        dn = server.add_user("anna", "canary-anna-pw")
        key = server.add_totp("anna", digits=8)
        codes = server.run("device", "add-static", "--user", "anna", "--count", "2").stdout.split()
        server.secrets += codes
        app = server.app_password("anna", "canary")
        link = server.run("create_recovery_key", "1", "anna").stdout.strip()
        secret(link.rstrip("/").rsplit("/", 1)[1])
        server.apply("version: 1\nentries:\n  - model: authentik_core.user\n    identifiers: {username: bert}\n"
                     "    attrs: {password: canary-bert-pw}\n  - model: authentik_core.token\n"
                     "    identifiers: {identifier: bt}\n    attrs: {user: !Find [authentik_core.user, [username, bert]],"
                     " intent: app_password, key: canary-blueprint-key-0123}\n")
        server.secrets += ["canary-bert-pw", "canary-blueprint-key-0123"]
        (server.folder / "in.csv").write_text("username,password\ncarl,canary-carl-pw\ndora," + ssha("canary-dora-pw") + "\n")
        server.run("import", "in.csv")
        server.secrets += ["canary-carl-pw", "canary-dora-pw"]
        code = secret(oath(key, digits=8))
        attempts = [(dn, "canary-anna-pw"), (dn, "canary-anna-pw;" + code), (dn, secret("canary-wrong-pw") + ";" + code),
                    (dn, "canary-anna-pw;" + codes[0]), (dn, app), (dn, app + "x"), (user_dn("nobody"), secret("canary-nobody-pw")),
                    (user_dn("bert"), "canary-bert-pw"), (user_dn("bert"), "canary-blueprint-key-0123"),
                    (user_dn("carl"), "canary-carl-pw"), (user_dn("dora"), "canary-dora-pw"), ("no dn", secret("canary-nodn-pw")),
                    (user_dn("akadmin"), "canary-bootstrap-pw")]
        results = [server.bind(*attempt) for attempt in attempts]
        self.assertEqual(results, [49, 0, 49, 0, 0, 49, 49, 0, 0, 0, 0, 34, 0])
        server.bind(*attempts[1], "-ZZ")
        server.bind(*attempts[7], url=server.url(tls=True))
        server.run("changepassword", "anna", "--password-stdin", text=secret("canary-changed-pw") + "\n")
        server.search((dn, app), "(userPassword=canary-anna-pw)")
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.leaks_of(server), [])
        for path in server.state.rglob("*"):
            if path.is_file():
                octets = path.read_bytes()
                for one in server.secrets:
                    self.assertNotIn(one.encode(), octets, f"{one} in {path}")
        text = server.log_text()
        self.assertNotIn("canary-", re.sub(r"canary(?=[\"' ]|$)", "", text))
        # The log speaks of every attempt all the same.
        self.assertGreaterEqual(text.count("ldap.bind"), len(attempts))
        actions = {action for action, in server.query("select action from events")}
        self.assertLessEqual({"login", "login_failed", "password_set"}, actions)

    def test_log_lines_cannot_be_forged(self):
        server = self.postern(SETTINGS, start=True)
        server.secrets.clear()
        with ldapwire.connect(server) as wire:
            wire.bind("cn=a\\0aFORGED level=info,ou=users,dc=ldap,dc=goauthentik,dc=io", "x")
            wire.bind("cn=a\nFORGED2 level=info,ou=users,dc=ldap,dc=goauthentik,dc=io", "x")
            wire.search("cn=\x1b[31m\r\nFORGED3", scope=0)
        self.assertEqual(server.stop(), 0)
        self.assertIn("FORGED", server.log_text())
        for line in server.log_text().splitlines():
            self.assertFalse(line.startswith("FORGED"), line)
        self.assertNotIn("\x1b", server.log_text())


if __name__ == "__main__":
    unittest.main()
