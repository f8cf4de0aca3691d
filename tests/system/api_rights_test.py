"""Who may what over the API: the contract walked path by path, roles x endpoints, intents of tokens x doors,
impersonation, and what permissions never lend."""

import re
import unittest
from urllib.parse import quote

import radiuswire
from radiuswire import ACCEPT, REJECT
from support import CALM, eventually, user_dn
from web import API, Client, Contract
from web_test import PASSWORD, WEB, WebCase

SAMPLE = "00000000-0000-4000-8000-000000000000"

# What of the published contract is not served, and why (patterns of "METHOD /path/"). Everything else is. Rows of
# stages, devices, sources and mail are listed as what may be missing: they have tests of their own.
LATER = "marked as later in the list of endpoints"
OTHER = "a feature that this product does not have"
OWN = "has tests of its own"
NOT_SERVED = {
    r"\w+ /(endpoints|enterprise|lifecycle|ssf|rac|reports|requests|tasks|tenants|agents)/": OTHER,
    r"\w+ /admin/(apps|file|models|version/history)/": LATER, r"POST /admin/system/": LATER,
    r"\w+ /authenticators/": OWN, r"\w+ /stages/": OWN, r"\w+ /sources/": OWN, r"\w+ /oauth2/": OTHER,
    r"\w+ /core/(application_entitlements|applications/requestable|object_attributes)/": OTHER,
    r"\w+ /core/user_consent/{id}/": "nothing asks for consent, so that there is none to read or delete",
    r"POST /core/users/{id}/recovery_email/": OWN,
    r"POST /core/users/({id}/set_password_hash|account_lockdown|export|switch)/": LATER,
    r"(POST|PUT|PATCH|DELETE) /events/events/": "events are written by the server alone",
    r"POST /events/events/export/": LATER,
    r"\w+ /flows/(inspector/|instances/(cache_|{slug}/diagram/))": LATER,
    r"\w+ /managed/blueprints/(?!import/)": "blueprints are files of the server's; one is applied by import/",
    r"\w+ /outposts/(proxy|service_connections)/": OTHER,
    r"\w+ /policies/all/cache_": "policies are not cached", r"\w+ /policies/dummy/": OTHER,
    r"\w+ /propertymappings/(?!all|notification|provider/radius)": OTHER, r"\w+ /providers/(?!ldap|radius|all)": OTHER,
    r"\w+ /rbac/initial_permissions/": LATER, r"GET /schema/": "served, as JSON",
}
# Rows that have to be there, whatever the list above says.
WANTED = """GET /core/users/ POST /core/users/ GET /core/users/{} PUT /core/users/{} PATCH /core/users/{} DELETE /core/users/{}
GET /core/users/me/ POST /core/users/{}/set_password/ POST /core/users/{}/recovery/ POST /core/users/service_account/
GET /core/users/paths/ POST /core/users/{}/impersonate/ GET /core/users/impersonate_end/ GET /core/groups/ POST /core/groups/
GET /core/groups/{u} PUT /core/groups/{u} PATCH /core/groups/{u} DELETE /core/groups/{u} POST /core/groups/{u}/add_user/
POST /core/groups/{u}/remove_user/ GET /core/tokens/ POST /core/tokens/ GET /core/tokens/{} PUT /core/tokens/{}
PATCH /core/tokens/{} DELETE /core/tokens/{} GET /core/tokens/{}/view_key/ POST /core/tokens/{}/set_key/
GET /core/applications/ POST /core/applications/ GET /core/applications/{} DELETE /core/applications/{}
GET /core/applications/{}/check_access/ PUT /core/transactional/applications/ GET /core/authenticated_sessions/
GET /core/authenticated_sessions/{u} DELETE /core/authenticated_sessions/{u} DELETE /core/authenticated_sessions/bulk_delete/
GET /core/user_consent/ GET /core/brands/current/ GET /core/brands/ POST /core/brands/ GET /root/config/ GET /admin/settings/
PUT /admin/settings/ PATCH /admin/settings/ GET /admin/version/ GET /admin/system/ GET /providers/ldap/ POST /providers/ldap/
GET /providers/radius/ POST /providers/radius/ GET /providers/all/ GET /providers/all/types/ DELETE /providers/all/{}
GET /outposts/instances/ POST /outposts/instances/ GET /outposts/instances/{u} GET /outposts/instances/{u}/health/
GET /outposts/instances/default_settings/ GET /outposts/ldap/ GET /outposts/radius/ GET /outposts/ldap/{}/check_access/
GET /outposts/radius/{}/check_access/ GET /flows/executor/{} POST /flows/executor/{} GET /flows/instances/ POST /flows/instances/
GET /flows/instances/{}/execute/ GET /flows/instances/{}/export/ GET /flows/bindings/ POST /flows/bindings/
GET /stages/all/user_settings/ GET /stages/all/ GET /stages/all/types/ GET /policies/all/ GET /policies/all/types/
POST /policies/all/{u}/test/ DELETE /policies/all/{u} GET /policies/bindings/ POST /policies/bindings/ GET /policies/password/
POST /policies/expression/ GET /policies/geoip/ GET /policies/geoip_iso3166/ GET /policies/event_matcher/
GET /policies/unique_password/ GET /policies/reputation/ GET /policies/reputation/scores/
DELETE /policies/reputation/scores/{u} GET /policies/password_expiry/ GET /authenticators/all/ GET /authenticators/totp/
GET /authenticators/static/ GET /authenticators/admin/all/ GET /sources/all/user_settings/ GET /sources/user_connections/all/
GET /sources/all/ GET /oauth2/access_tokens/ GET /events/events/ GET /events/events/{u} GET /events/events/actions/
GET /events/events/top_per_user/ GET /events/events/volume/ GET /events/events/stats/ GET /events/notifications/
PATCH /events/notifications/{u} POST /events/notifications/mark_all_seen/ GET /events/rules/ POST /events/rules/
GET /events/transports/ POST /events/transports/ POST /events/transports/{u}/test/ GET /propertymappings/all/
GET /propertymappings/all/types/ POST /propertymappings/all/{u}/test/ GET /propertymappings/notification/
GET /propertymappings/provider/radius/ POST /propertymappings/provider/radius/ GET /crypto/certificatekeypairs/
POST /crypto/certificatekeypairs/ POST /crypto/certificatekeypairs/generate/ GET /crypto/certificatekeypairs/{u}/view_certificate/
GET /crypto/certificatekeypairs/{u}/view_private_key/ GET /rbac/roles/ POST /rbac/roles/ PATCH /rbac/roles/{u}
POST /rbac/roles/{u}/add_user/ POST /rbac/roles/{u}/remove_user/ GET /rbac/permissions/ GET /rbac/permissions/{}
GET /rbac/permissions/assigned_by_roles/ POST /rbac/permissions/assigned_by_roles/{u}/assign/
PATCH /rbac/permissions/assigned_by_roles/{u}/unassign/ GET /rbac/permissions/roles/ GET /schema/
POST /managed/blueprints/import/ GET /postern/explain/""".split()


class RightsCase(WebCase):
    def token_client(self, made, user="akadmin", name="walk"):
        key = made.secret(made.run("token", "create", "--user", user, "--intent", "api", "--identifier", name).stdout.strip())
        return Client(made.web["http"], token=key)


class Coverage(RightsCase):
    def served(self, client, path):
        """The methods that the router has for a path: it names them to who comes with another one."""
        answer = client.api("OPTIONS", path)
        return set(answer.header("Allow").split(", ")) if answer.status == 405 else set()

    def test_every_operation_of_the_contract_is_served_or_listed_with_a_reason(self):
        made = self.site()
        client = self.token_client(made)
        missing = []
        for _, _, template, methods in Contract().templates:
            found = set()
            for sample in (SAMPLE, "1", "some-slug"):
                found |= self.served(client, re.sub(r"\{[^}]*\}", sample, template))
            for method in (one.upper() for one in methods if one in ("get", "post", "put", "patch", "delete")):
                where = f"{method} {template}"
                if method not in found and not any(re.match(pattern, where) for pattern in NOT_SERVED):
                    missing.append(where)
        self.assertEqual(missing, [])

    def test_every_wanted_row_is_served(self):
        made = self.site()
        client = self.token_client(made)
        lacking = []
        for method, path in zip(WANTED[::2], WANTED[1::2]):
            if path.endswith("}"):
                path += "/"
            found = set()
            for sample in ("1", "some-slug"):
                found |= self.served(client, path.replace("{u}", SAMPLE).replace("{}", sample))
            if method not in found:
                lacking.append(f"{method} {path}: {found}")
        self.assertEqual(lacking, [])

    def test_the_schema_describes_what_is_served(self):
        made = self.site()
        document = Client(made.web["http"]).api("GET", "/schema/").json
        self.assertEqual(document["openapi"], "3.0.3")
        self.assertIn("post", document["paths"]["/core/users/"])
        user = document["components"]["schemas"]["core_users"]
        self.assertEqual(user["required"], ["username", "name"])
        self.assertTrue(user["properties"]["pk"]["readOnly"])


class Roles(RightsCase):
    def with_role(self, *permissions, group=False):
        """A server; an administrator; `helper`, who has a role with these permissions."""
        made = self.site()
        admin = self.token_client(made)
        made.add_user("helper")
        made.add_user("alice", made.secret("wonderland 42 rabbit"))
        pks = {one["username"]: one["pk"] for one in self.holds(admin, "GET", "/core/users/").json["results"]}
        role = self.holds(admin, "POST", "/rbac/roles/", {"name": "helpers"}, 201).json["pk"]
        if group:
            outer = self.holds(admin, "POST", "/core/groups/", {"name": "outer", "roles": [role]}, 201).json
            self.assertEqual(outer["roles_obj"], [{"pk": role, "name": "helpers"}])
            self.holds(admin, "POST", "/core/groups/", {"name": "inner", "parents": [outer["pk"]],
                                                        "users": [pks["helper"]]}, 201)
        else:
            self.holds(admin, "POST", f"/rbac/roles/{role}/add_user/", {"pk": pks["helper"]}, 204)
        if permissions:
            self.holds(admin, "POST", f"/rbac/permissions/assigned_by_roles/{role}/assign/",
                       {"permissions": list(permissions)})
        return made, admin, self.token_client(made, "helper", "helper"), pks, role

    def test_without_permissions_nothing_with_view_reading_and_no_more(self):
        made, admin, helper, pks, role = self.with_role()
        for path in ("/core/users/", "/core/groups/", f"/core/users/{pks['alice']}/", "/core/users/99999/"):
            self.holds(helper, "GET", path, status=403)  # what is not there looks no different
        self.holds(admin, "POST", f"/rbac/permissions/assigned_by_roles/{role}/assign/",
                   {"permissions": ["authentik_core.view_user"]})
        self.assertEqual(self.holds(helper, "GET", "/core/users/").json["pagination"]["count"], 4)
        self.holds(helper, "GET", f"/core/users/{pks['alice']}/")
        self.holds(helper, "PATCH", f"/core/users/{pks['alice']}/", {"name": "x"}, status=403)
        self.holds(helper, "DELETE", f"/core/users/{pks['alice']}/", status=403)
        self.holds(helper, "POST", "/core/users/", {"username": "x", "name": "x"}, status=403)
        self.holds(helper, "GET", "/core/groups/", status=403)
        self.holds(admin, "PATCH", f"/rbac/permissions/assigned_by_roles/{role}/unassign/",
                   {"permissions": ["authentik_core.view_user"]}, status=204)
        self.holds(helper, "GET", "/core/users/", status=403)

    def test_a_permission_on_one_object_is_good_for_that_object(self):
        made, admin, helper, pks, role = self.with_role()
        alice = pks["alice"]
        assign = f"/rbac/permissions/assigned_by_roles/{role}/assign/"
        self.holds(admin, "POST", assign, {"permissions": ["authentik_core.view_user", "authentik_core.change_user"],
                                           "model": "authentik_core.user", "object_pk": str(alice)})
        listed = self.holds(helper, "GET", "/core/users/").json
        self.assertEqual([one["pk"] for one in listed["results"]], [alice])
        self.assertEqual(self.holds(helper, "PATCH", f"/core/users/{alice}/", {"name": "Alice L."}).json["name"], "Alice L.")
        self.holds(helper, "GET", f"/core/users/{pks['akadmin']}/", status=403)
        self.holds(helper, "PATCH", f"/core/users/{pks['helper']}/", {"name": "me"}, status=403)
        self.holds(helper, "DELETE", f"/core/users/{alice}/", status=403)
        shown = self.holds(admin, "GET", f"/rbac/permissions/assigned_by_roles/?model=authentik_core.user&object_pk={alice}")
        self.assertEqual({one["codename"] for one in shown.json["results"][0]["object_permissions"]},
                         {"view_user", "change_user"})
        self.holds(admin, "GET", f"/rbac/permissions/roles/?uuid={role}")
        # Gone with the object.
        self.holds(admin, "DELETE", f"/core/users/{alice}/", status=204)
        self.holds(helper, "GET", "/core/users/", status=403)

    def test_what_permissions_never_lend(self):
        made, admin, helper, pks, role = self.with_role(
            *[f"authentik_core.{act}_{model}" for act in ("add", "change", "delete", "view") for model in ("user", "group")],
            "authentik_core.reset_user_password", "authentik_core.add_user_to_group", "authentik_rbac.view_role",
            "authentik_rbac.add_role", "authentik_rbac.change_role", "authentik_core.impersonate")
        admins = self.holds(admin, "GET", "/core/groups/?is_superuser=true").json["results"][0]["pk"]
        root, alice, me = pks["akadmin"], pks["alice"], pks["helper"]
        for method, path, body in (
                ("PATCH", f"/core/users/{root}/", {"name": "x"}), ("DELETE", f"/core/users/{root}/", None),
                ("POST", f"/core/users/{root}/set_password/", {"password": "new password 1"}),
                ("POST", f"/core/users/{root}/recovery/", {}),
                ("PATCH", f"/core/users/{me}/", {"roles": [role]}), ("PATCH", f"/core/users/{alice}/", {"groups": [admins]}),
                ("POST", "/core/users/", {"username": "y", "name": "y", "groups": [admins]}),
                ("POST", "/core/groups/", {"name": "z", "is_superuser": True}),
                ("POST", "/core/groups/", {"name": "z", "parents": [admins]}),
                ("PATCH", f"/core/groups/{admins}/", {"users": [root, me]}),
                ("POST", f"/core/groups/{admins}/add_user/", {"pk": me}),
                ("POST", "/rbac/roles/", {"name": "mine"}), ("PATCH", f"/rbac/roles/{role}/", {"name": "mine"}),
                ("POST", f"/rbac/permissions/assigned_by_roles/{role}/assign/", {"permissions": ["authentik_core.view_token"]}),
                ("POST", f"/rbac/roles/{role}/add_user/", {"pk": alice}),
                ("GET", "/admin/settings/", None), ("PATCH", "/admin/settings/", {"impersonation": True}),
                ("POST", "/core/tokens/walk/set_key/", {"key": "k" * 40})):
            self.holds(helper, method, path, body, status=403)
        # The same on those without power is theirs.
        self.holds(helper, "POST", f"/core/users/{alice}/set_password/", {"password": made.secret("another 7 horse")}, 204)
        self.assertEqual(made.bind(user_dn("alice"), "another 7 horse"), 0)
        group = self.holds(helper, "POST", "/core/groups/", {"name": "plain"}, 201).json["pk"]
        self.holds(helper, "POST", f"/core/groups/{group}/add_user/", {"pk": alice}, 204)

    def test_roles_come_through_nested_groups_and_reach_the_directory(self):
        made, admin, helper, pks, role = self.with_role("authentik_core.view_user",
                                                        "authentik_providers_ldap.search_full_directory", group=True)
        self.holds(helper, "GET", "/core/users/")
        key = made.app_password("helper", "helper-bind")
        names = made.search((user_dn("helper"), key), "(objectClass=user)", ["cn"]).names()
        self.assertTrue(any("alice" in name for name in names), names)
        self.holds(admin, "DELETE", f"/rbac/roles/{role}/", status=204)
        self.holds(helper, "GET", "/core/users/", status=403)
        names = made.search((user_dn("helper"), key), "(objectClass=user)", ["cn"]).names()
        self.assertFalse(any("alice" in name for name in names), names)

    def test_the_matrix_of_roles_and_endpoints(self):
        """view_X opens GET of X and nothing else; the other permissions open nothing to read."""
        made, admin, helper, pks, role = self.with_role()
        endpoints = {"authentik_core.user": "/core/users/", "authentik_core.group": "/core/groups/",
                     "authentik_brands.brand": "/core/brands/",
                     "authentik_flows.flow": "/flows/instances/", "authentik_flows.flowstagebinding": "/flows/bindings/",
                     "authentik_providers_ldap.ldapprovider": "/providers/ldap/",
                     "authentik_providers_radius.radiusprovider": "/providers/radius/",
                     "authentik_policies.policybinding": "/policies/bindings/",
                     "authentik_policies_password.passwordpolicy": "/policies/password/",
                     "authentik_policies_expression.expressionpolicy": "/policies/expression/",
                     "authentik_events.event": "/events/events/", "authentik_rbac.role": "/rbac/roles/",
                     "authentik_crypto.certificatekeypair": "/crypto/certificatekeypairs/",
                     "authentik_outposts.outpost": "/outposts/instances/"}
        base = f"/rbac/permissions/assigned_by_roles/{role}/"
        for model in endpoints:
            app, _, name = model.partition(".")
            for act in ("view", "change"):
                permission = f"{app}.{act}_{name}"
                self.holds(admin, "POST", base + "assign/", {"permissions": [permission]})
                for other, path in endpoints.items():
                    wanted = 200 if other == model and act == "view" else 403
                    self.assertEqual(helper.api("GET", path).status, wanted, (permission, path))
                self.holds(admin, "PATCH", base + "unassign/", {"permissions": [permission]}, status=204)


class Tokens(RightsCase):
    def test_each_intent_opens_its_own_door_alone(self):
        made = self.postern(listen=False)
        made.write_config("listen:\n  ldap: 127.0.0.1:0\n  radius: 127.0.0.1:0\n" + WEB + CALM +
                          f"bootstrap: {{password: {PASSWORD!r}}}\n")
        made.start()
        made.web = dict(word.split("=", 1) for word in made.ready.split()[1:])
        made.apply(radiuswire.blueprint())
        password = made.secret("wonderland 42 rabbit")
        made.add_user("alice", password)
        keys = {intent: made.secret(made.run("token", "create", "--user", "alice", "--intent", intent,
                                             "--identifier", intent).stdout.strip())
                for intent in ("api", "app_password", "recovery", "verification")}
        keys["network_password"] = made.secret(
            made.run("user", "network-password", "add", "alice", "--device", "laptop").stdout.strip())
        keys["password"] = password
        opens = {"api": {"api"}, "app_password": {"ldap", "radius", "web"}, "recovery": {"recovery link"},
                 "verification": {"flow link"},
                 "network_password": {"radius", "chap"}, "password": {"ldap", "radius", "web"}}
        for intent, key in keys.items():
            doors = set()
            if Client(made.web["http"], token=key).api("GET", "/core/users/me/").status == 200:
                doors.add("api")
            if made.bind(user_dn("alice"), key) == 0:
                doors.add("ldap")
            if radiuswire.login(made, "alice", key).code == ACCEPT:
                doors.add("radius")
            chap = radiuswire.radclient(made, f'User-Name = "alice", CHAP-Password = "{key}"')
            self.assertIn(chap.code, (ACCEPT, REJECT))
            if chap.code == ACCEPT:
                doors.add("chap")
            if Client(made.web["http"]).log_in("alice", key).json.get("component") == "xak-flow-redirect":
                doors.add("web")
            visitor = Client(made.web["http"])
            session = Client(made.web["http"])
            session.cookies["authentik_session"] = key
            if session.api("GET", "/core/users/me/").status == 200:
                doors.add("session")
            shown = visitor.get(visitor.flow("default-recovery-flow", "flow_token=" + quote(key))).json
            if shown["component"] != "ak-stage-access-denied":
                doors.add("flow link")
            # What opens by it is used up: last.
            if visitor.post(f"/recovery/use-token/{quote(key)}/").status == 303:
                doors.add("recovery link")
            self.assertEqual(doors, opens[intent], intent)

    def test_scopes_idle_days_and_rotation_with_overlap(self):
        made = self.site()
        made.add_user("alice", made.secret("wonderland 42 rabbit"))
        admin = self.token_client(made)
        alice = self.visitor(made)
        alice.log_in("alice", "wonderland 42 rabbit")
        ldap = self.holds(admin, "GET", "/core/applications/ldap/").json["pk"]
        made_one = self.holds(alice, "POST", "/postern/app_passwords/",
                              {"identifier": "mail", "applications": [ldap], "protocols": ["ldap"],
                               "networks": ["127.0.0.0/8"], "expiring": False}, 201).json
        self.assertEqual((made_one["idle_days"], made_one["networks"]), (90, ["127.0.0.0/8"]))
        key = made.secret(self.holds(alice, "GET", "/core/tokens/mail/view_key/").json["key"])
        self.holds(alice, "GET", "/core/tokens/mail/view_key/", status=404)  # once
        self.assertEqual(made.bind(user_dn("alice"), key), 0)
        self.holds(alice, "PATCH", "/postern/app_passwords/mail/", {"networks": ["192.0.2.0/24"]})
        self.assertEqual(made.bind(user_dn("alice"), key), 49)
        self.holds(alice, "PATCH", "/postern/app_passwords/mail/", {"networks": []})
        wrong = alice.api("POST", "/postern/app_passwords/", {"identifier": "x", "networks": ["nonsense"]})
        self.assertEqual((wrong.status, list(wrong.json)), (400, ["networks"]))
        fresh = self.holds(alice, "POST", "/postern/tokens/mail/rotate/", {"overlap": "hours=1"}).json
        new = made.secret(fresh["key"])
        for one in (key, new):
            self.assertEqual(made.bind(user_dn("alice"), one), 0)
        self.assertEqual(self.holds(alice, "GET", "/postern/app_passwords/mail/").json["protocols"], ["ldap"])
        self.holds(alice, "DELETE", f"/core/tokens/{fresh['old_identifier']}/", status=204)
        self.assertEqual(made.bind(user_dn("alice"), key), 49)
        self.assertEqual(made.bind(user_dn("alice"), new), 0)
        stranger = self.visitor(made)
        made.add_user("bob", made.secret("another 7 horse"))
        stranger.log_in("bob", "another 7 horse")
        for method, path in (("GET", "/postern/app_passwords/mail/"), ("POST", "/postern/tokens/mail/rotate/"),
                             ("DELETE", "/core/tokens/mail/")):
            self.holds(stranger, method, path, {} if method == "POST" else None, status=404)

    def test_guessing_tokens_and_flooding_the_login_wait(self):
        made = self.site("http: {token_failures: 5, login_rate: 6}\n")
        bad = Client(made.web["http"], token="x" * 40)
        codes = [bad.api("GET", "/core/users/me/").status for _ in range(7)]
        self.assertEqual(codes, [403] * 5 + [429] * 2)
        answer = bad.api("GET", "/core/users/me/")
        self.assertGreaterEqual(int(answer.header("Retry-After")), 1)
        visitor = self.visitor(made)
        path = visitor.flow("default-authentication-flow")
        visitor.get(path)
        codes = [visitor.post(path, {"component": "ak-stage-identification", "uid_field": "nobody"}).status
                 for _ in range(8)]
        self.assertEqual(codes[6:], [429] * 2)
        self.assertEqual(self.visitor(made).get("/-/health/live/").status, 200)


class Impersonation(RightsCase):
    def test_an_administrator_acts_as_a_user_and_comes_back(self):
        made = self.site()
        made.add_user("alice", made.secret("wonderland 42 rabbit"))
        admin = self.administrator(made)
        users = {one["username"]: one["pk"] for one in self.holds(admin, "GET", "/core/users/").json["results"]}
        path = f"/core/users/{users['alice']}/impersonate/"
        self.assertEqual(list(self.holds(admin, "POST", path, {}, status=400).json), ["reason"])
        self.holds(admin, "POST", path, {"reason": "ticket 7"}, status=204)
        me = self.holds(admin, "GET", "/core/users/me/").json
        self.assertEqual((me["user"]["username"], me["original"]["username"]), ("alice", "akadmin"))
        self.holds(admin, "GET", "/core/users/", status=403)
        self.holds(admin, "POST", f"/core/users/{users['akadmin']}/impersonate/", {"reason": "up"}, status=403)
        self.holds(admin, "GET", "/core/users/impersonate_end/", status=204)
        me = self.holds(admin, "GET", "/core/users/me/").json
        self.assertEqual(me["user"]["username"], "akadmin")
        self.assertNotIn("original", me)
        eventually(lambda: len(self.holds(admin, "GET", "/events/events/?actions=impersonation_started"
                                                        "&actions=impersonation_ended").json["results"]) == 2, "events")
        token = self.token_client(made)
        self.holds(token, "POST", path, {"reason": "no session"}, status=403)


if __name__ == "__main__":
    unittest.main()
