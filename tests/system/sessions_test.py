"""What a login leaves behind in a browser and in the session: the code that is not asked again for a while, the browser
that is known, the network and the place that the session is bound to; and who may enter a flow at all: outposts,
visitors whom another flow sends."""

import sqlite3
import unittest

import mmdb
from flows_test import ALICE, LOGIN, FlowCase
from support import eventually, oath, user_dn
from web import Client


class Asked(FlowCase):
    """last_auth_threshold of authenticator_validate."""

    def site_with_code(self, threshold="hours=1"):
        made = self.with_alice()
        self.key = made.add_totp("alice")
        self.root = self.administrator(made)
        self.validate = self.stage(self.root, "authenticator/validate", "default-authentication-mfa-validation")
        changed = self.holds(self.root, "PATCH", f"/stages/authenticator/validate/{self.validate}/",
                             {"last_auth_threshold": threshold}).json
        self.assertEqual(changed["last_auth_threshold"], threshold)
        return made

    def logged_in(self, made, client=None, at=0):
        client = client or self.visitor(made)
        done = client.log_in("alice", ALICE, oath(self.key, at))
        self.assertEqual(done.json["component"], "xak-flow-redirect", done)
        return client

    def asked(self, made, cookies, name="alice", password=ALICE):
        """Whether a fresh visitor with these cookies is asked for a code."""
        client = self.visitor(made)
        client.cookies = dict(cookies)
        done = client.log_in(name, password)
        return {"ak-stage-authenticator-validate": True, "xak-flow-redirect": False}[done.json["component"]]

    def test_within_the_threshold_the_browser_that_answered_is_not_asked_again(self):
        made = self.site_with_code()
        client = self.logged_in(made)
        proof = {"authentik_mfa": client.cookies["authentik_mfa"]}
        self.assertFalse(self.asked(made, proof))
        self.assertTrue(self.asked(made, {}))  # another browser
        self.assertTrue(self.asked(made, {"authentik_mfa": proof["authentik_mfa"][:-2] + "00"}))
        # It stands for the code alone.
        wrong = self.visitor(made)
        wrong.cookies = dict(proof)
        self.assertEqual(wrong.log_in("alice", "not it").json["component"], "ak-stage-password")
        # LDAP keeps nothing and asks each time.
        self.assertEqual(made.bind(user_dn("alice"), ALICE), 49)
        self.assertEqual(made.bind(user_dn("alice"), f"{ALICE};{oath(self.key, 30)}"), 0)

    def test_it_is_the_users_own_and_ends_with_device_and_password(self):
        made = self.site_with_code()
        made.add_user("bob", made.secret("another 7 horse"))
        made.add_totp("bob")
        proof = {"authentik_mfa": self.logged_in(made).cookies["authentik_mfa"]}
        self.assertTrue(self.asked(made, proof, "bob", "another 7 horse"))
        fresh = made.secret("yet another 8 phrase")
        users = self.holds(self.root, "GET", "/core/users/?username=alice").json["results"]
        self.holds(self.root, "POST", f"/core/users/{users[0]['pk']}/set_password/", {"password": fresh}, 204)
        self.assertTrue(self.asked(made, proof, password=fresh))

    def test_a_removed_device_and_another_stage_ask(self):
        made = self.site_with_code()
        client = self.logged_in(made)
        proof = {"authentik_mfa": client.cookies["authentik_mfa"]}
        old = self.holds(client, "GET", "/authenticators/totp/").json["results"][0]["pk"]
        made.add_totp("alice")  # a second one stays
        self.holds(client, "DELETE", f"/authenticators/totp/{old}/", status=204)
        self.assertTrue(self.asked(made, proof))

    def test_without_a_threshold_nothing_is_kept_and_nothing_old_counts(self):
        made = self.site_with_code()
        client = self.logged_in(made)
        proof = {"authentik_mfa": client.cookies["authentik_mfa"]}
        self.holds(self.root, "PATCH", f"/stages/authenticator/validate/{self.validate}/",
                   {"last_auth_threshold": "seconds=0"})
        self.assertTrue(self.asked(made, proof))
        self.assertNotIn("authentik_mfa", self.logged_in(made, at=30).cookies)


class Idle(FlowCase):
    """http.session_idle."""

    def earlier(self, made, seconds):
        """As if alice had used her sessions so much earlier."""
        with sqlite3.connect(made.database, timeout=10) as database:
            database.execute("update web_sessions set last_used = last_used - ? where user = "
                             "(select pk from users where username = 'alice')", (seconds * 1000,))

    def test_a_session_that_is_not_used_ends(self):
        made = self.with_alice("http: {session_idle: 1h}\n")
        root = self.administrator(made)
        client, other = self.as_alice(made), self.as_alice(made)
        stored = "select pk from web_sessions where user = (select pk from users where username = 'alice')"
        self.assertEqual(len(made.query(stored)), 2)
        self.earlier(made, 3500)
        self.assertEqual(client.api("GET", "/core/users/me/").status, 200)  # in use again
        self.earlier(made, 200)
        self.assertEqual(client.api("GET", "/core/users/me/").status, 200)
        listed = self.holds(root, "GET", "/core/authenticated_sessions/?user__username=alice").json["results"]
        self.assertEqual(len(listed), 1)  # the other one is over, and not shown
        self.assertEqual(other.api("GET", "/core/users/me/").status, 403)
        self.assertEqual(len(made.query(stored)), 1)
        eventually(lambda: made.query("select context from events where action = 'logout'"), "the event")
        (context,), = made.query("select context from events where action = 'logout'")
        self.assertIn("unused_since", context)
        # What a page asks by itself is answered, and is no use.
        self.earlier(made, 3500)
        by_itself = {"X-Postern-Background": "1"}
        self.assertEqual(client.api("GET", "/core/users/me/", headers=by_itself).status, 200)
        self.earlier(made, 200)
        self.assertEqual(client.api("GET", "/core/users/me/", headers=by_itself).status, 403)
        # Whoever logs in again goes on; an administrator's own session is a session like others.
        self.assertEqual(other.log_in("alice", ALICE).json["component"], "xak-flow-redirect")
        self.assertEqual(other.api("GET", "/core/users/me/").status, 200)

    def test_without_the_setting_sessions_last(self):
        made = self.with_alice()
        client = self.as_alice(made)
        self.assertEqual(made.query("select count(*) from web_sessions where user is not null"), [(1,)])
        self.earlier(made, 600_000)
        self.assertEqual(client.api("GET", "/core/users/me/").status, 200)


class Bound(FlowCase):
    """network_binding and geoip_binding of user_login."""

    def place(self, country):
        return {"country": {"iso_code": country}, "continent": {"code": "EU"}, "city": {"names": {"en": "Town"}},
                "location": {"latitude": 1.0, "longitude": 1.0}}

    def owner(self, number):
        return {"autonomous_system_number": number, "autonomous_system_organization": f"Owner {number}"}

    def world(self):
        folder = self.postern(listen=False).folder
        city, asn = folder / "city.mmdb", folder / "asn.mmdb"
        mmdb.write(city, {"127.0.0.0/24": self.place("DE"), "127.0.1.0/24": self.place("DE"),
                          "127.0.2.0/24": self.place("FR")})
        mmdb.write(asn, {"127.0.0.0/24": self.owner(64500), "127.0.1.0/24": self.owner(64500),
                         "127.0.2.0/24": self.owner(64501)}, "GeoLite2-ASN")
        made = self.with_alice(f"geoip: {{city: {city}, asn: {asn}}}\n")
        self.root = self.administrator(made)
        self.login = self.stage(self.root, "user_login", "default-authentication-login")
        return made

    def ends(self, made, **binding):
        """From which addresses a session of this binding, begun at 127.0.0.1, is none any more."""
        self.holds(self.root, "PATCH", f"/stages/user_login/{self.login}/",
                   {"network_binding": "no_binding", "geoip_binding": "no_binding", **binding})
        out = []
        for address in ("127.0.0.1", "127.0.0.9", "127.0.1.1", "127.0.2.1", "127.9.9.9"):
            client = self.as_alice(made)
            client.source = address
            gone = client.api("GET", "/core/users/me/").status == 403
            client.source = None
            # It has ended for good, not only there.
            self.assertEqual(client.api("GET", "/core/users/me/").status, 403 if gone else 200, (address, binding))
            if gone:
                out.append(address)
        return out

    def test_a_session_ends_when_it_leaves_its_network_or_place(self):
        made = self.world()
        self.assertEqual(self.ends(made), [])
        self.assertEqual(self.ends(made, network_binding="bind_asn"), ["127.0.2.1", "127.9.9.9"])
        self.assertEqual(self.ends(made, network_binding="bind_asn_network"), ["127.0.1.1", "127.0.2.1", "127.9.9.9"])
        self.assertEqual(self.ends(made, network_binding="bind_asn_network_ip"),
                         ["127.0.0.9", "127.0.1.1", "127.0.2.1", "127.9.9.9"])
        self.assertEqual(self.ends(made, geoip_binding="bind_continent"), ["127.9.9.9"])
        self.assertEqual(self.ends(made, geoip_binding="bind_continent_country"), ["127.0.2.1", "127.9.9.9"])
        listed = self.holds(self.root, "GET", "/core/authenticated_sessions/?user__username=akadmin").json["results"]
        self.assertEqual((listed[0]["geo_ip"]["country"], listed[0]["asn"]["network"]), ("DE", "127.0.0.0/24"))
        rows = eventually(lambda: made.query("select context from events where action = 'logout' and username = 'alice'"
                                             " and context like '%geoip.country%'"), "the event")
        self.assertIn("127.0.0.1", rows[0][0])
        self.holds(self.root, "PATCH", f"/stages/user_login/{self.login}/", {"network_binding": "bind_nothing"}, 400)

    def test_without_a_database_a_bound_session_keeps_to_its_address(self):
        made = self.with_alice()
        self.root = self.administrator(made)
        self.login = self.stage(self.root, "user_login", "default-authentication-login")
        self.assertEqual(self.ends(made, network_binding="bind_asn"), ["127.0.0.9", "127.0.1.1", "127.0.2.1", "127.9.9.9"])

    def test_the_browser_of_an_earlier_login_is_known(self):
        made = self.with_alice()

        def login(cookies, address):
            client = self.visitor(made, source=address)
            client.cookies = dict(cookies)
            before = len(made.query("select 1 from events where action = 'login'"))
            self.assertEqual(client.log_in("alice", ALICE).json["component"], "xak-flow-redirect")
            rows = eventually(lambda: (got := made.query("select context from events where action = 'login' order by pk"))
                              and len(got) > before and got, "the event")
            return client, '"known_device":true' in rows[-1][0]
        first, known = login({}, "127.0.0.1")
        self.assertFalse(known)
        kept = {"authentik_device": first.cookies["authentik_device"]}
        self.assertTrue(login(kept, "127.0.0.2")[1])
        self.assertFalse(login({}, "127.0.0.3")[1])
        self.assertTrue(login({}, "127.0.0.1")[1])  # alice is logged in from there
        root = self.administrator(made)
        stage = self.stage(root, "user_login", "default-authentication-login")
        self.holds(root, "PATCH", f"/stages/user_login/{stage}/", {"remember_device": "seconds=0"})
        self.assertNotIn("authentik_device", login({}, "127.0.0.4")[0].cookies)


class Entrances(FlowCase):
    """`authentication` of a flow: require_outpost, require_redirect."""

    def test_a_flow_for_outposts_opens_to_ldap_and_to_an_outposts_key_alone(self):
        made = self.with_alice()
        root = self.administrator(made)
        provider = self.holds(root, "GET", "/providers/ldap/").json["results"][0]["pk"]
        flow = self.holds(root, "GET", f"/flows/instances/{LOGIN}/").json["pk"]
        self.holds(root, "PATCH", f"/providers/ldap/{provider}/", {"authorization_flow": flow})
        outpost = self.holds(root, "POST", "/outposts/instances/",
                             {"name": "branch", "type": "ldap", "providers": [provider], "config": {}}, 201).json
        key = made.secret(self.holds(root, "GET", f"/core/tokens/{outpost['token_identifier']}/view_key/").json["key"])
        mine = made.secret(made.run("token", "create", "--user", "akadmin", "--intent", "api",
                                    "--identifier", "mine").stdout.strip())

        def entered(headers):
            client = self.visitor(made)
            shown = self.holds(client, "GET", client.flow(LOGIN).removeprefix("/api/v3"), headers=headers).json
            return shown["component"] == "ak-stage-identification"
        self.assertEqual(made.bind(user_dn("alice"), ALICE), 0)
        self.assertTrue(entered({}))
        self.holds(root, "PATCH", f"/flows/instances/{LOGIN}/", {"authentication": "require_outpost"})
        self.assertEqual(made.bind(user_dn("alice"), ALICE), 0)
        self.assertEqual(made.bind(user_dn("alice"), "not it"), 49)
        self.assertFalse(entered({}))
        self.assertFalse(entered({"X-Authentik-Outpost-Token": key}))
        self.assertFalse(entered({"X-Authentik-Outpost-Token": key, "X-Authentik-Remote-IP": "nonsense"}))
        self.assertFalse(entered({"X-Authentik-Outpost-Token": mine, "X-Authentik-Remote-IP": "192.0.2.7"}))
        self.assertFalse(entered({"X-Authentik-Outpost-Token": "x" * 40, "X-Authentik-Remote-IP": "192.0.2.7"}))
        asked = {"X-Authentik-Outpost-Token": key, "X-Authentik-Remote-IP": "192.0.2.7"}
        self.assertTrue(entered(asked))
        client = self.visitor(made)
        path = client.flow(LOGIN)
        client.get(path, headers=asked)
        client.post(path, {"component": "ak-stage-identification", "uid_field": "alice"}, headers=asked)
        done = client.post(path, {"component": "ak-stage-password", "password": ALICE}, headers=asked)
        self.assertEqual(done.json["component"], "xak-flow-redirect", done)
        eventually(lambda: made.query("select 1 from events where action = 'login' and client_ip = '192.0.2.7'"), "the address")
        # The other way round: a flow that LDAP may not use.
        self.holds(root, "PATCH", f"/flows/instances/{LOGIN}/", {"authentication": "require_redirect"})
        self.assertEqual(made.bind(user_dn("alice"), ALICE), 49)

    def test_a_flow_behind_a_redirect_goes_on_with_what_is_known(self):
        made = self.with_alice()
        root = self.administrator(made)
        login = self.stage(root, "user_login", "default-authentication-login")
        ask = self.stage(root, "identification", "default-authentication-identification")
        password = self.stage(root, "password", "default-authentication-password")
        target = self.flow(root, "second", "stage_configuration",
                           ("consent", {"mode": "always_require"}), login, authentication="require_redirect")
        self.flow(root, "first", "stage_configuration", ask, password,
                  ("redirect", {"mode": "flow", "target_flow": target}))
        direct = self.visitor(made)
        self.assertEqual(self.show(direct, "second")[1]["component"], "ak-stage-access-denied")

        def through(client):
            path, _ = self.show(client, "first", "next=/if/admin/")
            self.solve(client, path, "ak-stage-identification", uid_field="alice")
            return self.solve(client, path, "ak-stage-password", password=ALICE)
        client = self.visitor(made)
        led = through(client)
        self.assertEqual((led["component"], led["to"]), ("xak-flow-redirect", "/if/flow/second/?next=%2Fif%2Fadmin%2F"))
        self.assertEqual(client.api("GET", "/core/users/me/").status, 403)  # not yet
        path, shown = self.show(client, "second", "next=/if/admin/")
        self.assertEqual((shown["component"], shown["pending_user"]), ("ak-stage-consent", "alice"))
        done = self.solve(client, path, "ak-stage-consent", token=shown["token"])
        self.assertEqual((done["component"], done["to"]), ("xak-flow-redirect", "/if/admin/"))
        self.assertEqual(client.api("GET", "/core/users/me/").json["user"]["username"], "alice")
        # Once: the way in is used up.
        self.assertEqual(self.show(client, "second")[1]["component"], "ak-stage-access-denied")
        # Nothing is carried over where the stage says so: nobody is known, and nobody is logged in.
        listed = self.holds(root, "GET", "/stages/redirect/").json["results"]
        self.holds(root, "PATCH", f"/stages/redirect/{listed[0]['pk']}/", {"keep_context": False})
        client = self.visitor(made)
        through(client)
        self.assertEqual(self.show(client, "second")[1]["component"], "ak-stage-access-denied")
        self.assertEqual(client.api("GET", "/core/users/me/").status, 403)

    def test_a_redirect_lends_nobody_the_rank_of_a_name(self):
        """A flow for superusers asks who is logged in, not who was named on the way."""
        made = self.with_alice()
        root = self.administrator(made)
        ask = self.stage(root, "identification", "default-authentication-identification")
        target = self.flow(root, "vault", "stage_configuration",
                           ("consent", {"mode": "always_require"}), authentication="require_superuser")
        self.flow(root, "porch", "stage_configuration", ask, ("redirect", {"mode": "flow", "target_flow": target}))
        client = self.as_alice(made)
        path, shown = self.show(client, "porch")
        if shown["component"] == "ak-stage-identification":
            self.solve(client, path, "ak-stage-identification", uid_field="akadmin")
        self.assertEqual(self.show(client, "vault")[1]["component"], "ak-stage-access-denied")


if __name__ == "__main__":
    unittest.main()
