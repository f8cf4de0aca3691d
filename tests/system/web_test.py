"""The identity core over HTTP: logins through the flow, the v3 API, sessions, tokens, recovery; each shown to
an LDAP client at once. Every 2xx answer of the API is held against the published OpenAPI document."""

import re
import socket
import unittest

from support import CALM, PosternCase, eventually, oath, user_dn
from web import API, Client, Contract

WEB = "  http: 127.0.0.1:0\n  https: 127.0.0.1:0\n"
PASSWORD = "correct horse 7 battery"


class WebCase(PosternCase):
    contract = None

    def site(self, settings=""):
        """A server with an administrator whose password is PASSWORD."""
        made = self.postern(listen=False)
        made.write_config("listen:\n  ldap: 127.0.0.1:0\n  ldaps: 127.0.0.1:0\n" + WEB + CALM +
                          f"bootstrap: {{password: {PASSWORD!r}}}\n" + settings)
        made.secret(PASSWORD)
        made.start()
        made.web = dict(word.split("=", 1) for word in made.ready.split()[1:])
        return made

    def visitor(self, made, **more):
        return Client(made.web["http"], **more)

    def administrator(self, made):
        client = self.visitor(made)
        answer = client.log_in("akadmin", PASSWORD)
        self.assertEqual(answer.json.get("component"), "xak-flow-redirect", answer)
        return client

    def holds(self, client, method, path, body=None, status=200, **more):
        """A request whose answer has this status and, if it is a success, is as the contract says."""
        answer = client.api(method, path, body, **more)
        self.assertEqual(answer.status, status, f"{method} {path}: {answer}")
        if WebCase.contract is None:
            WebCase.contract = Contract()
        if answer.status < 300 and not path.startswith("/postern/"):
            self.assertEqual(WebCase.contract.complaints(method, path, answer), [])
        return answer


class Logins(WebCase):
    def test_a_login_with_password_and_code_and_its_session(self):
        made = self.site()
        made.add_user("alice", made.secret("wonderland 42 rabbit"))
        key = made.add_totp("alice")
        client = self.visitor(made)
        path = client.flow("default-authentication-flow", "next=%2Fif%2Fadmin%2F")
        first = self.holds(client, "GET", path.removeprefix(API))
        self.assertEqual(first.json["component"], "ak-stage-identification")
        before = client.cookies["authentik_session"]
        second = self.holds(client, "POST", path.removeprefix(API),
                            {"component": "ak-stage-identification", "uid_field": "alice"})
        self.assertEqual((second.json["component"], second.json["pending_user"]), ("ak-stage-password", "alice"))
        wrong = self.holds(client, "POST", path.removeprefix(API),
                           {"component": "ak-stage-password", "password": "not it"})
        self.assertEqual(wrong.json["response_errors"]["password"][0]["string"], "Invalid password")
        third = self.holds(client, "POST", path.removeprefix(API),
                           {"component": "ak-stage-password", "password": "wonderland 42 rabbit"})
        self.assertEqual(third.json["component"], "ak-stage-authenticator-validate")
        self.assertEqual([one["device_class"] for one in third.json["device_challenges"]], ["totp"])
        self.assertEqual(client.api("GET", "/core/users/me/").status, 403)
        code = self.holds(client, "POST", path.removeprefix(API),
                          {"component": "ak-stage-authenticator-validate", "code": "000000"})
        self.assertIn("Invalid Token", code.json["response_errors"]["code"][0]["string"])
        done = self.holds(client, "POST", path.removeprefix(API),
                          {"component": "ak-stage-authenticator-validate", "code": oath(key)})
        self.assertEqual((done.json["component"], done.json["to"]), ("xak-flow-redirect", "/if/admin/"))
        self.assertNotEqual(client.cookies["authentik_session"], before)  # no fixation
        me = self.holds(client, "GET", "/core/users/me/").json
        self.assertEqual((me["user"]["username"], me["user"]["is_superuser"]), ("alice", False))
        # The visitor's cookie of before is worth nothing.
        old = self.visitor(made)
        old.cookies["authentik_session"] = before
        self.assertEqual(old.api("GET", "/core/users/me/").status, 403)

    def test_an_unknown_user_looks_like_a_known_one(self):
        made = self.site()
        made.add_user("alice", made.secret("wonderland 42 rabbit"))
        shown = []
        for name in ("alice", "nobody"):
            client = self.visitor(made)
            path = client.flow("default-authentication-flow")
            client.get(path)
            asked = client.post(path, {"uid_field": name})
            wrong = client.post(path, {"component": "ak-stage-password", "password": "not it"})
            shown.append([asked.body.replace(name, "X"), wrong.body.replace(name, "X")])
            self.assertEqual(asked.json["component"], "ak-stage-password")
        strip = [[re.sub(r'"pending_user_avatar":"[^"]*"', "", text) for text in pair] for pair in shown]
        self.assertEqual(strip[0], strip[1])

    def test_a_mere_visit_writes_nothing(self):
        made = self.site()
        client = self.visitor(made)
        client.get(client.flow("default-authentication-flow"))
        self.assertEqual(made.query("select count(*) from web_sessions"), [(0,)])

    def test_logging_out_ends_the_session(self):
        made = self.site()
        client = self.administrator(made)
        stolen = dict(client.cookies)
        answer = client.get(client.flow("default-invalidation-flow"))
        self.assertEqual(answer.json["component"], "xak-flow-redirect")
        self.assertNotIn("authentik_session", client.cookies)
        client.cookies = stolen
        self.assertEqual(client.api("GET", "/core/users/me/").status, 403)

    def test_next_leads_nowhere_else(self):
        made = self.site()
        for target in ("//evil.example/", "/\\evil.example/", "https://evil.example/", "/%09/evil"):
            client = self.visitor(made)
            path = client.flow("default-authentication-flow", "next=" + target)
            answer = client.get(path)
            self.assertEqual(answer.json["component"], "ak-stage-access-denied", target)

    def test_five_wrong_passwords_end_the_flow(self):
        made = self.site()
        client = self.visitor(made)
        path = client.flow("default-authentication-flow")
        client.get(path)
        client.post(path, {"uid_field": "akadmin"})
        components = [client.post(path, {"component": "ak-stage-password", "password": "not it"}).json["component"]
                      for _ in range(5)]
        self.assertEqual(components, ["ak-stage-password"] * 4 + ["ak-stage-access-denied"])

    def test_a_password_change_ends_other_sessions_and_keeps_its_own(self):
        made = self.site()
        here, there = self.administrator(made), self.administrator(made)
        path = here.flow("default-password-change")
        self.assertEqual(here.get(path).json["component"], "ak-stage-prompt")
        weak = here.post(path, {"component": "ak-stage-prompt", "password": "short", "password_repeat": "short"})
        self.assertIn("8 characters", weak.json["response_errors"]["password"][0]["string"])
        other = made.secret("an even better phrase 99")
        done = here.post(path, {"component": "ak-stage-prompt", "password": other, "password_repeat": other})
        self.assertEqual(done.json["component"], "xak-flow-redirect", done)
        self.assertEqual(here.api("GET", "/core/users/me/").status, 200)
        self.assertEqual(there.api("GET", "/core/users/me/").status, 403)
        self.assertEqual(made.bind(user_dn("akadmin"), other), 0)
        self.assertEqual(made.bind(user_dn("akadmin"), PASSWORD), 49)

    def test_the_setup_link_works_once(self):
        made = self.postern(listen=False)
        made.write_config("listen:\n  ldap: 127.0.0.1:0\n" + WEB + CALM)
        made.start()
        made.web = dict(word.split("=", 1) for word in made.ready.split()[1:])
        link = r"initial-setup/\?flow_token=(\w+)"
        key = eventually(lambda: re.search(link, made.log_text()), "the setup link").group(1)
        client = self.visitor(made)
        self.assertEqual(client.get(client.flow("initial-setup")).json["component"], "ak-stage-access-denied")
        path = client.flow("initial-setup", "flow_token=" + key)
        self.assertEqual(client.get(path).json["component"], "ak-stage-prompt")
        done = client.post(path, {"component": "ak-stage-prompt", "email": "root@example.org",
                                  "password": PASSWORD, "password_repeat": PASSWORD})
        self.assertEqual(done.json["component"], "xak-flow-redirect", done)
        self.assertTrue(client.api("GET", "/core/users/me/").json["user"]["is_superuser"])
        self.assertEqual(made.bind(user_dn("akadmin"), PASSWORD), 0)
        again = self.visitor(made)
        self.assertEqual(again.get(again.flow("initial-setup", "flow_token=" + key)).json["component"],
                         "ak-stage-access-denied")

    def test_a_recovery_key_is_used_by_its_button_alone_and_once(self):
        made = self.site()
        link = made.run("create_recovery_key", "1", "akadmin").stdout.split()[-1]
        path = "/recovery/use-token/" + link.rstrip("/").rsplit("/", 1)[-1] + "/"
        for _ in range(2):
            scanner = self.visitor(made).get(path)
            self.assertEqual(scanner.status, 200)
            self.assertEqual(scanner.header("Referrer-Policy"), "no-referrer")
        client = self.visitor(made)
        self.assertEqual(client.post(path).status, 303)
        self.assertEqual(client.api("GET", "/core/users/me/").json["user"]["username"], "akadmin")
        self.assertEqual(self.visitor(made).post(path).status, 404)

    def test_over_tls_cookies_are_secure(self):
        made = self.site()
        client = Client(made.web["https"], tls_ca=made.ca)
        answer = client.get(client.flow("default-authentication-flow"))
        cookies = answer.headers.get_all("Set-Cookie")
        self.assertTrue(all("Secure" in one and "SameSite=Lax" in one for one in cookies))
        self.assertEqual(["HttpOnly" in one for one in cookies], [True, False])


class Administration(WebCase):
    def test_users_and_groups_are_managed_and_ldap_follows_at_once(self):
        made = self.site()
        client = self.administrator(made)
        user = self.holds(client, "POST", "/core/users/", {"username": "bob", "name": "Bob B",
                                                          "email": "bob@example.org", "path": "people"}, 201).json
        self.holds(client, "POST", f"/core/users/{user['pk']}/set_password/",
                   {"password": made.secret("tea party 1865 hatter")}, 204)
        self.assertEqual(made.bind(user_dn("bob"), "tea party 1865 hatter"), 0)
        group = self.holds(client, "POST", "/core/groups/", {"name": "tea"}, 201).json
        self.holds(client, "POST", f"/core/groups/{group['pk']}/add_user/", {"pk": user["pk"]}, 204)
        root = (user_dn("akadmin"), PASSWORD)
        found = made.search(root, "(memberOf=cn=tea,ou=groups,dc=ldap,dc=goauthentik,dc=io)", ["cn"])
        self.assertEqual(found.one()["cn"], ["bob"])
        self.holds(client, "PATCH", f"/core/users/{user['pk']}/", {"name": "Robert"})
        self.assertEqual(made.search(root, "(&(cn=bob)(objectClass=user))", ["displayName"]).one()["displayname"], ["Robert"])
        page = self.holds(client, "GET", "/core/users/?groups_by_name=tea").json
        self.assertEqual([one["username"] for one in page["results"]], ["bob"])
        self.holds(client, "POST", f"/core/groups/{group['pk']}/remove_user/", {"pk": user["pk"]}, 204)
        self.holds(client, "PATCH", f"/core/users/{user['pk']}/", {"is_active": False})
        self.assertEqual(made.bind(user_dn("bob"), "tea party 1865 hatter"), 49)
        self.holds(client, "DELETE", f"/core/users/{user['pk']}/", status=204)
        self.assertEqual(made.search(root, "(cn=bob)"), [])
        self.holds(client, "DELETE", f"/core/groups/{group['pk']}/", status=204)
        self.holds(client, "GET", f"/core/groups/{group['pk']}/", status=404)

    def test_what_is_wrong_is_said_of_its_field(self):
        made = self.site()
        client = self.administrator(made)
        for body, field in (({"name": "x"}, "username"), ({"username": "akadmin", "name": ""}, "username"),
                            ({"username": "x", "name": "", "groups": ["nope"]}, "groups"),
                            ({"username": "x", "name": "", "path": "/a/"}, "path"),
                            ({"username": "x", "name": "", "type": "internal_service_account"}, "type"),
                            ({"username": "x", "name": "", "email": "a b"}, "email")):
            answer = self.holds(client, "POST", "/core/users/", body, 400)
            self.assertIn(field, answer.json, answer)
        self.assertIn("detail", self.holds(client, "POST", "/core/users/", status=400, raw="{",
                                           headers={"Content-Type": "application/json"}).json)
        self.holds(client, "POST", "/core/users/", status=415, raw="a=b", headers={"Content-Type": "text/plain"})

    def test_pages_search_order_and_filters(self):
        made = self.site()
        client = self.administrator(made)
        for i in range(25):
            self.holds(client, "POST", "/core/users/", {"username": f"user{i:02}", "name": f"Name g{i % 3}x",
                                                       "attributes": {"n": i}, "path": "a/b" if i % 2 else "a"}, 201)
        every = self.holds(client, "GET", "/core/users/?page_size=10&page=3&ordering=-username").json
        self.assertEqual(every["pagination"]["count"], 27)
        self.assertEqual((every["pagination"]["next"], every["pagination"]["previous"],
                          every["pagination"]["start_index"], every["pagination"]["end_index"]), (0, 2, 21, 27))
        self.assertEqual(every["results"][-1]["username"], "akadmin")
        seen = [one["username"] for page in (1, 2, 3) for one in
                self.holds(client, "GET", f"/core/users/?page_size=10&page={page}&ordering=username").json["results"]]
        self.assertEqual(seen, sorted(seen))
        self.assertEqual(len(set(seen)), 27)
        self.assertEqual(self.holds(client, "GET", "/core/users/?page=4&page_size=10", status=404).json["detail"],
                         "Invalid page.")

        def names(query):
            found = self.holds(client, "GET", "/core/users/?page_size=100&" + query).json["results"]
            return sorted(one["username"] for one in found)

        self.assertEqual(len(names("search=NAME+g1x")), 8)
        self.assertEqual(names("search=user1+G2x"), ["user11", "user14", "user17"])
        self.assertEqual(names("attributes=%7B%22n%22%3A7%7D"), ["user07"])
        self.assertEqual(len(names("path=a")), 13)
        self.assertEqual(len(names("path_startswith=a")), 25)
        self.assertEqual(names("username=USER03"), ["user03"])
        self.assertEqual(names("type=service_account&type=external"), ["ldap-search"])
        self.assertEqual(names("search=%25"), [])
        self.assertEqual(len(names("is_active=true")), 27)
        self.assertEqual(self.holds(client, "GET", "/core/users/?is_active=maybe", status=400).json.keys(),
                         {"is_active"})

    def test_a_service_account_and_its_app_password(self):
        made = self.site()
        client = self.administrator(made)
        account = self.holds(client, "POST", "/core/users/service_account/",
                             {"name": "printer", "create_group": True}).json
        made.secret(account["token"])
        self.assertEqual(made.bind(user_dn("printer"), account["token"]), 0)
        # An app password never opens the API.
        self.assertEqual(self.visitor(made, token=account["token"]).api("GET", "/core/users/me/").status, 403)

    def test_tokens_of_ones_own(self):
        made = self.site()
        made.add_user("alice", made.secret("wonderland 42 rabbit"))
        client = self.visitor(made)
        client.log_in("alice", "wonderland 42 rabbit")
        self.holds(client, "POST", "/core/tokens/", {"identifier": "mine", "intent": "api"}, 201)
        self.assertEqual(client.api("POST", "/core/tokens/", {"identifier": "x", "intent": "recovery"}).json.keys(),
                         {"intent"})
        key = made.secret(self.holds(client, "GET", "/core/tokens/mine/view_key/").json["key"])
        self.holds(client, "GET", "/core/tokens/mine/view_key/", status=404)  # shown once
        program = self.visitor(made, token=key)
        self.assertEqual(self.holds(program, "GET", "/core/users/me/").json["user"]["username"], "alice")
        self.assertEqual(made.bind(user_dn("alice"), key), 49)  # an API token never binds
        self.holds(program, "GET", "/core/users/", status=403)
        root = self.administrator(made)
        self.holds(root, "POST", "/core/tokens/", {"identifier": "roots", "intent": "api"}, 201)
        self.holds(client, "GET", "/core/tokens/roots/", status=404)
        mine = self.holds(client, "GET", "/core/tokens/").json["results"]
        self.assertEqual([one["identifier"] for one in mine], ["mine"])
        self.holds(client, "DELETE", "/core/tokens/mine/", status=204)
        self.assertEqual(program.api("GET", "/core/users/me/").status, 403)

    def test_sessions_are_listed_and_end_at_once(self):
        made = self.site()
        here, there = self.administrator(made), self.administrator(made)
        listed = self.holds(here, "GET", "/core/authenticated_sessions/").json["results"]
        self.assertEqual(sorted(one["current"] for one in listed), [False, True])
        self.assertEqual(listed[0]["user_agent"]["user_agent"]["family"], "Firefox")
        other = next(one["uuid"] for one in listed if not one["current"])
        self.holds(here, "DELETE", f"/core/authenticated_sessions/{other}/", status=204)
        self.assertEqual(there.api("GET", "/core/users/me/").status, 403)
        self.assertEqual(here.api("GET", "/core/users/me/").status, 200)

    def test_a_recovery_link_for_a_user(self):
        made = self.site()
        made.add_user("alice", made.secret("wonderland 42 rabbit"))
        root = self.administrator(made)
        alice = self.holds(root, "GET", "/core/users/?username=alice").json["results"][0]["pk"]
        link = self.holds(root, "POST", f"/core/users/{alice}/recovery/").json["link"]
        key = made.secret(link.rsplit("=", 1)[-1])
        client = self.visitor(made)
        path = client.flow("default-recovery-flow", "flow_token=" + key)
        self.assertEqual(client.get(path).json["component"], "ak-stage-prompt")
        fresh = made.secret("down the rabbit hole 11")
        done = client.post(path, {"component": "ak-stage-prompt", "password": fresh, "password_repeat": fresh})
        self.assertEqual(done.json["component"], "xak-flow-redirect", done)
        self.assertEqual(client.api("GET", "/core/users/me/").json["user"]["username"], "alice")
        self.assertEqual(made.bind(user_dn("alice"), fresh), 0)
        late = self.visitor(made)
        self.assertEqual(late.get(late.flow("default-recovery-flow", "flow_token=" + key)).json["component"],
                         "ak-stage-access-denied")

    def test_every_list_is_as_the_contract_says(self):
        made = self.site()
        made.add_totp("akadmin")
        made.run("device", "add-static", "--user", "ldap-search")
        client = Client(made.web["http"], token=made.run(
            "token", "create", "--user", "akadmin", "--intent", "api", "--identifier", "walk").stdout.strip())
        made.secret(client.token)
        for path in LISTS:
            self.holds(client, "GET", path)

    def test_each_object_can_be_read_and_renamed(self):
        made = self.site()
        client = Client(made.web["http"], token=made.run(
            "token", "create", "--user", "akadmin", "--intent", "api", "--identifier", "walk").stdout.strip())
        made.secret(client.token)
        for path, key, field in OBJECTS:
            listed = self.holds(client, "GET", path).json["results"]
            self.assertTrue(listed, path)
            one = f"{path}{listed[0][key]}/"
            self.assertEqual(self.holds(client, "GET", one).json, listed[0])
            self.holds(client, "GET", one + "used_by/")
            new = "renamed " + path
            changed = self.holds(client, "PATCH", one, {field: new} if isinstance(field, str) else field)
            if isinstance(field, str):
                self.assertEqual(changed.json[field], new)
            self.holds(client, "GET", path + "ffffffff-ffff-4fff-8fff-ffffffffffff/", status=404)

    def test_an_application_a_provider_and_a_binding_decide_on_a_bind(self):
        made = self.site()
        made.add_user("alice", made.secret("wonderland 42 rabbit"))
        client = self.administrator(made)
        group = self.holds(client, "POST", "/core/groups/", {"name": "readers"}, 201).json
        application = self.holds(client, "GET", "/core/applications/ldap/").json
        self.assertEqual(made.bind(user_dn("alice"), "wonderland 42 rabbit"), 0)
        self.holds(client, "POST", "/policies/bindings/",
                   {"target": application["pbm_uuid"], "group": group["pk"], "order": 0}, 201)
        self.assertEqual(made.bind(user_dn("alice"), "wonderland 42 rabbit"), 50)
        alice = self.holds(client, "GET", "/core/users/?username=alice").json["results"][0]["pk"]
        check = f"/core/applications/ldap/check_access/?for_user={alice}"
        self.assertFalse(self.holds(client, "GET", check).json["passing"])
        self.holds(client, "POST", f"/core/groups/{group['pk']}/add_user/", {"pk": alice}, 204)
        self.assertTrue(self.holds(client, "GET", check).json["passing"])
        self.assertEqual(made.bind(user_dn("alice"), "wonderland 42 rabbit"), 0)


LISTS = ["/core/users/", "/core/users/me/", "/core/users/paths/", "/core/groups/",
         "/core/groups/?include_children=true&include_parents=true", "/core/tokens/",
         "/core/applications/", "/core/applications/?superuser_full_list=true", "/core/authenticated_sessions/",
         "/core/user_consent/", "/core/brands/", "/core/brands/current/", "/root/config/", "/admin/settings/",
         "/admin/version/", "/admin/system/", "/providers/ldap/", "/providers/radius/", "/providers/all/",
         "/providers/all/types/", "/flows/instances/", "/flows/bindings/", "/stages/all/", "/stages/all/types/",
         "/stages/all/user_settings/", "/stages/identification/", "/stages/password/", "/stages/user_login/",
         "/stages/user_logout/", "/stages/user_write/", "/stages/prompt/stages/", "/stages/prompt/prompts/",
         "/stages/deny/", "/stages/authenticator/validate/", "/stages/authenticator/totp/",
         "/stages/authenticator/static/", "/stages/authenticator/webauthn/", "/stages/authenticator/email/",
         "/stages/authenticator/sms/", "/stages/authenticator/duo/", "/stages/email/", "/stages/email/templates/",
         "/stages/invitation/stages/", "/stages/invitation/invitations/", "/stages/consent/", "/stages/captcha/",
         "/stages/redirect/", "/stages/user_delete/", "/authenticators/email/", "/authenticators/sms/",
         "/authenticators/duo/", "/authenticators/endpoint/", "/authenticators/admin/webauthn/", "/policies/all/", "/policies/all/types/",
         "/policies/bindings/", "/policies/password/", "/policies/unique_password/", "/policies/password_expiry/",
         "/authenticators/all/", "/authenticators/totp/", "/authenticators/static/", "/authenticators/webauthn/",
         "/authenticators/admin/all/", "/events/events/", "/events/events/actions/",
         "/events/events/volume/", "/events/notifications/", "/events/events/stats/?count_steps=hours%3D1&count_steps=days%3D7",
         "/events/events/top_per_user/", "/events/events/?context_model_app=authentik_core&context_model_name=token",
         "/events/rules/", "/events/transports/", "/propertymappings/all/", "/propertymappings/all/types/",
         "/propertymappings/notification/", "/propertymappings/provider/radius/", "/sources/all/", "/sources/all/user_settings/",
         "/sources/user_connections/all/", "/sources/oauth/", "/rbac/roles/", "/oauth2/access_tokens/",
         "/oauth2/refresh_tokens/", "/oauth2/authorization_codes/", "/outposts/instances/"]
OBJECTS = [("/core/users/", "pk", "name"), ("/core/groups/", "pk", "name"), ("/core/applications/", "slug", "name"),
           ("/events/rules/", "pk", "name"), ("/events/transports/", "pk", "name"),
           ("/core/brands/", "brand_uuid", "branding_title"), ("/providers/ldap/", "pk", "name"),
           ("/flows/instances/", "slug", "title"), ("/flows/bindings/", "pk", {"order": 7}),
           ("/stages/identification/", "pk", "name"), ("/stages/password/", "pk", "name"),
           ("/stages/user_login/", "pk", "name"), ("/stages/user_write/", "pk", "name"),
           ("/stages/prompt/stages/", "pk", "name"), ("/stages/prompt/prompts/", "pk", "label"),
           ("/stages/authenticator/validate/", "pk", "name"), ("/stages/authenticator/totp/", "pk", "name"),
           ("/stages/authenticator/static/", "pk", "name"), ("/stages/authenticator/webauthn/", "pk", "name"),
           ("/stages/email/", "pk", "name"), ("/stages/invitation/stages/", "pk", "name"), ("/policies/password/", "pk", "name")]


class Doors(WebCase):
    """Who may not come in, and what forged requests get."""

    def test_nobody_is_forbidden_not_unauthorised(self):
        made = self.site()
        client = self.visitor(made)
        answer = self.holds(client, "GET", "/core/users/", status=403)
        self.assertIn("credentials were not provided", answer.json["detail"])
        self.assertIsNone(answer.header("WWW-Authenticate"))
        bad = self.visitor(made, token="x" * 40)
        self.assertEqual(self.holds(bad, "GET", "/core/users/", status=403).json["detail"], "Token invalid/expired")

    def test_paths(self):
        made = self.site()
        client = self.administrator(made)
        self.assertEqual(client.get(API + "/core/users").status, 301)
        self.assertEqual(client.get(API + "/core/users?page=1").header("Location"), API + "/core/users/?page=1")
        self.assertEqual(client.post(API + "/core/users").status, 404)
        wrong = client.request("DELETE", API + "/core/users/")
        self.assertEqual((wrong.status, wrong.header("Allow")), (405, "GET, POST"))
        self.assertEqual(client.get(API + "/nothing/").json, {"detail": "Not found."})
        self.assertEqual(client.get("/if/flow/default-authentication-flow").status, 301)
        self.assertEqual(self.visitor(made).get("/").header("Location"),
                         "/flows/-/default/authentication/?next=/")
        for path in ("/-/health/live/", "/-/health/ready/"):
            self.assertEqual(client.get(path).status, 200)

    def test_another_site_cannot_ask_in_a_browsers_name(self):
        made = self.site()
        client = self.administrator(made)
        body = {"username": "evil", "name": ""}
        self.assertEqual(client.api("POST", "/core/users/", body, csrf=False).status, 403)
        self.assertEqual(client.api("POST", "/core/users/", body,
                                    headers={"X-authentik-CSRF": "0" * 40}).status, 403)
        self.assertEqual(client.api("POST", "/core/users/", body,
                                    headers={"Origin": "https://evil.example"}).status, 403)
        # A cookie that another site managed to plant does not make its own token right.
        client.cookies["authentik_csrf"] = "1" * 40
        self.assertEqual(client.api("POST", "/core/users/", body).status, 403)

    def test_plain_users_see_themselves_alone(self):
        made = self.site()
        made.add_user("alice", made.secret("wonderland 42 rabbit"))
        client = self.visitor(made)
        client.log_in("alice", "wonderland 42 rabbit")
        for method, path in (("GET", "/core/users/"), ("POST", "/core/users/"), ("GET", "/core/groups/"),
                             ("GET", "/core/users/1/"), ("PATCH", "/core/users/1/"), ("GET", "/providers/ldap/"),
                             ("GET", "/events/events/"), ("GET", "/admin/settings/"), ("GET", "/flows/instances/"),
                             ("DELETE", "/core/authenticated_sessions/bulk_delete/?user_pks=1"),
                             ("POST", "/core/applications/"), ("GET", "/authenticators/admin/all/")):
            self.holds(client, method, path, {} if method != "GET" else None, status=403)
        self.assertEqual([one["slug"] for one in self.holds(client, "GET", "/core/applications/").json["results"]],
                         ["ldap"])

    def test_smuggled_and_broken_requests(self):
        made = self.site()
        host, _, port = made.web["http"].rpartition(":")
        for text in (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                     b"GET / HTTP/1.1\r\n\r\n", b"GET /\x00 HTTP/1.1\r\nHost: h\r\n\r\n", b"\x16\x03\x01\x02\x00\r\n\r\n"):
            with socket.create_connection((host, int(port)), timeout=30) as raw:
                raw.sendall(text)
                got = b""
                while piece := raw.recv(4096):
                    got += piece
            self.assertTrue(got.startswith(b"HTTP/1.1 4"), (text, got))


if __name__ == "__main__":
    unittest.main()
