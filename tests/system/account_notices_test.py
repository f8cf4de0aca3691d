"""Users are told by mail of changes to what they log in with: each change to its owner and to nobody else, in its own
language, without a secret; never in the way of the change itself."""

import unittest

from flows_test import ALICE, FlowCase
from outside import MailServer
from support import eventually, oath, user_dn

PASSWORD_SET = "An administrator has set your password."
PASSWORD_CHANGED = "Your password was changed."
ADDED = "A device for signing in was added to your account."
REMOVED = "A device for signing in was removed from your account."
KEY_MADE = "A password or token for apps was made for your account."
RECOVERED = "A recovery key was used to sign in to your account."


class Notices(FlowCase):
    def world(self, settings=None):
        self.mail = self.run_outside(MailServer())
        made = self.with_alice(settings or self.mail.settings(notices="on"))
        made.add_user("bob", made.secret("builder 7 of houses"), "--email", "bob@example.org")
        self.root = self.administrator(made)
        self.seen = 0
        return made

    def told(self, what, *more, to="alice"):
        """The next mail: to whom, and what it says."""
        self.seen += 1
        whom, message, text = self.mail.wait(self.seen)
        self.assertEqual(whom, [f"{to}@example.org"])
        for one in (what, f"Hello {to},", "Time: 20", "If that was not you", *more):
            self.assertIn(one, text)
        self.assertEqual(message["Subject"], "Your account was changed")
        self.whole = message.as_string()
        return text

    def alice_pk(self):
        return self.holds(self.root, "GET", "/core/users/?username=alice").json["results"][0]["pk"]

    def in_the_end(self, made):
        """Nothing else was told: all events have been looked at, and no mail waits."""
        settled = "select (select pk from event_marks) = (select max(pk) from events)"
        made.run("changepassword", "bob", "--password-stdin", text=made.secret("the very last one 5") + "\n")
        self.told(PASSWORD_SET, to="bob")
        eventually(lambda: made.query(settled)[0][0], "all events were looked at")
        eventually(lambda: made.query("select count(*) from outbox") == [(0,)], "nothing waits")
        self.assertEqual(len(self.mail.messages), self.seen)

    def test_each_change_is_told_to_its_owner_and_to_nobody_else(self):
        made = self.world()
        # By the files of the administrator: not told.
        made.apply(f"""version: 1
entries:
  - model: authentik_core.user
    identifiers: {{username: alice}}
    attrs: {{password: {made.secret("of a blueprint 42")}}}
  - model: authentik_core.token
    identifiers: {{identifier: of-a-file}}
    attrs: {{user: !Find [authentik_core.user, [username, alice]], intent: app_password, key: {made.secret("k" * 40)}}}
""")
        made.run("changepassword", "alice", "--password-stdin", text=ALICE + "\n")
        self.assertNotIn("Address:", self.told(PASSWORD_SET))
        alice = self.alice_pk()
        self.holds(self.root, "POST", f"/core/users/{alice}/set_password/", {"password": ALICE}, 204)
        self.told(PASSWORD_SET, "Address: 127.0.0.1")
        client = self.as_alice(made)
        fresh = made.secret("a phrase of her own 1")
        path, _ = self.show(client, "default-password-change")
        done = self.solve(client, path, "ak-stage-prompt", password=fresh, password_repeat=fresh)
        self.assertEqual(done["component"], "xak-flow-redirect", done)
        self.assertNotIn(fresh, self.told(PASSWORD_CHANGED, "Address: 127.0.0.1"))
        other, by_ldap = made.secret("and by ldap another 2"), ("-D", user_dn("alice"))
        self.assertEqual(made.client("ldappasswd", *by_ldap, "-w", fresh, "-a", fresh, "-s", other).returncode, 0)
        self.told(PASSWORD_CHANGED)
        self.assertEqual(made.client("ldappasswd", *by_ldap, "-w", other, "-a", other, "-s", ALICE).returncode, 0)
        self.told(PASSWORD_CHANGED)
        # Keys of apps.
        client = self.as_alice(made)
        self.holds(client, "POST", "/postern/app_passwords/", {"identifier": "phone"}, 201)
        self.told(KEY_MADE, "Name: phone")
        key = self.holds(client, "POST", "/core/tokens/", {"identifier": "api", "intent": "api"}, 201)
        self.assertNotIn("pst_", self.told(KEY_MADE, "Name: api"), key)
        rotated = made.secret(self.holds(client, "POST", "/postern/tokens/api/rotate/", {}).json["key"])
        self.assertNotIn(rotated, self.told(KEY_MADE, "Name: api") + self.whole)
        self.holds(self.root, "POST", "/core/tokens/api/set_key/", {"key": made.secret("x" * 40)}, 204)
        self.told(KEY_MADE, "Name: api")
        device = self.holds(client, "POST", "/postern/network_passwords/", {"device": "laptop"}, 201).json
        self.assertNotIn(made.secret(device["key"]), self.told(KEY_MADE, "Name: laptop"))
        made.app_password("alice", "by-command")
        self.told(KEY_MADE, "Name: by-command")
        # A link that logs in, not the making of it.
        link = made.run("create_recovery_key", "1", "alice").stdout.split()[-1]
        path = "/recovery/use-token/" + made.secret(link.rstrip("/").rsplit("/", 1)[-1]) + "/"
        self.assertEqual(self.visitor(made).post(path).status, 303)
        self.told(RECOVERED, "Address: 127.0.0.1")
        self.in_the_end(made)

    def test_devices_are_told_when_they_come_and_go(self):
        made = self.world()
        client = self.as_alice(made)
        path, _ = self.show(client, "default-authenticator-static-setup")
        self.solve(client, path, "ak-stage-authenticator-static")
        self.told(ADDED, "Name: ", "Address: 127.0.0.1")
        key = made.add_totp("alice")
        self.assertNotIn(key, self.told(ADDED) + self.whole)
        device = self.holds(client, "GET", "/authenticators/totp/").json["results"][0]
        self.holds(client, "PATCH", f"/authenticators/totp/{device['pk']}/", {"name": "My <phone>"})
        self.assertEqual(made.bind(user_dn("alice"), f"{ALICE};{oath(key)}"), 0)  # a login is no change
        self.holds(client, "DELETE", f"/authenticators/totp/{device['pk']}/", status=204)
        self.told(REMOVED, "Name: My <phone>")
        self.assertIn("My &lt;phone&gt;", self.mail.messages[-1][1].get_body(("html",)).get_content())
        device = self.holds(self.root, "GET", "/authenticators/admin/static/").json["results"][0]
        self.holds(self.root, "DELETE", f"/authenticators/admin/static/{device['pk']}/", status=204)
        self.told(REMOVED)
        made.add_totp("alice")
        self.told(ADDED)
        pk = made.run("device", "list", "--user", "alice").stdout.split()[0]
        made.run("device", "delete", pk)
        self.told(REMOVED)
        self.in_the_end(made)

    def test_in_the_language_of_the_owner_under_the_name_of_the_brand(self):
        made = self.world()
        self.holds(self.root, "PATCH", f"/core/users/{self.alice_pk()}/", {"attributes": {"settings": {"locale": "de"}}})
        brand = self.holds(self.root, "GET", "/core/brands/").json["results"][0]["brand_uuid"]
        self.holds(self.root, "PATCH", f"/core/brands/{brand}/", {"branding_title": "Haus & Hof"})
        made.add_totp("alice")
        to, message, text = self.mail.wait(1)
        self.assertEqual(message["Subject"], "Ihr Konto wurde geändert")
        self.assertIn("Ihrem Konto wurde ein Gerät zum Anmelden hinzugefügt.", text)
        self.assertTrue(text.rstrip().endswith("Haus & Hof"))
        self.assertIn("Haus &amp; Hof", message.get_body(("html",)).get_content())

    def test_whoever_cannot_be_told_changes_things_all_the_same(self):
        made = self.world()
        made.add_user("carol", made.secret("a lake 5 swimmer"))  # without an address
        made.run("changepassword", "carol", "--password-stdin", text=made.secret("a lake 6 swimmer") + "\n")
        made.run("user", "set", "alice", "is_active=false")
        made.run("changepassword", "alice", "--password-stdin", text=made.secret("nobody reads it 1") + "\n")
        self.in_the_end(made)
        self.assertEqual(made.bind(user_dn("carol"), "a lake 6 swimmer"), 0)

    def test_switched_off_nobody_is_told(self):
        mail = self.run_outside(MailServer())
        made = self.world(mail.settings(notices="off"))
        made.add_totp("alice")
        made.run("changepassword", "alice", "--password-stdin", text=made.secret("unheard of 77 is") + "\n")
        # What flows send goes out as before, behind whatever else would have.
        visitor = self.visitor(made)
        path, _ = self.show(visitor, "default-recovery-email-flow")
        self.solve(visitor, path, "ak-stage-identification", uid_field="alice")
        self.assertEqual(mail.wait(1)[1]["Subject"], "Reset your password")
        settled = "select (select pk from event_marks) = (select max(pk) from events)"
        eventually(lambda: made.query(settled)[0][0], "all events were looked at")
        eventually(lambda: made.query("select count(*) from outbox") == [(0,)], "nothing waits")
        self.assertEqual(len(mail.messages), 1)

    def test_a_mail_server_that_is_away_holds_no_change_up(self):
        made = self.with_alice("email: {host: 127.0.0.1, port: 1, from: sso@example.org}\n")
        made.run("changepassword", "alice", "--password-stdin", text=made.secret("meanwhile 12 here") + "\n")
        self.assertEqual(made.bind(user_dn("alice"), "meanwhile 12 here"), 0)
        eventually(lambda: made.query("select expires from outbox") == [(0,)], "the notice waits")


if __name__ == "__main__":
    unittest.main()
