"""Rules on events: who is told, by the web interface, by webhooks and by mail; what is delivered behind survives
restarts, a kill and servers that are away, and no secret of a webhook is told to a log or an event."""

import json
import re
import socket
import unittest

import ldapwire
from outside import MailServer, Service, certificate
from support import eventually, user_dn
from web_test import WebCase

ALICE = "wonderland 42 rabbit"


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class NoticeCase(WebCase):
    def setUp(self):
        super().setUp()
        self.outside = []

    def tearDown(self):
        super().tearDown()
        for one in self.outside:
            one.close()

    def run_outside(self, one):
        self.outside.append(one)
        return one

    def service(self, status=200):
        return self.run_outside(Service(lambda *_: (status, {})))

    def told_of_denials(self, made, *transports, group="authentik Admins", action="login_failed", **more):
        """A rule that tells a group of failed logins by these transports (fields of each)."""
        root = made.root
        pks = [self.holds(root, "POST", "/events/transports/", {"name": f"t{i}", **fields}, 201).json["pk"]
               for i, fields in enumerate(transports)]
        found = self.holds(root, "GET", f"/core/groups/?name={group.replace(' ', '%20')}").json["results"]
        rule = self.holds(root, "POST", "/events/rules/", {
            "name": "denials", "severity": "warning", "transports": pks,
            "destination_group": found[0]["pk"] if found else None, **more}, 201).json
        policy = self.holds(root, "POST", "/policies/event_matcher/", {"name": "denials", "action": action}, 201).json
        self.holds(root, "POST", "/policies/bindings/",
                   {"target": rule["pk"], "policy": policy["pk"], "order": 0}, 201)
        return pks, rule

    def site_with_alice(self, settings=""):
        made = self.site(settings)
        made.add_user("alice", made.secret(ALICE), "--email", "alice@example.org")
        made.root = self.administrator(made)
        return made

    def refused_bind(self, made, name="alice"):
        self.assertEqual(made.bind(user_dn(name), "not " + ALICE), 49)

    def own(self, client, query=""):
        return self.holds(client, "GET", "/events/notifications/" + query).json["results"]

    def restart(self, made):
        made.start()
        made.web = dict(word.split("=", 1) for word in made.ready.split()[1:])


class Rules(NoticeCase):
    def test_a_failed_login_is_shown_to_the_group_and_marked_as_seen_by_each_alone(self):
        made = self.site_with_alice()
        self.told_of_denials(made, {"mode": "local"})
        self.assertEqual(self.own(made.root), [])
        self.refused_bind(made)
        eventually(lambda: self.own(made.root), "a notification")
        one, = self.own(made.root, "?seen=false")
        self.assertEqual((one["severity"], one["seen"], one["event"]["action"]), ("warning", False, "login_failed"))
        self.assertIn("alice", one["body"])
        path = f"/events/notifications/{one['pk']}/"
        alice = self.visitor(made)
        self.assertEqual(alice.log_in("alice", ALICE).json["component"], "xak-flow-redirect")
        self.assertEqual(self.own(alice), [])
        for method, body in (("GET", None), ("PATCH", {"seen": True}), ("DELETE", None)):
            self.holds(alice, method, path, body, status=404)
        events = self.holds(made.root, "GET", "/events/events/?action=model_updated").json["pagination"]["count"]
        self.assertTrue(self.holds(made.root, "PATCH", path, {"seen": True}).json["seen"])
        self.assertEqual(self.own(made.root, "?seen=false"), [])
        self.holds(made.root, "PATCH", path, {"seen": False, "body": "forged", "severity": "alert"})
        self.assertEqual((self.own(made.root)[0]["body"], self.own(made.root)[0]["severity"]),
                         (one["body"], "warning"))
        self.holds(made.root, "POST", "/events/notifications/mark_all_seen/", {}, status=204)
        self.assertEqual(self.own(made.root, "?seen=false"), [])
        self.assertEqual(self.holds(made.root, "GET", "/events/events/?action=model_updated").json["pagination"]["count"],
                         events)
        self.holds(made.root, "DELETE", path, status=204)
        self.assertEqual(self.own(made.root), [])

    def test_bindings_decide_and_a_rule_without_one_tells_nobody(self):
        made = self.site_with_alice()
        pks, rule = self.told_of_denials(made, {"mode": "local"}, destination_event_user=True, group="nobody")
        root = made.root
        silent = self.holds(root, "POST", "/events/rules/", {"name": "silent", "transports": pks,
                                                             "destination_event_user": True}, 201).json
        self.assertEqual(silent["destination_group_obj"], None)
        bindings = self.holds(root, "GET", f"/policies/bindings/?target={rule['pk']}").json["results"]
        expression = self.holds(root, "POST", "/policies/expression/", {
            "name": "of alice", "expression": "return request.context.event.user.username == 'alice' and "
                                              "request.context.event.action == 'login_failed'"}, 201).json
        self.holds(root, "PATCH", f"/policies/bindings/{bindings[0]['pk']}/", {"policy": expression["pk"]})
        made.add_user("bob", made.secret("builder of 3 houses"))
        self.refused_bind(made, "bob")
        self.refused_bind(made, "alice")
        alice, bob = self.visitor(made), self.visitor(made)
        alice.log_in("alice", ALICE)
        eventually(lambda: self.own(alice), "a notification of alice")
        bob.log_in("bob", "builder of 3 houses")
        self.assertEqual(len(self.own(alice)), 1)
        self.assertEqual(self.own(bob), [])
        self.holds(root, "DELETE", f"/events/rules/{rule['pk']}/", status=204)
        self.assertEqual(self.holds(root, "GET", f"/policies/bindings/?target={rule['pk']}").json["results"], [])

    def test_a_policy_that_breaks_on_an_event_does_not_raise_itself(self):
        made = self.site_with_alice()
        _, rule = self.told_of_denials(made, {"mode": "local"}, action="policy_exception")
        broken = self.holds(made.root, "POST", "/policies/expression/",
                            {"name": "broken", "expression": "return nothing.at.all"}, 201).json
        self.holds(made.root, "POST", "/policies/bindings/", {"target": rule["pk"], "policy": broken["pk"],
                                                              "order": 1, "failure_result": True}, 201)
        self.refused_bind(made)
        eventually(lambda: self.own(made.root), "the login is told, by the failure result")
        count = "select count(*) from events where action = 'policy_exception'"
        settled = "select (select pk from event_marks) = (select max(pk) from events)"
        eventually(lambda: made.query(settled)[0][0], "the rules have been through all events")
        first = made.query(count)[0][0]
        self.assertLess(first, 200)
        self.refused_bind(made, "nobody")
        eventually(lambda: made.query(settled)[0][0] and made.query(count)[0][0] > first, "one more")
        self.assertLess(made.query(count)[0][0], first + 50)


class Transports(NoticeCase):
    def test_webhooks_plain_mapped_and_for_slack_and_no_secret_of_them_is_told(self):
        made = self.site_with_alice()
        hook = self.service()
        url = f"http://user:{made.secret('hook-password-91')}@127.0.0.1:{hook.port}/{made.secret('services-T0K3N')}"
        root = made.root
        token = made.secret("bearer-of-the-webhook")
        body = self.holds(root, "POST", "/propertymappings/notification/", {
            "name": "body", "expression": "return {text = notification.body, to = user.username, "
                                          "what = notification.event.action}"}, 201).json["pk"]
        head = self.holds(root, "POST", "/propertymappings/notification/", {
            "name": "headers", "expression": f"return {{Authorization = 'Bearer {token}', ['X-One'] = 'a'}}"},
            201).json["pk"]
        self.told_of_denials(
            made, {"mode": "webhook", "webhook_url": url + "/plain"},
            {"mode": "webhook_slack", "webhook_url": url + "/slack", "send_once": True},
            {"mode": "webhook", "webhook_url": url + "/mapped", "webhook_mapping_body": body,
             "webhook_mapping_headers": head})
        self.refused_bind(made)
        eventually(lambda: len(hook.requests) == 3, "three requests")
        said = {path.rsplit("/", 1)[1]: (headers, json.loads(text)) for _, path, headers, text in hook.requests}
        self.assertEqual(said["plain"][1]["user_username"], "akadmin")
        self.assertEqual((said["plain"][1]["severity"], said["plain"][1]["event_user_username"]), ("warning", "alice"))
        card = said["slack"][1]["attachments"][0]
        self.assertIn("alice", card["title"])
        self.assertIn({"title": "Severity", "value": "warning", "short": True}, card["fields"])
        self.assertEqual((said["mapped"][1]["to"], said["mapped"][1]["what"]), ("akadmin", "login_failed"))
        self.assertEqual((said["mapped"][0]["Authorization"], said["mapped"][0]["X-One"]), ("Bearer " + token, "a"))
        stored = "\n".join(str(row) for table in ("notification_transports", "outbox", "events")
                           for row in made.query(f"select * from {table}"))
        self.assertNotIn("hook-password-91", stored)
        shown = self.holds(root, "GET", "/events/transports/?mode=webhook_slack").json["results"]
        self.assertEqual((shown[0]["webhook_url"], shown[0]["mode_verbose"]),
                         (url + "/slack", "Slack Webhook (Slack/Discord)"))
        self.holds(root, "PATCH", f"/events/transports/{shown[0]['pk']}/", {"name": "renamed"})
        self.assertEqual(self.holds(root, "GET", f"/events/transports/{shown[0]['pk']}/").json["webhook_url"],
                         url + "/slack")
        # a mapping is not checked for secrets: what it holds is in the database, and in no log
        self.assertNotIn("hook-password-91", made.log_text())
        self.assertNotIn(token, made.log_text())

    def test_a_webhook_over_tls_is_held_to_the_authority_of_its_own(self):
        made = self.site_with_alice()
        chain, key = certificate(made.folder)
        hook = self.run_outside(Service(lambda *_: (200, {}), (chain, key)))
        root = made.root
        one = self.holds(root, "POST", "/events/transports/", {
            "name": "tls", "mode": "webhook", "webhook_url": f"https://localhost:{hook.port}/x"}, 201).json
        path = f"/events/transports/{one['pk']}/"
        self.assertIn("ertificate", self.holds(root, "POST", path + "test/", {}, status=503).json["detail"])
        authority = self.holds(root, "POST", "/crypto/certificatekeypairs/",
                               {"name": "hook", "certificate_data": chain.read_text()}, 201).json
        self.holds(root, "PATCH", path, {"webhook_ca": authority["pk"]})
        self.assertEqual(self.holds(root, "POST", path + "test/", {}).json["messages"], ["the webhook has taken it"])
        self.assertEqual(len(hook.requests), 1)

    def test_each_mode_can_be_tried_and_says_what_is_wrong(self):
        mail = self.run_outside(MailServer())
        made = self.site_with_alice(mail.settings())
        root = made.root
        me = self.holds(root, "GET", "/core/users/me/").json["user"]
        self.holds(root, "PATCH", f"/core/users/{me['pk']}/", {"email": "root@example.org"})
        hook, broken = self.service(), self.service(500)

        def tried(status, **fields):
            made_one = self.holds(root, "POST", "/events/transports/", fields, 201).json
            return self.holds(root, "POST", f"/events/transports/{made_one['pk']}/test/", {}, status=status).json

        tried(200, name="a", mode="local")
        self.assertEqual([one["body"] for one in self.own(root)], ["Test Notification from transport"])
        self.assertNotIn("event", self.own(root)[0])
        tried(200, name="b", mode="email", email_subject_prefix="Sentinel: ")
        to, message, text = mail.wait(1)
        self.assertEqual((to, message["Subject"]), (["root@example.org"], "Sentinel: Notification"))
        tried(200, name="c", mode="webhook", webhook_url=f"http://127.0.0.1:{hook.port}/")
        self.assertEqual(json.loads(hook.requests[0][3])["user_username"], "akadmin")
        said = tried(503, name="d", mode="webhook", webhook_url=f"http://127.0.0.1:{broken.port}/")
        self.assertEqual(said["detail"], "the webhook answered 500")
        for fields, name in (({"mode": "webhook"}, "webhook_url"),
                             ({"mode": "webhook", "webhook_url": "ftp://x/"}, "webhook_url"),
                             ({"mode": "webhook", "webhook_url": "http://x/ y"}, "webhook_url"),
                             ({"mode": "pigeon"}, "mode"),
                             ({"mode": "email", "email_subject_prefix": "a\r\nBcc: x"}, "email_subject_prefix")):
            self.assertIn(name, self.holds(root, "POST", "/events/transports/", {"name": "e", **fields}, 400).json)
        wrong = self.holds(root, "POST", "/propertymappings/notification/",
                           {"name": "f", "expression": "return ("}, 400).json
        self.assertIn("expression", wrong)

    def test_an_answer_that_is_final_is_given_up_with_an_event_which_is_told_within_the_web_interface(self):
        made = self.site_with_alice()
        gone = self.service(404)
        self.told_of_denials(made, {"mode": "webhook", "webhook_url": f"http://127.0.0.1:{gone.port}/"})
        self.refused_bind(made)
        # the rules that come with it tell administrators of failed deliveries
        eventually(lambda: self.own(made.root, "?severity=alert"), "the administrator is told")
        one, = self.own(made.root, "?severity=alert")
        self.assertEqual(one["event"]["action"], "system_task_exception")
        self.assertEqual((one["event"]["context"]["message"], one["event"]["context"]["name"]),
                         ("not delivered: the webhook answered 404", "t0"))
        self.assertEqual(made.query("select count(*) from outbox"), [(0,)])
        self.assertEqual(len(gone.requests), 1)


class Outbox(NoticeCase):
    def test_mails_and_notices_wait_through_a_kill_and_a_stop_for_servers_that_are_away(self):
        port, hook_port = free_port(), free_port()
        made = self.site_with_alice(
            f"email: {{host: 127.0.0.1, port: {port}, from: sso@example.org}}\n")
        root = made.root
        me = self.holds(root, "GET", "/core/users/me/").json["user"]
        self.holds(root, "PATCH", f"/core/users/{me['pk']}/", {"email": "root@example.org"})
        self.told_of_denials(made, {"mode": "email"},
                             {"mode": "webhook", "webhook_url": f"http://127.0.0.1:{hook_port}/"})
        self.refused_bind(made)
        waiting = "select kind, tries from outbox order by kind"
        eventually(lambda: [row[0] for row in made.query(waiting)] == ["mail", "notice"], "both wait")
        eventually(lambda: all(row[1] >= 1 for row in made.query(waiting)), "both were tried")
        self.assertNotIn("root@example.org", str(made.query("select * from outbox")))
        made.kill()
        self.restart(made)
        self.assertEqual(len(made.query(waiting)), 2)
        made.stop()
        self.assertEqual(len(made.query(waiting)), 2)

        mail = self.run_outside(MailServer(port))
        hook = self.run_outside(Service(lambda *_: (200, {}), port=hook_port))
        self.restart(made)
        eventually(lambda: len(mail.messages) == 1 and len(hook.requests) == 1, "each is delivered once", patience=60)
        self.assertIn("alice", mail.messages[0][1].get_body(("plain",)).get_content())
        eventually(lambda: made.query("select count(*) from outbox") == [(0,)], "nothing waits")
        self.refused_bind(made, "nobody")
        eventually(lambda: len(mail.messages) == 2, "later ones follow")
        self.assertEqual(made.run("events", "verify").returncode, 0)

    def test_a_mail_whose_link_has_expired_is_dropped_and_a_notice_still_arrives(self):
        port = free_port()
        made = self.site_with_alice(f"email: {{host: 127.0.0.1, port: {port}, from: sso@example.org}}\n")
        root = made.root
        people = {one["username"]: one["pk"] for one in self.holds(root, "GET", "/core/users/").json["results"]}
        self.holds(root, "PATCH", f"/core/users/{people['akadmin']}/", {"email": "root@example.org"})
        stages = self.holds(root, "GET", "/stages/email/?page_size=100").json["results"]
        stage = next(one for one in stages if one["name"] == "default-recovery-email")
        by_link = {"email_stage": stage["pk"]}
        self.holds(root, "POST", f"/core/users/{people['alice']}/recovery_email/",
                   {**by_link, "token_duration": "seconds=1"}, 204)
        self.holds(root, "PATCH", f"/stages/email/{stage['pk']}/", {"token_expiry": "seconds=1"})
        visitor = self.visitor(made)
        path = visitor.flow("default-recovery-email-flow")
        visitor.get(path)
        visitor.post(path, {"component": "ak-stage-identification", "uid_field": "alice"})
        self.told_of_denials(made, {"mode": "email"})
        self.refused_bind(made)
        self.holds(root, "POST", f"/core/users/{people['akadmin']}/recovery_email/", by_link, 204)
        looked_at = re.compile(r"mail\.(not_sent|expired)")
        eventually(lambda: len(looked_at.findall(made.log_text())) >= 4, "each was tried, or was too late already")
        mail = self.run_outside(MailServer(port))
        eventually(lambda: made.query("select count(*) from outbox") == [(0,)], "nothing waits", patience=60)
        self.assertEqual([to for to, _ in mail.messages], [["root@example.org"]] * 2)
        self.assertEqual(made.log_text().count("mail.expired"), 2)

    def test_a_mail_that_is_refused_for_good_leaves_an_event(self):
        mail = self.run_outside(MailServer())
        made = self.site_with_alice(mail.settings())
        me = self.holds(made.root, "GET", "/core/users/me/").json["user"]
        self.holds(made.root, "PATCH", f"/core/users/{me['pk']}/", {"email": "nobody@example.org"})
        self.told_of_denials(made, {"mode": "email"})
        self.refused_bind(made)
        count = "select count(*) from events where action = 'system_task_exception'"
        eventually(lambda: made.query(count) == [(1,)], "an event")
        self.assertEqual(made.query("select count(*) from outbox"), [(0,)])

    def test_logins_do_not_wait_for_a_webhook_that_hangs(self):
        made = self.site_with_alice()
        hole = socket.create_server(("127.0.0.1", 0))  # takes connections and says nothing
        self.addCleanup(hole.close)
        self.told_of_denials(made, {"mode": "webhook", "webhook_url": f"http://127.0.0.1:{hole.getsockname()[1]}/"},
                             {"mode": "local"})
        self.refused_bind(made)
        eventually(lambda: self.own(made.root), "the other transport has done its part")
        self.assertEqual(made.bind(user_dn("alice"), ALICE), 0)
        self.assertEqual(made.stop(), 0)  # does not wait for it either
        self.assertEqual(made.query("select tries from outbox"), [(0,)])


class Blueprints(NoticeCase):
    def test_P13_who_tries_many_users_from_one_address_is_told_to_administrators(self):
        made = self.site_with_alice()
        made.stop()
        made.config.write_text(made.config.read_text().replace(
            "throttle: off", "throttle: {first_delay: 0s, max_delay: 0s}"))
        self.restart(made)
        root = self.administrator(made)
        with ldapwire.connect(made) as wire:
            for number in range(20):
                self.assertEqual(wire.bind(user_dn(f"user-{number}"), "Summer2026!"), 49)
            self.assertEqual(wire.bind(user_dn("alice"), ALICE), 0, "others go on")
        eventually(lambda: self.own(root, "?severity=alert"), "the administrator is told")
        one, = self.own(root, "?severity=alert")
        self.assertEqual((one["event"]["action"], one["event"]["client_ip"]), ("suspicious_request", "127.0.0.1"))

    def test_rules_and_transports_come_from_blueprints_and_the_shipped_ones_are_there(self):
        made = self.site_with_alice()
        names = {one["name"] for one in self.holds(made.root, "GET", "/events/rules/?page_size=100").json["results"]}
        self.assertEqual(names, {"default-notify-update", "default-notify-configuration-error",
                                 "default-notify-exception", "default-notify-suspicious-request"})
        hook = self.service()
        made.apply(f"""version: 1
entries:
  - model: authentik_events.notificationtransport
    id: chat
    identifiers: {{name: chat}}
    attrs: {{mode: webhook_slack, webhook_url: "http://127.0.0.1:{hook.port}/{made.secret('T0/B0/xyzzy-plugh')}"}}
  - model: authentik_policies_event_matcher.eventmatcherpolicy
    id: denied
    identifiers: {{name: denied}}
    attrs: {{action: login_failed, app: postern.outpost.ldap}}
  - model: authentik_events.notificationrule
    id: rule
    identifiers: {{name: tell chat}}
    attrs:
      destination_group: !Find [authentik_core.group, [name, authentik Admins]]
      transports: [!KeyOf chat]
  - model: authentik_policies.policybinding
    identifiers: {{target: !KeyOf rule, order: 0}}
    attrs: {{policy: !KeyOf denied}}
""")
        self.refused_bind(made)
        eventually(lambda: len(hook.requests) == 1, "the webhook is called")
        used = self.holds(made.root, "GET", f"/events/transports/{self.pk(made, 'transports', 'chat')}/used_by/").json
        self.assertEqual([one["name"] for one in used], ["tell chat"])

    def pk(self, made, kind, name):
        return self.holds(made.root, "GET", f"/events/{kind}/?name={name}").json["results"][0]["pk"]


if __name__ == "__main__":
    unittest.main()
