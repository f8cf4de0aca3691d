"""App passwords that are good for one application, one protocol, one network, and while they are used.

Sources: authentik#25271 and glauth#310 (a secret of one service opens all), authentik#25274 (idle expiry)."""

import sqlite3
import time

from radiuswire import ACCEPT, LISTEN, REJECT, blueprint, login
from support import CALM, PosternCase, SharedCase, eventually, user_dn

WIKI = "dc=wiki,dc=example,dc=org"
SECOND = f"""version: 1
entries:
  - model: authentik_providers_ldap.ldapprovider
    id: wiki
    identifiers: {{name: wiki-ldap}}
    attrs:
      base_dn: {WIKI}
      authorization_flow: !Find [authentik_flows.flow, [slug, default-authentication-flow]]
  - model: authentik_core.application
    identifiers: {{slug: wiki}}
    attrs: {{name: Wiki, provider: !KeyOf wiki}}
"""
WRONG = 49


class Scopes(SharedCase):
    settings = LISTEN + CALM

    @classmethod
    def populate(cls, server):
        server.listen = False
        server.write_config(cls.settings)
        server.start()
        server.add_user("alice", "wonderland")
        server.apply(SECOND, name="wiki.yaml")
        server.apply(blueprint(), name="radius.yaml")

    def make(self, identifier, *arguments):
        made = self.server.run("user", "app-password", "add", "alice", identifier, *arguments)
        return self.server.secret(made.stdout.strip())

    def answers(self, key):
        """Of the application of the first provider, of the wiki, of RADIUS."""
        return (self.server.bind(user_dn("alice"), key), self.server.bind(user_dn("alice", WIKI), key),
                login(self.server, "alice", key).code)

    def test_one_application_alone(self):
        self.assertEqual(self.answers(self.make("any")), (0, 0, ACCEPT))
        self.assertEqual(self.answers(self.make("ldap-only", "--service", "ldap")), (0, WRONG, REJECT))
        self.assertEqual(self.answers(self.make("wiki-only", "--service", "wiki")), (WRONG, 0, REJECT))
        self.assertEqual(self.answers(self.make("vpn-only", "--service", "radius")), (WRONG, WRONG, ACCEPT))
        both = self.make("two", "--service", "wiki-ldap", "--service", "radius")
        self.assertEqual(self.answers(both), (WRONG, 0, ACCEPT), "a provider's name means its application")
        self.assertIn("app_password_scope", self.server.log_text() + repr(self.server.query(
            "select context from events where action = 'login_failed'")))

    def test_one_protocol_alone(self):
        self.assertEqual(self.answers(self.make("by-ldap", "--protocol", "ldap")), (0, 0, REJECT))
        self.assertEqual(self.answers(self.make("by-radius", "--protocol", "radius")), (WRONG, WRONG, ACCEPT))

    def test_networks(self):
        near = self.make("near", "--network", "127.0.0.0/8", "--network", "2001:db8::/32")
        self.assertEqual(self.answers(near), (0, 0, ACCEPT))
        self.assertEqual(self.answers(self.make("far", "--network", "192.0.2.0/24")), (WRONG, WRONG, REJECT))

    def test_a_scope_outlives_its_application(self):
        self.server.apply(SECOND.replace("wiki", "gone"), name="gone.yaml")
        key = self.make("for-gone", "--service", "gone")
        self.server.apply("version: 1\nentries:\n  - model: authentik_core.application\n    state: absent\n"
                          "    identifiers: {slug: gone}\n", name="absent.yaml")
        self.assertEqual(self.answers(key), (WRONG, WRONG, REJECT))

    def test_what_is_wrong_is_said(self):
        for arguments, said in ((("--network", "10.0.0.0/33"), "is no network such as"),
                                (("--protocol", "imap"), "must be one of ldap, radius, http"),
                                (("--service", "nothing"), 'no application has the slug'),
                                (("--idle-days", "-1"), "must be 0 (never) to 36500")):
            done = self.server.run("user", "app-password", "add", "alice", "bad", *arguments, code=None)
            self.assertIn(done.returncode, (1, 2))
            self.assertIn(said, done.stderr)
        self.server.run("token", "create", "--user", "alice", "--identifier", "api", "--intent", "api")
        refused = self.server.run("token", "set", "api", 'networks=["10.0.0.0/8"]', code=1)
        self.assertIn("restricts app passwords only", refused.stderr)

    def test_a_change_counts_at_once(self):
        key = self.make("moved", "--network", "192.0.2.0/24")
        self.assertEqual(self.server.bind(user_dn("alice"), key), WRONG)
        self.server.run("token", "set", "moved", 'networks=["127.0.0.1"]')
        self.assertEqual(self.server.bind(user_dn("alice"), key), 0)
        self.server.run("user", "app-password", "delete", "moved")
        self.assertEqual(self.server.bind(user_dn("alice"), key), WRONG)

    def test_a_blueprint_says_it_too(self):
        self.server.apply(f"""version: 1
entries:
  - model: authentik_core.token
    identifiers: {{identifier: from-file}}
    attrs:
      intent: app_password
      user: !Find [authentik_core.user, [username, alice]]
      key: {self.server.secret('a-key-that-a-file-gives-1')}
      applications: [!Find [authentik_core.application, [slug, wiki]]]
      protocols: [ldap]
      networks: [127.0.0.0/8]
      idle_days: 30
""", name="token.yaml")
        self.assertEqual(self.answers("a-key-that-a-file-gives-1"), (WRONG, 0, REJECT))
        listed = self.server.run("user", "app-password", "list", "alice").stdout
        self.assertRegex(listed, r'from-file .*\["ldap"\] +\["127.0.0.0/8"\]')


class Idle(PosternCase):
    def test_what_nobody_used_for_ninety_days_expires_and_what_was_used_does_not(self):
        server = self.postern(start=True)
        server.add_user("alice", "wonderland")
        made = {name: server.secret(server.run("user", "app-password", "add", "alice", name, *more).stdout.strip())
                for name, more in (("weekly", ()), ("resting", ()), ("kept", ("--idle-days", "0")), ("fresh", ()))}
        for key in made.values():
            self.assertEqual(server.bind(user_dn("alice"), key), 0)
        server.stop()
        now, day = int(time.time() * 1000), 86_400_000
        with sqlite3.connect(server.database) as database:
            database.execute("update tokens set created = ?", (now - 400 * day,))
            for name, days in (("weekly", 60), ("resting", 91), ("kept", 300), ("fresh", 0)):
                database.execute("update tokens set last_used = ? where identifier = ?", (now - days * day, name))
        server.start()
        self.assertEqual({name: server.bind(user_dn("alice"), key) for name, key in made.items()},
                         {"weekly": 0, "resting": WRONG, "kept": 0, "fresh": 0})
        eventually(lambda: "token.idle" in server.log_text(), "the log names it")

    def test_last_used_is_written_behind_the_login(self):
        server = self.postern(start=True)
        server.add_user("alice", "wonderland")
        key = server.app_password("alice", "mail")
        self.assertEqual(server.query("select last_used from tokens where identifier = 'mail'"), [(None,)])
        before = int(time.time() * 1000)
        self.assertEqual(server.bind(user_dn("alice"), key), 0)
        server.stop()
        self.assertGreaterEqual(server.query("select last_used from tokens where identifier = 'mail'")[0][0], before)
