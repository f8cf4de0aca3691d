"""Dynamic policies - expressions in Lua, reputation, places - decide LDAP binds, RADIUS requests and logins in the
browser alike; errors and time-outs end as the binding says; the test endpoint shows what a policy thinks."""

import sqlite3
import unittest

import mmdb
import radiuswire
from radiuswire import ACCEPT, REJECT
from support import CALM, eventually, user_dn
from web import Client
from web_test import PASSWORD, WEB, WebCase


class PolicyCase(WebCase):
    def three_fronts(self, settings=""):
        made = self.postern(listen=False)
        made.write_config("listen:\n  ldap: 127.0.0.1:0\n  radius: 127.0.0.1:0\n" + WEB + CALM +
                          f"bootstrap: {{password: {PASSWORD!r}}}\n" + settings)
        made.secret(PASSWORD)
        made.start()
        made.web = dict(word.split("=", 1) for word in made.ready.split()[1:])
        made.apply(radiuswire.blueprint())
        made.admin = self.administrator(made)
        return made

    def policy(self, made, kind, **fields):
        return self.holds(made.admin, "POST", f"/policies/{kind}/", fields, status=201).json["pk"]

    def bind_policy(self, made, policy, target, **more):
        return self.holds(made.admin, "POST", "/policies/bindings/",
                          {"policy": policy, "target": target, "order": 0, **more}, status=201).json["pk"]

    def deny_stage(self, made):
        """A deny stage in the login flow, after the password: the binding that policies decide about."""
        flow = self.holds(made.admin, "GET", "/flows/instances/default-authentication-flow/").json
        stage = self.holds(made.admin, "POST", "/stages/deny/", {"name": "keep out", "deny_message": "No."}, status=201)
        return self.holds(made.admin, "POST", "/flows/bindings/",
                          {"target": flow["pk"], "stage": stage.json["pk"], "order": 25}, status=201).json

    def application(self, made, slug):
        return self.holds(made.admin, "GET", f"/core/applications/{slug}/").json["pbm_uuid"]

    def fronts(self, made, name, password):
        """What the three doors say: True = let in."""
        ldap = made.bind(user_dn(name), password)
        radius = radiuswire.login(made, name, password).code
        web = Client(made.web["http"]).log_in(name, password)
        self.assertIn(ldap, (0, 49, 50))
        self.assertIn(radius, (ACCEPT, REJECT))
        return {"ldap": ldap == 0, "radius": radius == ACCEPT,
                "web": web.json.get("component") == "xak-flow-redirect"}


EVERYWHERE = {"ldap": True, "radius": True, "web": True}
NOWHERE = {"ldap": False, "radius": False, "web": False}


class Expressions(PolicyCase):
    def test_an_expression_decides_all_fronts_alike(self):
        made = self.three_fronts()
        password = made.secret("wonderland 42 rabbit")
        made.add_user("alice", password)
        made.add_user("bob", password)
        step = self.deny_stage(made)
        bob = self.holds(made.admin, "GET", "/core/users/?username=bob").json["results"][0]
        self.holds(made.admin, "PATCH", f"/core/users/{bob['pk']}/",
                   {"attributes": {"locked": {"since": 2026}}, "email": "bob@example.org"})
        policy = self.policy(made, "expression", name="locked", expression="""
            local locked = request.user.attributes.locked
            if locked then ak_message("locked since " .. locked.since) end
            return locked ~= nil and regex_match(request.user.email, "^b.b@") and context.auth_method == "password"
        """)
        self.bind_policy(made, policy, step["pk"])
        self.assertEqual(self.fronts(made, "alice", password), EVERYWHERE)
        self.assertEqual(self.fronts(made, "bob", password), NOWHERE)
        self.holds(made.admin, "PATCH", f"/core/users/{bob['pk']}/", {"attributes": {}})
        self.assertEqual(self.fronts(made, "bob", password), EVERYWHERE)

    def test_groups_addresses_and_protocols_admit_to_an_application(self):
        made = self.three_fronts()
        password = made.secret("wonderland 42 rabbit")
        for name in ("alice", "bob"):
            made.add_user(name, password)
        alice = self.holds(made.admin, "GET", "/core/users/?username=alice").json["results"][0]["pk"]
        parent = self.holds(made.admin, "POST", "/core/groups/", {"name": "staff"}, status=201).json["pk"]
        self.holds(made.admin, "POST", "/core/groups/", {"name": "nurses", "parents": [parent], "users": [alice]},
                   status=201)
        policy = self.policy(made, "expression", name="staff here", expression="""
            return ak_is_group_member(request.user, {name = "staff"}) and ak_ip_in(ak_client_ip, "10.0.0.0/8", "127.0.0.0/8")
                   and context.application ~= ""
        """)
        for slug in ("ldap", "radius"):
            self.bind_policy(made, policy, self.application(made, slug))
        self.assertEqual(made.bind(user_dn("alice"), password), 0)
        self.assertEqual(made.bind(user_dn("bob"), password), 50)
        self.assertEqual(radiuswire.login(made, "alice", password).code, ACCEPT)
        self.assertEqual(radiuswire.login(made, "bob", password).code, REJECT)
        bob = self.holds(made.admin, "GET", "/core/users/?username=bob").json["results"][0]["pk"]
        for user, passing in ((alice, True), (bob, False)):
            answer = self.holds(made.admin, "GET", f"/core/applications/ldap/check_access/?for_user={user}").json
            self.assertEqual(answer["passing"], passing)
        # App passwords too: what decides is the binding, not the way in.
        key = made.app_password("bob", "bob-app")
        self.assertEqual(made.bind(user_dn("bob"), key), 50)

    def test_a_policy_sees_the_request_of_the_network_gear(self):
        """One SSID is admitted and another is not, whatever proves the user; and the time is known."""
        made = self.three_fronts()
        password = made.secret("wonderland 42 rabbit")
        made.add_user("alice", password)
        app, device = made.app_password("alice", "vpn"), made.run(
            "user", "network-password", "add", "alice", "--device", "x").stdout.strip()
        policy = self.policy(made, "expression", name="office Wi-Fi", expression="""
            local radius, time = request.radius, request.time
            if radius == nil then return false end
            return radius.ssid == "office" and context.radius.nas_identifier == "ap-3" and radius.nas_ip_address == "192.0.2.7"
               and radius.nas_port_type == "Wireless-802.11" and radius.calling_station_id == "02-00-00-00-00-01"
               and radius.called_station_id == "00-10-A4-23-19-C0:office" and radius.nas_port_id == "wlan0"
               and time.unix > 1700000000 and time.year >= 2023 and time.weekday >= 1 and time.weekday <= 7
               and time.hour * 3600 + time.minute * 60 + time.second < 86400
        """)
        self.bind_policy(made, policy, self.application(made, "radius"))

        def ask(field, value, ssid="office", nas="ap-3"):
            return radiuswire.radclient(made, {
                "User-Name": "alice", field: value, "NAS-Identifier": nas, "NAS-IP-Address": "192.0.2.7",
                "NAS-Port-Type": "Wireless-802.11", "NAS-Port-Id": "wlan0", "Calling-Station-Id": "02-00-00-00-00-01",
                "Called-Station-Id": f"00-10-A4-23-19-C0:{ssid}"}).code
        for field, value in (("User-Password", password), ("User-Password", app), ("User-Password", device),
                             ("CHAP-Password", device), ("MS-CHAP-Password", device)):
            self.assertEqual(ask(field, value), ACCEPT, field)
            self.assertEqual(ask(field, value, ssid="guests"), REJECT, field)
            self.assertEqual(ask(field, value, nas="ap-4"), REJECT, field)
        self.assertIn("access_denied", made.run("explain", "alice", "--refused").stdout)
        inside = {"user": self.holds(made.admin, "GET", "/core/users/?username=alice").json["results"][0]["pk"],
                  "context": {"radius": {"ssid": "guests"}}}
        answer = self.holds(made.admin, "POST", f"/policies/all/{policy}/test/", inside).json
        self.assertFalse(answer["passing"])
        self.assertEqual(answer["log_messages"], [], "it looks at what it is given, without an error")

    def test_errors_and_endless_loops_end_as_failure_result_says_negated_or_not(self):
        made = self.three_fronts()
        password = made.secret("wonderland 42 rabbit")
        made.add_user("alice", password)
        target = self.application(made, "ldap")
        loop = self.policy(made, "expression", name="loop", expression="while true do end")
        for negate in (False, True):
            for result, code in ((False, 50), (True, 0)):
                pk = self.bind_policy(made, loop, target, negate=negate, failure_result=result, timeout=1)
                self.assertEqual(made.bind(user_dn("alice"), password), code, (negate, result))
                self.holds(made.admin, "DELETE", f"/policies/bindings/{pk}/", status=204)
        for text in ("return nil .. 1", "return ('x'):rep(1e9)", "local function f() return f() + 1 end return f()",
                     "return request.user.nothing.there", "return string.find('a', 'a')", "return os.time()",
                     "return pcall(error)", "return load('return true')()", "error({})"):
            answer = self.policy_test(made, text)
            self.assertFalse(answer["passing"], text)
            self.assertEqual(len(answer["log_messages"]), 1, text)
        wrong = made.admin.api("POST", "/policies/expression/", {"name": "x", "expression": "return ("})
        self.assertEqual((wrong.status, list(wrong.json)), (400, ["expression"]))
        eventually(lambda: self.holds(made.admin, "GET", "/events/events/?action=policy_exception").json["results"],
                   "an event of the failing policy")

    def policy_test(self, made, expression, context=None, user="akadmin"):
        pk = self.policy(made, "expression", name=f"test {hash(expression)}", expression=expression)
        who = self.holds(made.admin, "GET", f"/core/users/?username={user}").json["results"][0]["pk"]
        answer = self.holds(made.admin, "POST", f"/policies/all/{pk}/test/", {"user": who, "context": context or {}})
        self.holds(made.admin, "DELETE", f"/policies/all/{pk}/", status=204)
        return answer.json

    def test_the_test_endpoint_shows_verdict_messages_and_errors(self):
        made = self.three_fronts()
        ok = self.policy_test(made, "ak_message('hello ' .. request.user.username) return context.wanted == 7", {"wanted": 7})
        self.assertEqual((ok["passing"], ok["messages"]), (True, ["hello akadmin"]))
        self.assertFalse(self.policy_test(made, "return context.wanted == 7", {"wanted": 8})["passing"])
        self.assertTrue(self.policy_test(made, "return request.http_request.method == 'POST' and #request.user.groups == 1"
                                               " and request.user.is_superuser")["passing"])
        self.assertTrue(self.policy_test(made, "return ak_user_by{username='akadmin'}.pk == request.user.pk")["passing"])
        self.assertTrue(self.policy_test(made, "return regex_replace('a1b22', '[0-9]+', '-') == 'a-b-'")["passing"])
        missing = made.admin.api("POST", "/policies/all/00000000-0000-4000-8000-000000000000/test/", {"user": 1})
        self.assertEqual(missing.status, 404)
        strong = self.policy(made, "password", name="long", length_min=12, error_message="longer")
        who = self.holds(made.admin, "GET", "/core/users/?username=akadmin").json["results"][0]["pk"]
        for typed, passing in (("short", False), ("long enough for it", True)):
            answer = self.holds(made.admin, "POST", f"/policies/all/{strong}/test/",
                                {"user": who, "context": {"password": typed}}).json
            self.assertEqual((answer["passing"], answer["messages"]), (passing, [] if passing else ["longer"]))


class Reputation(PolicyCase):
    def test_a_bad_reputation_switches_a_stage_on_for_all_fronts(self):
        made = self.three_fronts()
        password = made.secret("wonderland 42 rabbit")
        for name in ("alice", "bob"):
            made.add_user(name, password)
        step = self.deny_stage(made)
        policy = self.policy(made, "reputation", name="bad", check_ip=False, threshold=-2)
        self.bind_policy(made, policy, step["pk"])
        self.assertEqual(made.bind(user_dn("alice"), password), 0)
        for guess in ("a", "b", "c", "d"):
            self.assertEqual(made.bind(user_dn("alice"), guess), 49)

        def score():
            rows = self.holds(made.admin, "GET", "/policies/reputation/scores/?identifier=alice").json["results"]
            return rows and rows[0]["score"] <= -2
        eventually(score, "the score of alice")
        self.assertEqual(self.fronts(made, "alice", password), NOWHERE)
        self.assertEqual(self.fronts(made, "bob", password), EVERYWHERE)
        row = self.holds(made.admin, "GET", "/policies/reputation/scores/?identifier=alice").json["results"][0]
        self.assertGreaterEqual(row["score"], -5)  # the limit of the settings
        self.holds(made.admin, "DELETE", f"/policies/reputation/scores/{row['pk']}/", status=204)
        self.assertEqual(made.bind(user_dn("alice"), password), 0)


class Places(PolicyCase):
    def test_countries_networks_and_travel(self):
        made = self.postern(listen=False)
        city, asn = made.folder / "city.mmdb", made.folder / "asn.mmdb"

        def place(country, latitude, longitude):
            return {"country": {"iso_code": country}, "continent": {"code": "EU"}, "city": {"names": {"en": "Town"}},
                    "location": {"latitude": latitude, "longitude": longitude}}
        mmdb.write(city, {"127.0.0.0/8": place("DE", 52.5, 13.4), "192.0.2.0/24": place("AU", -33.9, 151.2)})
        mmdb.write(asn, {"127.0.0.0/8": {"autonomous_system_number": 64500,
                                         "autonomous_system_organization": "Example"}}, "GeoLite2-ASN")
        made.write_config("listen:\n  ldap: 127.0.0.1:0\n" + WEB + CALM +
                          f"bootstrap: {{password: {PASSWORD!r}}}\ngeoip: {{city: {city}, asn: {asn}}}\n")
        made.secret(PASSWORD)
        made.start()
        made.web = dict(word.split("=", 1) for word in made.ready.split()[1:])
        made.admin = self.administrator(made)
        password = made.secret("wonderland 42 rabbit")
        made.add_user("alice", password)
        target = self.application(made, "ldap")
        for fields, code in (({"countries": ["DE"]}, 0), ({"countries": ["FR"]}, 50),
                             ({"countries": [], "asns": [64500]}, 0), ({"countries": ["FR"], "asns": [64500]}, 0),
                             ({"countries": [], "asns": [1]}, 50), ({"countries": []}, 0)):
            pk = self.policy(made, "geoip", name="place", **fields)
            self.bind_policy(made, pk, target)
            self.assertEqual(made.bind(user_dn("alice"), password), code, fields)
            self.holds(made.admin, "DELETE", f"/policies/geoip/{pk}/", status=204)
        there = self.policy(made, "expression", name="there",
                            expression="return request.geoip.country == 'DE' and request.asn.asn == 64500")
        self.bind_policy(made, there, target)
        self.assertEqual(made.bind(user_dn("alice"), password), 0)
        self.holds(made.admin, "DELETE", f"/policies/all/{there}/", status=204)
        # A login from the other end of the world a moment ago.
        travel = self.policy(made, "geoip", name="travel", countries=[], check_impossible_travel=True)
        self.bind_policy(made, travel, target)
        self.assertEqual(made.bind(user_dn("alice"), password), 0)
        eventually(lambda: made.query("select 1 from events where action = 'login' and username = 'alice'"), "the login")
        made.stop()
        with sqlite3.connect(made.database) as database:
            database.execute("update events set client_ip = '192.0.2.7' where action = 'login' and username = 'alice'")
        database.close()
        made.start()
        self.assertEqual(made.bind(user_dn("alice"), password), 50)


if __name__ == "__main__":
    unittest.main()
