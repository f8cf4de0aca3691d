"""Property mappings of RADIUS providers: expressions that say what an Access-Accept carries, over the API and from
blueprints; what fails refuses the login and is told."""

import json
import unittest

import radiuswire
from radiuswire import ACCEPT, REJECT
from support import CALM, eventually
from web_test import PASSWORD, WEB, WebCase

ALICE = "wonderland 42 rabbit"


class Mappings(WebCase):
    def server(self, attributes="{}"):
        made = self.postern(listen=False)
        made.write_config("listen:\n  ldap: 127.0.0.1:0\n  radius: 127.0.0.1:0\n" + WEB + CALM +
                          f"bootstrap: {{password: {PASSWORD!r}}}\n")
        made.secret(PASSWORD)
        made.start()
        made.web = dict(word.split("=", 1) for word in made.ready.split()[1:])
        flow = "!Find [authentik_flows.flow, [slug, default-provider-invalidation-flow]]\n"
        made.apply(radiuswire.blueprint(attributes=attributes, more="      invalidation_flow: " + flow))
        made.add_user("alice", made.secret(ALICE))
        made.root = self.administrator(made)
        made.provider = self.holds(made.root, "GET", "/providers/radius/").json["results"][0]["pk"]
        return made

    def mapping(self, made, name, expression):
        return self.holds(made.root, "POST", "/propertymappings/provider/radius/",
                          {"name": name, "expression": expression}, 201).json["pk"]

    def use(self, made, *pks):
        shown = self.holds(made.root, "PATCH", f"/providers/radius/{made.provider}/",
                           {"property_mappings": list(pks)}).json
        self.assertEqual(sorted(shown["property_mappings"]), sorted(pks))

    def login(self, made, **more):
        return radiuswire.login(made, "alice", ALICE, **more)

    def test_what_expressions_return_is_sent_before_what_rules_say_and_others_see_nothing_of_it(self):
        made = self.server("{postern: {replies: [{reply: {Filter-Id: from-a-rule, Session-Timeout: 60}}]}}")
        self.holds(made.root, "PATCH", "/core/users/" + str(self.holds(
            made.root, "GET", "/core/users/?username=alice").json["results"][0]["pk"]) + "/",
            {"attributes": {"vlan": 42}})
        self.use(made,
                 self.mapping(made, "1 vlan", "return {vlan = user.attributes.vlan}"),
                 self.mapping(made, "2 nas", "if packet['NAS-Identifier'] == 'gate' then return "
                                             "{['Filter-Id'] = 'gate-' .. user.username, Class = {'a', 'b'}} end"),
                 self.mapping(made, "3 nothing", "return nil"))
        reply = self.login(made, NAS_Identifier="gate")
        self.assertEqual(reply.code, ACCEPT, reply.text)
        self.assertEqual(reply.one("Tunnel-Private-Group-Id:0"), "42")
        self.assertEqual(reply.values("Filter-Id")[0], "gate-alice")
        self.assertEqual(reply.values("Class")[:2], ["0x61", "0x62"])
        self.assertEqual(reply.one("Session-Timeout"), "60")
        other = self.login(made, NAS_Identifier="other")
        self.assertEqual((other.code, other.values("Filter-Id")), (ACCEPT, ["from-a-rule"]))
        self.use(made)
        self.assertEqual(self.login(made).values("Tunnel-Private-Group-Id:0"), [])

    def test_an_expression_that_fails_or_gives_what_cannot_be_sent_refuses_and_is_told(self):
        made = self.server()
        pk = self.mapping(made, "broken", "return nothing.at.all")
        self.use(made, pk)
        path = f"/propertymappings/provider/radius/{pk}/"
        for code in ("return nothing.at.all", "return 'text'", "return {['No-Such-Attribute'] = 'x'}",
                     "return {vlan = 5000}", "while true do end", "return {State = 'x'}"):
            self.holds(made.root, "PATCH", path, {"expression": code})
            self.assertEqual(self.login(made).code, REJECT, code)
        count = "select count(*) from events where action = 'property_mapping_exception'"
        eventually(lambda: made.query(count) == [(6,)], "six events")
        self.assertIn("mapping_failed", made.log_text())
        wrong = self.holds(made.root, "PATCH", path, {"expression": "return ("}, 400).json
        self.assertIn("expression:1:", wrong["expression"][0])
        self.holds(made.root, "PATCH", path, {"expression": "return {Class = 'fine'}"})
        self.assertEqual(self.login(made).values("Class")[0], "0x66696e65")
        eventually(lambda: self.holds(made.root, "GET", "/events/notifications/?severity=alert").json["results"],
                   "administrators are told")

    def test_a_test_says_what_an_expression_makes_of_a_user_and_used_by_who_uses_it(self):
        made = self.server()
        pk = self.mapping(made, "m", "return {Class = user.username, ssid = packet and packet.ssid}")
        user = self.holds(made.root, "GET", "/core/users/?username=alice").json["results"][0]["pk"]
        test = f"/propertymappings/all/{pk}/test/"
        said = self.holds(made.root, "POST", test, {"user": user, "context": {"packet": {"ssid": "lab"}}}).json
        self.assertTrue(said["successful"])
        self.assertEqual(json.loads(said["result"]), {"Class": "alice", "ssid": "lab"})
        self.assertFalse(self.holds(made.root, "POST", test, {}).json["successful"])  # nobody has no name
        self.holds(made.root, "POST", test, {"user": 999}, 400)
        self.use(made, pk)
        self.assertEqual([one["name"] for one in self.holds(
            made.root, "GET", f"/propertymappings/provider/radius/{pk}/used_by/").json], ["radius"])
        self.assertEqual(self.holds(made.root, "GET", f"/propertymappings/all/{pk}/").json["component"],
                         "ak-property-mapping-provider-radius-form")
        self.holds(made.root, "DELETE", f"/propertymappings/all/{pk}/", status=204)
        self.assertEqual(self.holds(made.root, "GET", f"/providers/radius/{made.provider}/").json["property_mappings"], [])
        self.assertEqual(self.login(made).code, ACCEPT)

    def test_blueprints_bring_mappings(self):
        made = self.server()
        made.apply("""version: 1
entries:
  - model: authentik_providers_radius.radiusproviderpropertymapping
    id: vlan
    identifiers: {name: vlan}
    attrs: {expression: "return {vlan = 7}"}
  - model: authentik_providers_radius.radiusprovider
    identifiers: {name: radius}
    attrs: {property_mappings: [!KeyOf vlan]}
""")
        self.assertEqual(self.login(made).one("Tunnel-Private-Group-Id:0"), "7")
        done = made.apply("""version: 1
entries:
  - model: authentik_providers_radius.radiusproviderpropertymapping
    identifiers: {name: vlan}
    attrs: {expression: "return {"}
""", code=1, name="wrong.yaml")
        self.assertIn("expression", done.stderr)


if __name__ == "__main__":
    unittest.main()
