"""A secret typed anywhere over HTTP - body, query, path, header, cookie, form - is in no log, no event, no file, and in
no answer but the one that gives it out."""

import json
import unittest

from support import CHEAP_HASH, eventually
from web import API, Client
from web_test import PASSWORD, WEB, WebCase


class WebCanary(WebCase):
    def test_no_secret_in_log_events_answers_or_state(self):
        made = self.postern(listen=False)
        made.write_config("listen:\n  ldap: 127.0.0.1:0\n" + WEB + "log: {level: trace}\nlogin:\n  throttle: off\n" +
                          CHEAP_HASH + f"bootstrap: {{password: {PASSWORD!r}}}\n")
        made.secret(PASSWORD)
        made.start()
        made.web = dict(word.split("=", 1) for word in made.ready.split()[1:])
        admin = self.administrator(made)
        typed = []

        def canary(name):
            typed.append(made.secret(f"canary-{name}-0123456789abcdef"))
            return typed[-1]
        answers = []

        def ask(client, method, path, body=None, **more):
            answers.append(client.api(method, path, body, **more))
            return answers[-1]
        user = ask(admin, "POST", "/core/users/", {"username": "anna", "name": "", "password": canary("ignored")}).json
        ask(admin, "POST", f"/core/users/{user['pk']}/set_password/", {"password": canary("set")})
        ask(admin, "POST", f"/core/users/{user['pk']}/set_password/", {"password": [canary("list")]})
        ask(admin, "POST", f"/core/users/{user['pk']}/set_password/", {"pasword": canary("typo")})
        ask(admin, "POST", "/core/tokens/", {"identifier": "t", "key": canary("key")})
        ask(admin, "POST", "/core/tokens/t/set_key/", {"key": canary("setkey")})
        ask(admin, "POST", "/core/tokens/t/set_key/", {"key": {"k": canary("dict")}})
        ask(admin, "POST", "/providers/radius/", {"name": "r", "shared_secret": canary("shared")})
        ask(admin, "POST", "/crypto/certificatekeypairs/", {"name": "c", "certificate_data": canary("pem"),
                                                            "key_data": canary("keypem")})
        ask(admin, "GET", f"/core/users/?password={canary('query')}")
        ask(admin, "GET", f"/core/users/?is_active={canary('filter')[:20]}")
        ask(admin, "POST", "/core/users/", None, raw=('{"password": "' + canary("json")).encode(),
            headers={"Content-Type": "application/json"})
        ask(Client(made.web["http"], token=canary("bearer")), "GET", "/core/users/me/")
        ask(Client(made.web["http"]), "GET", "/core/users/me/", headers={"Cookie": "authentik_session=" + canary("cookie")})
        admin.get("/recovery/use-token/" + canary("recovery") + "/")
        who = self.holds(admin, "GET", "/core/users/?username=akadmin").json["results"][0]["pk"]
        policy = ask(admin, "POST", "/policies/password/", {"name": "p", "length_min": 60}).json["pk"]
        ask(admin, "POST", f"/policies/all/{policy}/test/", {"user": who, "context": {"password": canary("tested")}})
        visitor = Client(made.web["http"])
        for name, password in (("anna", canary("wrong")), ("nobody", canary("nobody")), (canary("asname"), "x")):
            visitor.log_in(name, password)
        token = self.holds(admin, "GET", "/core/tokens/t/view_key/", status=404)
        self.assertNotIn("canary", token.body)
        said = [answer for answer in answers
                for one in typed if one in answer.body or any(one in value for value in answer.headers.values())]
        # The administrator reads a provider's secret back, and nobody anything else.
        self.assertEqual([json.loads(answer.body).get("shared_secret") is not None for answer in said], [True] * len(said))
        self.assertLessEqual(len(said), 1)
        eventually(lambda: made.query("select 1 from events where action = 'password_set'"), "events")
        self.assertEqual(made.stop(), 0)
        name = next(one for one in typed if "asname" in one)
        made.secrets.remove(name)  # a name is none, even when somebody types a password there
        self.assertEqual(self.leaks_of(made), [])
        for path in made.state.rglob("*"):
            if path.is_file():
                octets = path.read_bytes()
                for one in made.secrets:
                    self.assertNotIn(one.encode(), octets, f"{one} in {path}")
        self.assertNotIn(API + "/core/users/?password", made.log_text())


if __name__ == "__main__":
    unittest.main()
