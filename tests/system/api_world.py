"""A populated server, and its route table: what tests over every route of the API share."""

import json
import random

from support import eventually
from web import API, Client
from web_test import WebCase

# Where the objects of a list are addressed by another field than "pk".
ADDRESSES = {"/core/applications/": "slug", "/core/tokens/": "identifier", "/core/brands/": "brand_uuid",
             "/core/authenticated_sessions/": "uuid", "/flows/instances/": "slug", "/postern/app_passwords/": "identifier",
             "/postern/network_passwords/": "identifier",
             "/stages/authenticator/webauthn_device_types/": "aaguid"}
POLICIES = {"password": {}, "unique_password": {}, "password_expiry": {"days": 30}, "geoip": {"countries": ["DE"]},
            "expression": {"expression": "return true"}, "reputation": {}, "event_matcher": {}}
STAGES = {"deny": {}, "consent": {}, "user_delete": {}, "redirect": {"mode": "static", "target_static": "/"},
          "captcha": {"public_key": "p", "private_key": "private key 1"}}


class ApiWorld(WebCase):
    def world(self, people=8, seed=7):
        """self.root is the administrator by token; alice, some people, and objects of most kinds are there."""
        self.random = random.Random(seed)
        self.made = made = self.site()
        made.add_user("alice", made.secret("wonderland 42 rabbit"))
        self.root = self.by_token("akadmin", "root-token")
        self.keys = {one["username"]: one["pk"] for one in self.every("/core/users/")}
        pick = self.random.choice
        for i in range(people):
            self.post("/core/users/", {"username": f"{pick(['mia', 'Noah', 'ZOE', 'émile'])}{i}", "name": f"Name {i % 3}",
                                       "email": pick(["", f"p{i}@example.org", "shared@example.org"]),
                                       "path": pick(["users", "a", "a/b", "ab"]), "is_active": pick([True, True, False]),
                                       "type": pick(["internal", "external"]), "attributes": {"n": i % 4, "s": {"x": i % 2}}})
        pks = [one["pk"] for one in self.every("/core/users/") if one["username"] not in ("akadmin",)]
        others = [pk for pk in pks if pk != self.keys["alice"]]  # alice has no power, not even by a group
        groups = [self.post("/core/groups/", {"name": f"group {i}", "users": self.random.sample(others if i == 0 else pks, 2),
                                              "attributes": {"n": i % 2}})["pk"] for i in range(5)]
        roles = [self.post("/rbac/roles/", {"name": f"role {i}"})["pk"] for i in range(3)]
        self.root.api("POST", f"/rbac/roles/{roles[0]}/add_user/", {"pk": others[-1]})
        self.root.api("PATCH", f"/core/groups/{groups[0]}/", {"roles": [roles[1]]})
        for i in range(6):
            self.post("/core/tokens/", {"identifier": f"token-{i}", "intent": pick(["api", "app_password"]),
                                        "description": pick(["", "d", "e"]), "expiring": pick([True, False])})
        policies = []
        for kind, fields in POLICIES.items():
            policies += [self.post(f"/policies/{kind}/", {"name": f"{kind} {i}", **fields})["pk"] for i in range(2)]
        for kind, fields in STAGES.items():
            self.post(f"/stages/{kind}/", {"name": f"{kind} stage", **fields})
        for i, group in enumerate(groups[:3]):
            application = self.post("/core/applications/", {"name": f"App {i % 2}", "slug": f"app-{i}", "group": pick(["", "g"])})
            self.post("/policies/bindings/", {"target": application["pbm_uuid"], "group": group, "order": i})
            self.post("/policies/bindings/", {"target": application["pbm_uuid"], "policy": policies[i], "order": i + 1,
                                              "enabled": bool(i % 2)})
            self.post("/policies/bindings/", {"target": application["pbm_uuid"], "user": pks[i], "order": 9})
        self.post("/providers/radius/", {"name": "radius", "authorization_flow": self.every("/flows/instances/")[0]["pk"],
                                         "invalidation_flow": self.every("/flows/instances/")[0]["pk"],
                                         "shared_secret": "shared secret 12345"})
        self.post("/outposts/instances/", {"name": "branch", "type": "ldap", "providers": [], "config": {}})
        self.post("/stages/invitation/invitations/", {"name": "come-in"})
        self.post("/crypto/certificatekeypairs/generate/", {"common_name": "test", "validity_days": 365, "alg": "ecdsa"})
        alice = self.visitor(made)
        self.assertEqual(alice.log_in("alice", "wonderland 42 rabbit").json["component"], "xak-flow-redirect")
        made.add_totp("alice")
        made.run("device", "add-static", "--user", "alice")
        made.run("user", "app-password", "add", "alice", "alice-mail")
        self.settled()
        return made

    def settled(self):
        """Events are written behind the requests, in their order: returns when those of all requests so far are there."""
        self.post("/core/groups/", {"name": "the-last-made"})
        eventually(lambda: self.made.query("select 1 from events where context like '%the-last-made%'"), "all events are written")

    def by_token(self, user, identifier):
        made = self.made
        return Client(made.web["http"], token=made.secret(made.run(
            "token", "create", "--user", user, "--intent", "api", "--identifier", identifier).stdout.strip()))

    def post(self, path, body):
        answer = self.root.api("POST", path, body)
        self.assertIn(answer.status, (200, 201), f"POST {path}: {answer}")
        return answer.json

    def every(self, path, client=None):
        """All objects of a list, page by page."""
        out, page = [], 1
        while page:
            mark = "&" if "?" in path else "?"
            answer = (client or self.root).api("GET", f"{path}{mark}page={page}&page_size=100")
            self.assertEqual(answer.status, 200, f"{path}: {answer}")
            out += answer.json["results"]
            page = answer.json["pagination"]["next"]
        return out

    def document(self):
        return self.root.api("GET", "/schema/").json

    def routes(self):
        """(method, path with {parameters}) of all that the API serves, by its own route table."""
        return [(method.upper(), path) for path, methods in self.document()["paths"].items() for method in methods]

    def lists(self):
        """Paths of lists that have pages."""
        for method, path in self.routes():
            if method == "GET" and "{" not in path and path not in ("/core/users/paths/",):
                answer = self.root.api("GET", path)
                if answer.status == 200 and answer.body.startswith("{") and "pagination" in answer.json:
                    yield path

    def address(self, path, there=True):
        """The path with its parameters filled: with the last object of the list before, or with none that is there."""
        if "{" not in path:
            return path + ("?app_slug=ldap" if path.endswith("check_access/") and path.startswith("/outposts/") else "")
        stem, _, rest = path.partition("{")
        rest = rest.partition("}")[2]
        value = None
        if there and not hasattr(self, "samples"):
            self.samples = {}
        if there:
            if stem not in self.samples:
                self.samples[stem] = self.sample(stem)
            value = self.samples[stem]
        self.found = value is not None
        if value is None:
            value = {"/core/users/": "999999", "/rbac/permissions/": "9999",
                     "/postern/network_sessions/": "999999", "/postern/leases/": "999999"}.get(stem, "ffffffff-ffff-4fff-8fff-ffffffffffff")
            if stem.startswith(("/providers/", "/outposts/ldap", "/outposts/radius", "/authenticators/")):
                value = "999999"
        return self.address(stem + str(value) + rest, there)

    def sample(self, stem):
        if stem == "/core/users/":
            return self.keys["alice"]
        if stem in ("/core/tokens/", "/postern/tokens/"):
            return "token-0"
        if stem == "/rbac/permissions/":
            return None
        if stem == "/flows/executor/":
            return "default-authentication-flow"
        if stem in ("/rbac/permissions/assigned_by_roles/",):
            stem = "/rbac/roles/"
        # Devices of others, which their own list does not show.
        stem = stem.replace("/authenticators/", "/authenticators/admin/") if "/admin/" not in stem else stem
        stem = {"/outposts/ldap/": "/providers/ldap/", "/outposts/radius/": "/providers/radius/"}.get(stem, stem)
        answer = self.root.api("GET", stem + "?page_size=100")
        if answer.status != 200 or not isinstance(answer.json, dict) or not answer.json.get("results"):
            return None
        return answer.json["results"][-1].get(ADDRESSES.get(stem, "pk"))


def dumped(value):
    return json.dumps(value, sort_keys=True)


__all__ = ["API", "ADDRESSES", "ApiWorld", "dumped"]
