"""Login leases: where a provider allows it, a code that was right may come again, by the very same client.

Source: reference, user-pain 3 (nextcloud#26883, elasticsearch#78228: applications that bind again and again)."""

import socket
import unittest

import ldapwire
from radiuswire import ACCEPT, REJECT, blueprint, login
from support import CALM, eventually, oath, user_dn
from web import API
from web_test import PASSWORD, WebCase

VPN = "dc=vpn,dc=example"
DOORS = """version: 1
entries:
  - model: authentik_providers_ldap.ldapprovider
    identifiers: {name: Provider for LDAP}
    attrs: {attributes: {postern: {login_lease: {idle: %s, max: hours=8}}}}
  - model: authentik_providers_ldap.ldapprovider
    id: vpn
    identifiers: {name: vpn}
    attrs:
      base_dn: dc=vpn,dc=example
      authorization_flow: !Find [authentik_flows.flow, [slug, default-authentication-flow]]
      attributes: {postern: {login_lease: {idle: minutes=5, max: hours=8}}}
  - model: authentik_core.application
    identifiers: {slug: vpn}
    attrs: {name: VPN, provider: !KeyOf vpn}
"""


class Leases(WebCase):
    def doors(self, idle="minutes=5"):
        self.server = self.site()
        self.server.add_user("tina", self.server.secret("right-password"))
        self.key = self.server.add_totp("tina")
        text = DOORS % idle
        name = next(one["name"] for one in self.root().api("GET", "/providers/ldap/").json["results"])
        self.server.apply(text.replace("Provider for LDAP", name), name="doors.yaml")
        return self.server

    def setting(self, text):
        name = next(one["name"] for one in self.root().api("GET", "/providers/ldap/").json["results"] if one["name"] != "vpn")
        return ("version: 1\nentries:\n  - model: authentik_providers_ldap.ldapprovider\n"
                f"    identifiers: {{name: {name}}}\n    attrs: {{attributes: {{postern: {{{text}}}}}}}\n")

    def root(self):
        if not hasattr(self, "client"):
            self.client = self.administrator(self.server)
        return self.client

    def bind(self, secret, source="127.0.0.1", dn=None):
        connection = socket.socket()
        connection.bind((source, 0))
        connection.settimeout(30)
        connection.connect(self.server.address())
        with ldapwire.Wire(connection) as wire:
            return wire.bind(dn or user_dn("tina"), secret)

    def leases(self, client=None):
        pk = next(one["pk"] for one in self.root().api("GET", "/core/users/?username=tina").json["results"])
        return (client or self.root()).api("GET", f"/postern/leases/?user={pk}"), pk

    def test_the_same_client_comes_again_and_nobody_else_does(self):
        self.doors()
        code = oath(self.key)
        secret = f"right-password;{code}"
        self.assertEqual(self.bind(secret), 0)
        for _ in range(5):
            self.assertEqual(self.bind(secret), 0)
        self.assertEqual(self.bind(secret, source="127.0.0.2"), 49)
        self.assertEqual(self.bind(secret, dn=user_dn("tina", VPN)), 49)
        self.assertEqual(self.bind(f"wrong-password;{code}"), 49)
        self.assertEqual(self.bind("right-password"), 49)
        self.assertEqual(self.bind(f"right-password;{(int(code) + 1) % 10**6:06}"), 49)
        self.assertEqual(self.bind(secret), 0)
        # A browser is no such client.
        browser = self.visitor(self.server)
        path = browser.flow("default-authentication-flow")
        browser.get(path)
        browser.post(path, {"component": "ak-stage-identification", "uid_field": "tina"})
        browser.post(path, {"component": "ak-stage-password", "password": "right-password"})
        shown = self.holds(browser, "POST", path.removeprefix(API),
                           {"component": "ak-stage-authenticator-validate", "code": code}).json
        self.assertEqual(shown["component"], "ak-stage-authenticator-validate")
        event, *_ = eventually(lambda: self.root().api("GET", "/events/events/?action=login&username=tina").json["results"],
                               "the event of a login")
        self.assertTrue(event["context"]["mfa"])

    def test_one_that_is_ended_in_the_page_or_by_a_new_password_is_over_at_once(self):
        self.doors()
        secret = f"right-password;{oath(self.key)}"
        self.assertEqual(self.bind(secret), 0)
        answer, pk = self.leases()
        lease, = answer.json["results"]
        self.assertEqual(lease["client"], "127.0.0.1")
        self.assertNotIn("right-password", str(answer.json))
        self.server.add_user("eve", self.server.secret("listening at the door"))
        eve = self.visitor(self.server)
        eve.log_in("eve", "listening at the door")
        self.assertEqual(self.leases(eve)[0].status, 403)
        self.assertEqual(eve.api("GET", "/postern/leases/").json["results"], [])
        self.assertEqual(eve.api("DELETE", f"/postern/leases/{lease['pk']}/?user={pk}").status, 403)
        self.assertEqual(eve.api("DELETE", f"/postern/leases/{lease['pk']}/").status, 404)
        self.assertEqual(self.bind(secret), 0)
        at = f"/postern/leases/{lease['pk']}/?user={pk}"
        self.assertEqual(self.root().api("DELETE", at).status, 204)
        self.assertEqual(self.bind(secret), 49)
        self.assertEqual(self.root().api("DELETE", at).status, 404)
        eventually(lambda: self.root().api("GET", "/events/events/?action=custom_lease_end").json["results"], "its event")
        secret = f"right-password;{oath(self.key, 30)}"
        self.assertEqual(self.bind(secret), 0)
        self.assertEqual(self.bind(secret), 0)
        for password in ("another-password", "right-password"):
            self.server.run("changepassword", "tina", "--password-stdin", text=password + "\n")
        self.assertEqual(self.bind(secret), 49)
        self.assertEqual(self.leases()[0].json["results"], [])

    def test_without_the_setting_each_code_is_good_once_and_a_wrong_one_is_told(self):
        self.doors()
        for wrong in ("5m/8h", "{idle: minutes=5}", "{idle: hours=9, max: hours=8}"):
            refused = self.server.apply(self.setting("login_lease: " + wrong), code=None)
            self.assertNotEqual(refused.returncode, 0)
            self.assertIn("login_lease must be", refused.stderr)
        self.server.apply(self.setting(""))
        secret = f"right-password;{oath(self.key)}"
        self.assertEqual(self.bind(secret), 0)
        self.assertEqual(self.bind(secret), 49)

    def test_a_lease_that_rests_is_over(self):
        self.doors(idle="seconds=10")
        secret = f"right-password;{oath(self.key)}"
        self.assertEqual(self.bind(secret), 0)
        self.assertEqual(self.bind(secret), 0)
        eventually(lambda: not self.leases()[0].json["results"], "nobody used it for ten seconds", patience=60)
        self.assertEqual(self.bind(secret), 49)

    def test_over_radius(self):
        made = self.postern(listen=False)
        made.write_config("listen:\n  ldap: 127.0.0.1:0\n  ldaps: 127.0.0.1:0\n  radius: 127.0.0.1:0\n" + CALM)
        made.start()
        made.add_user("tina", made.secret("right-password"))
        key = made.add_totp("tina")
        made.apply(blueprint(attributes="{postern: {otp: append, login_lease: {idle: minutes=5, max: hours=8}}}"),
                   name="radius.yaml")
        secret = f"right-password;{oath(key)}"
        self.assertEqual([login(made, "tina", secret).code for _ in range(3)], [ACCEPT] * 3)
        self.assertEqual(login(made, "tina", "right-password;000000").code, REJECT)


if __name__ == "__main__":
    unittest.main()
