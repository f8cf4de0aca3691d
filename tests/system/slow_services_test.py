"""A service that other flows have to ask and that hangs: whoever needs it waits, or is told at once to try again;
everybody else goes on."""

import threading
import unittest

from flows_test import ALICE, FlowCase
from outside import Service
from support import eventually, user_dn


class SlowServices(FlowCase):
    MANY = 14

    def hanging(self):
        """A siteverify that answers nobody until it is let go."""
        self.free = threading.Event()
        self.addCleanup(self.free.set)
        return self.run_outside(Service(lambda *_: (self.free.wait(60), (200, {"success": True}))[1]))

    def captcha(self, root, service):
        return self.holds(root, "POST", "/stages/captcha/", {
            "name": "captcha", "public_key": "pub", "private_key": "site secret 4711",
            "api_url": f"http://127.0.0.1:{service.port}/siteverify"}, 201).json["pk"]

    def test_a_captcha_that_hangs_holds_up_nobody_else(self):
        service = self.hanging()
        made = self.with_alice()
        root = self.administrator(made)
        self.flow(root, "robot", "enrollment", self.captcha(root, service), ("deny", {"deny_message": "passed"}))
        waiting = [self.visitor(made) for _ in range(self.MANY)]
        path = [client.flow("robot") for client in waiting][0]
        for client in waiting:
            self.assertEqual(client.get(path).json["component"], "ak-stage-captcha")
        answers = []

        def ask(client):
            answer = client.post(path, {"component": "ak-stage-captcha", "token": "good"})
            answers.append((client, answer))

        threads = [threading.Thread(target=ask, args=(client,), daemon=True) for client in waiting]
        for thread in threads:
            thread.start()
        eventually(lambda: len(service.requests) + len(answers) == self.MANY, "each waits or was told to try again")
        refused = list(answers)
        self.assertTrue(refused)
        self.assertEqual({(answer.status, answer.header("Retry-After")) for _, answer in refused}, {(503, "1")})
        # Meanwhile: logins that need no captcha, with their slow hashes, in the browser and over LDAP.
        alice = self.as_alice(made)
        self.assertEqual(alice.api("GET", "/core/users/me/").json["user"]["username"], "alice")
        self.assertEqual(made.bind(user_dn("alice"), ALICE), 0)
        self.assertEqual(made.bind(user_dn("alice"), "not it"), 49)
        self.assertEqual(len(answers), len(refused), "nobody else was answered before")
        self.free.set()
        for thread in threads:
            thread.join(60)
        self.assertEqual(len(answers), self.MANY)
        for client, answer in answers[len(refused):]:
            self.assertEqual(answer.json["error_message"], "passed", answer)
        # Whoever was told to try again stands where it stood.
        for client, _ in refused:
            self.assertEqual(client.get(path).json["component"], "ak-stage-captcha")
            done = client.post(path, {"component": "ak-stage-captcha", "token": "good"})
            self.assertEqual(done.json["error_message"], "passed", done)
        self.assertEqual(len(service.requests), self.MANY)  # nobody was asked for twice

    def test_trying_a_webhook_that_hangs_holds_up_nobody_else(self):
        service = self.hanging()
        made = self.with_alice()
        root = self.administrator(made)
        transport = self.holds(root, "POST", "/events/transports/", {
            "name": "slow", "mode": "webhook", "webhook_url": f"http://127.0.0.1:{service.port}/"}, 201).json["pk"]
        said = []
        threads = [threading.Thread(target=lambda: said.append(
            root.api("POST", f"/events/transports/{transport}/test/", {})), daemon=True) for _ in range(6)]
        for thread in threads:
            thread.start()
        eventually(lambda: len(service.requests) == 6, "each waits for the webhook")
        alice = self.as_alice(made)
        self.assertEqual(alice.api("GET", "/core/users/me/").status, 200)
        self.assertEqual(said, [])
        self.free.set()
        for thread in threads:
            thread.join(60)
        self.assertEqual([answer.status for answer in said], [200] * 6, said)

    def test_in_the_midst_of_a_login_the_plan_stays_where_it_is(self):
        service = self.hanging()
        made = self.with_alice()
        root = self.administrator(made)
        stages = {kind: self.stage(root, kind, f"default-authentication-{name}")
                  for kind, name in (("identification", "identification"), ("password", "password"),
                                     ("user_login", "login"))}
        self.flow(root, "guarded", "authentication", stages["identification"], stages["password"],
                  self.captcha(root, service), stages["user_login"])
        client = self.visitor(made)
        path, _ = self.show(client, "guarded")
        self.solve(client, path, "ak-stage-identification", uid_field="alice")
        self.assertEqual(self.solve(client, path, "ak-stage-password", password=ALICE)["component"], "ak-stage-captcha")
        said = []
        thread = threading.Thread(
            target=lambda: said.append(client.post(path, {"component": "ak-stage-captcha", "token": "good"})), daemon=True)
        thread.start()
        eventually(lambda: service.requests, "the captcha is asked for")
        other = self.visitor(made)
        other.cookies = dict(client.cookies)
        self.assertEqual(other.api("GET", "/core/users/me/").status, 403)
        # A second answer to the same question does not overtake the first.
        late = other.post(path, {"component": "ak-stage-captcha", "token": "good"})
        self.assertNotEqual(late.json.get("component"), "xak-flow-redirect", late)
        self.free.set()
        thread.join(60)
        self.assertEqual(said[0].json["component"], "xak-flow-redirect", said[0])
        self.assertEqual(client.api("GET", "/core/users/me/").json["user"]["username"], "alice")
        self.assertEqual(len(service.requests), 1)


if __name__ == "__main__":
    unittest.main()
