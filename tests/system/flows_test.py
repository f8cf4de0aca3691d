"""Flows of people through the whole product: devices that they set up, enrolment, recovery by mail, codes that are
sent, captcha. Each challenge is held against the published contract; mail and services are real servers."""

import json
import re
import subprocess
import unittest
import urllib.parse

from outside import DuoService, MailServer, Service
from support import oath, user_dn
from web import API, package
from web_test import PASSWORD, WebCase

ALICE = "wonderland 42 rabbit"
LOGIN = "default-authentication-flow"


class FlowCase(WebCase):
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

    def with_alice(self, settings="", *more):
        made = self.site(settings)
        made.add_user("alice", made.secret(ALICE), "--email", "alice@example.org", *more)
        return made

    def as_alice(self, made):
        client = self.visitor(made)
        self.assertEqual(client.log_in("alice", ALICE).json["component"], "xak-flow-redirect")
        return client

    def show(self, client, slug, query=""):
        path = client.flow(slug, query)
        return path, self.holds(client, "GET", path.removeprefix(API)).json

    def solve(self, client, path, component, **answer):
        return self.holds(client, "POST", path.removeprefix(API), {"component": component, **answer}).json

    def until_code(self, made, password=ALICE):
        """A visitor who has shown alice's password, at whatever comes then."""
        client = self.visitor(made)
        path, _ = self.show(client, LOGIN)
        self.solve(client, path, "ak-stage-identification", uid_field="alice")
        return client, path, self.solve(client, path, "ak-stage-password", password=password)

    def stage(self, root, kind, name):
        listed = self.holds(root, "GET", f"/stages/{kind}/?page_size=100").json["results"]
        return next(one["pk"] for one in listed if one["name"] == name)

    def flow(self, root, slug, designation, *stages, **more):
        """A flow of these stages: (kind, fields) pairs or keys."""
        made = self.holds(root, "POST", "/flows/instances/",
                          {"name": slug, "slug": slug, "title": slug, "designation": designation, **more}, 201).json
        for order, stage in enumerate(stages):
            if not isinstance(stage, str):
                kind, fields = stage
                name = f"{slug}-{order}"
                stage = self.holds(root, "POST", f"/stages/{kind}/", {"name": name, **fields}, 201).json["pk"]
            self.holds(root, "POST", "/flows/bindings/", {"target": made["pk"], "stage": stage, "order": order}, 201)
        return made["pk"]


class Devices(FlowCase):
    def test_a_code_device_is_set_up_and_asked_for_over_ldap_at_once(self):
        made = self.with_alice()
        client = self.as_alice(made)
        settings = self.holds(client, "GET", "/stages/all/user_settings/").json
        self.assertEqual({one["component"] for one in settings},
                         {"ak-user-settings-password", "ak-user-settings-authenticator-totp",
                          "ak-user-settings-authenticator-static", "ak-user-settings-authenticator-webauthn"})
        card = next(one for one in settings if one["component"].endswith("-totp"))
        there = client.get(card["configure_url"] + "?next=/if/user/")
        self.assertEqual(there.header("Location"), "/if/flow/default-authenticator-totp-setup/?next=/if/user/")
        path, shown = self.show(client, "default-authenticator-totp-setup", "next=%2Fif%2Fuser%2F")
        self.assertEqual((shown["component"], shown["pending_user"]), ("ak-stage-authenticator-totp", "alice"))
        uri = urllib.parse.urlsplit(shown["config_url"])
        said = dict(urllib.parse.parse_qsl(uri.query))
        self.assertEqual((uri.scheme, uri.netloc, said["digits"], said["period"]), ("otpauth", "totp", "6", "30"))
        key = made.secret(said["secret"])
        self.assertEqual(made.bind(user_dn("alice"), ALICE), 0)  # not yet
        wrong = self.solve(client, path, "ak-stage-authenticator-totp", code="000000")
        self.assertEqual(wrong["response_errors"]["code"][0]["string"], "Code does not match")
        self.assertEqual(wrong["config_url"], shown["config_url"])
        code = oath(key)
        done = self.solve(client, path, "ak-stage-authenticator-totp", code=code)
        self.assertEqual((done["component"], done["to"]), ("xak-flow-redirect", "/if/user/"))
        self.assertEqual(made.bind(user_dn("alice"), ALICE), 49)
        self.assertEqual(made.bind(user_dn("alice"), f"{ALICE};{code}"), 49)  # it was used to set up
        self.assertEqual(made.bind(user_dn("alice"), f"{ALICE};{oath(key, 30)}"), 0)
        listed = self.holds(client, "GET", "/authenticators/totp/").json["results"]
        self.assertEqual([one["user"]["username"] for one in listed], ["alice"])
        one = f"/authenticators/totp/{listed[0]['pk']}/"
        self.assertEqual(self.holds(client, "PATCH", one, {"name": "Phone"}).json["name"], "Phone")
        root = self.administrator(made)
        self.holds(root, "GET", one, status=404)  # of another
        self.holds(root, "GET", f"/authenticators/admin/totp/{listed[0]['pk']}/")
        self.assertTrue(self.holds(client, "GET", "/authenticators/all/").json[0]["last_used"])
        self.holds(client, "DELETE", one, status=204)
        self.assertEqual(made.bind(user_dn("alice"), ALICE), 0)

    def test_printed_codes_are_six_of_twelve_kept_as_hashes_and_each_works_once(self):
        made = self.with_alice()
        client = self.as_alice(made)
        path, shown = self.show(client, "default-authenticator-static-setup")
        codes = [made.secret(code) for code in shown["codes"]]
        self.assertEqual([len(code) for code in codes], [12] * 6)
        self.assertEqual(self.show(client, "default-authenticator-static-setup")[1]["codes"], codes)
        self.assertEqual(made.query("select count(*) from static_tokens"), [(0,)])
        done = self.solve(client, path, "ak-stage-authenticator-static")
        self.assertEqual(done["component"], "xak-flow-redirect")
        self.assertFalse([code for code in codes if code in repr(made.query("select * from static_tokens"))])
        self.assertEqual(made.bind(user_dn("alice"), f"{ALICE};{codes[0]}"), 0)
        self.assertEqual(made.bind(user_dn("alice"), f"{ALICE};{codes[0]}"), 49)
        other, path, _ = self.until_code(made)
        self.assertEqual(self.solve(other, path, "ak-stage-authenticator-validate", code=codes[1])["component"],
                         "xak-flow-redirect")

    def test_whoever_owns_no_device_is_led_to_one(self):
        made = self.with_alice()
        root = self.administrator(made)
        stages = [self.stage(root, f"authenticator/{kind}", f"default-authenticator-{kind}-setup")
                  for kind in ("totp", "static")]
        validate = self.stage(root, "authenticator/validate", "default-authentication-mfa-validation")
        self.holds(root, "PATCH", f"/stages/authenticator/validate/{validate}/",
                   {"not_configured_action": "configure", "configuration_stages": stages})
        client, path, shown = self.until_code(made)
        self.assertEqual([one["pk"] for one in shown["configuration_stages"]], stages)
        self.assertEqual(made.bind(user_dn("alice"), ALICE), 49)  # nobody can set one up over LDAP
        nowhere = self.solve(client, path, "ak-stage-authenticator-validate", selected_stage=validate)
        self.assertEqual(nowhere["component"], "ak-stage-authenticator-validate")
        shown = self.solve(client, path, "ak-stage-authenticator-validate", selected_stage=stages[0])
        self.assertEqual(shown["component"], "ak-stage-authenticator-totp")
        key = made.secret(re.search("secret=([A-Z2-7]+)", shown["config_url"]).group(1))
        done = self.solve(client, path, "ak-stage-authenticator-totp", code=oath(key))
        self.assertEqual(done["component"], "xak-flow-redirect", done)
        self.assertEqual(client.api("GET", "/core/users/me/").json["user"]["username"], "alice")
        _, _, shown = self.until_code(made)
        self.assertEqual([one["device_class"] for one in shown["device_challenges"]], ["totp"])

    def test_nobody_sets_up_anything_without_a_login(self):
        made = self.site()
        for slug in ("totp", "static", "webauthn"):
            _, shown = self.show(self.visitor(made), f"default-authenticator-{slug}-setup")
            self.assertEqual(shown["component"], "ak-stage-access-denied")
        answer = self.visitor(made).get("/flows/-/configure/ffffffff-ffff-4fff-8fff-ffffffffffff/")
        self.assertEqual(answer.status, 302)
        self.assertIn("/flows/-/default/authentication/", answer.header("Location"))

    def test_codes_by_mail(self):
        mail = self.run_outside(MailServer())
        made = self.with_alice(mail.settings())
        root = self.administrator(made)
        self.flow(root, "mail-setup", "stage_configuration",
                  ("authenticator/email", {"friendly_name": "Mail", "subject": "Ihr Code für die Anmeldung"}),
                  authentication="require_authenticated")
        client = self.as_alice(made)
        path, shown = self.show(client, "mail-setup")
        self.assertEqual((shown["component"], shown["email"]), ("ak-stage-authenticator-email", "alice@example.org"))
        to, message, text = mail.wait(1)
        self.assertEqual((to, message["Subject"]), (["alice@example.org"], "Ihr Code für die Anmeldung"))
        self.assertEqual(message["From"], "sso@example.org")
        code = made.secret(re.search(r": (\d{6})\s", text).group(1))
        self.show(client, "mail-setup")
        self.assertEqual(len(mail.messages), 1)  # looking again sends nothing
        wrong = self.solve(client, path, "ak-stage-authenticator-email", code="1" + code[1:] if code[0] != "1" else "2" + code[1:])
        self.assertIn("code", wrong["response_errors"])
        self.assertEqual(self.solve(client, path, "ak-stage-authenticator-email", code=code)["component"],
                         "xak-flow-redirect")
        self.assertEqual(made.bind(user_dn("alice"), ALICE), 49)
        visitor, path, shown = self.until_code(made)
        device = shown["device_challenges"][0]
        self.assertEqual((device["device_class"], device["challenge"]["email"]), ("email", "a***@example.org"))
        early = self.solve(visitor, path, "ak-stage-authenticator-validate", code=code)
        self.assertIn("code", early["response_errors"])
        self.solve(visitor, path, "ak-stage-authenticator-validate", selected_challenge=device)
        fresh = made.secret(re.search(r": (\d{6})\s", mail.wait(2)[2]).group(1))
        done = self.solve(visitor, path, "ak-stage-authenticator-validate", code=fresh)
        self.assertEqual(done["component"], "xak-flow-redirect", done)
        # At most five mails in five minutes, whoever asks.
        visitor, path, shown = self.until_code(made)
        said = [self.solve(visitor, path, "ak-stage-authenticator-validate", selected_challenge=device) for _ in range(4)]
        self.assertIn("Too many", said[-1]["response_errors"]["non_field_errors"][0]["string"])
        # Five wrong codes, then the right one is refused as well.
        last = made.secret(re.search(r": (\d{6})\s", mail.wait(5)[2]).group(1))
        for _ in range(5):
            self.solve(visitor, path, "ak-stage-authenticator-validate", code="00000x")
        late = self.solve(visitor, path, "ak-stage-authenticator-validate", code=last)
        self.assertEqual(late["component"], "ak-stage-authenticator-validate")
        listed = self.holds(client, "GET", "/authenticators/email/").json["results"]
        self.assertEqual(listed[0]["email"], "alice@example.org")

    def test_codes_by_text_message(self):
        for provider in ("generic", "twilio"):
            service = self.run_outside(Service(lambda *_: (201, {})))
            made = self.with_alice()
            root = self.administrator(made)
            account = f"http://127.0.0.1:{service.port}" + ("/Accounts/AC1" if provider == "twilio" else "/send")
            token = made.secret("provider secret 77")
            self.flow(root, "sms-setup", "stage_configuration",
                      ("authenticator/sms", {"provider": provider, "from_number": "+4930111", "account_sid": account,
                                             "auth": token, "auth_type": "bearer"}),
                      authentication="require_authenticated")
            self.assertNotIn(token, repr(made.query("select * from stages")))
            client = self.as_alice(made)
            path, shown = self.show(client, "sms-setup")
            self.assertTrue(shown["phone_number_required"])
            bad = self.solve(client, path, "ak-stage-authenticator-sms", phone_number="0173 123")
            self.assertIn("phone_number", bad["response_errors"])
            shown = self.solve(client, path, "ak-stage-authenticator-sms", phone_number="+4917312345")
            self.assertFalse(shown["phone_number_required"])
            _, where, headers, body = service.requests[-1]
            if provider == "twilio":
                self.assertEqual(where, "/Accounts/AC1/Messages.json")
                self.assertTrue(headers["Authorization"].startswith("Basic "))
                sent = dict(urllib.parse.parse_qsl(body))
            else:
                self.assertEqual(headers["Authorization"], "Bearer " + token)
                sent = json.loads(body)
            self.assertEqual((sent["From"], sent["To"]), ("+4930111", "+4917312345"))
            code = made.secret(sent["Body"].rsplit(" ", 1)[-1])
            done = self.solve(client, path, "ak-stage-authenticator-sms", code=code)
            self.assertEqual(done["component"], "xak-flow-redirect", done)
            visitor, path, shown = self.until_code(made)
            self.solve(visitor, path, "ak-stage-authenticator-validate", selected_challenge=shown["device_challenges"][0])
            body = service.requests[-1][3]
            sent = dict(urllib.parse.parse_qsl(body)) if provider == "twilio" else json.loads(body)
            fresh = made.secret(sent["Body"].rsplit(" ", 1)[-1])
            self.assertEqual(self.solve(visitor, path, "ak-stage-authenticator-validate", code=fresh)["component"],
                             "xak-flow-redirect")
            listed = self.holds(client, "GET", "/authenticators/sms/").json["results"]
            self.assertEqual(listed[0]["phone_number"], "+4917312345")
            self.assertEqual(len(service.requests), 2)  # each code once

    def test_duo_is_asked_with_signed_requests(self):
        probe = self.postern(listen=False)
        duo = self.run_outside(DuoService(probe.folder))
        made = self.with_alice(f"outbound: {{ca: {duo.chain}}}\n")
        root = self.administrator(made)
        self.flow(root, "duo-setup", "stage_configuration",
                  ("authenticator/duo", {"client_id": duo.KEY, "client_secret": made.secret(duo.SECRET),
                                         "api_hostname": duo.host}), authentication="require_authenticated")
        client = self.as_alice(made)
        path, shown = self.show(client, "duo-setup")
        self.assertEqual((shown["component"], shown["activation_code"]), ("ak-stage-authenticator-duo", "duo://abc"))
        wait = self.solve(client, path, "ak-stage-authenticator-duo")
        self.assertEqual(wait["component"], "ak-stage-authenticator-duo")
        duo.activated = True
        self.assertEqual(self.solve(client, path, "ak-stage-authenticator-duo")["component"], "xak-flow-redirect")
        for verdict, component in (("waiting", "ak-stage-authenticator-validate"),
                                   ("deny", "ak-stage-authenticator-validate"), ("allow", "xak-flow-redirect")):
            duo.verdict = verdict
            visitor, path, shown = self.until_code(made)
            device = shown["device_challenges"][0]
            self.assertEqual(device["device_class"], "duo")
            done = self.solve(visitor, path, "ak-stage-authenticator-validate", duo=int(device["device_uid"]))
            self.assertEqual(done["component"], component, (verdict, done))
        self.assertEqual(duo.bad, [])
        self.assertEqual(len(self.holds(client, "GET", "/authenticators/duo/").json["results"]), 1)


class People(FlowCase):
    def test_an_invitation_makes_one_user(self):
        made = self.site()
        root = self.administrator(made)
        nobody = self.show(self.visitor(made), "default-enrollment-flow")[1]
        self.assertEqual(nobody["component"], "ak-stage-access-denied")
        flow = self.holds(root, "GET", "/flows/instances/default-enrollment-flow/").json["pk"]
        invitation = self.holds(root, "POST", "/stages/invitation/invitations/",
                                {"name": "new-people", "flow": flow, "fixed_data": {"email": "bob@example.org",
                                                                      "attributes.team": "tea"}}, 201).json
        self.assertEqual(invitation["created_by"]["username"], "akadmin")
        client = self.visitor(made)
        path, shown = self.show(client, "default-enrollment-flow", "itoken=" + invitation["pk"])
        self.assertEqual(shown["component"], "ak-stage-prompt", shown)
        fields = {one["field_key"]: one for one in shown["fields"]}
        self.assertEqual(fields["email"]["initial_value"], "bob@example.org")
        password = made.secret("tea party 1865 hatter")
        answer = {"username": "akadmin", "name": "Bob", "email": "bob@example.org", "password": password,
                  "password_repeat": password}
        taken = self.solve(client, path, "ak-stage-prompt", **answer)
        self.assertIn("username", taken["response_errors"])
        for name in ("root", "Admin"):  # I09: what hosts give a meaning
            refused = self.solve(client, path, "ak-stage-prompt", **{**answer, "username": name})
            self.assertIn("username", refused["response_errors"], name)
        done = self.solve(client, path, "ak-stage-prompt", **{**answer, "username": "bob"})
        self.assertEqual(done["component"], "xak-flow-redirect", done)
        me = client.api("GET", "/core/users/me/").json["user"]
        self.assertEqual((me["username"], me["is_superuser"]), ("bob", False))
        self.assertEqual(made.bind(user_dn("bob"), password), 0)
        bob = self.holds(root, "GET", "/core/users/?username=bob").json["results"][0]
        self.assertEqual((bob["attributes"], bob["type"]), ({"team": "tea"}, "internal"))
        late = self.show(self.visitor(made), "default-enrollment-flow", "itoken=" + invitation["pk"])[1]
        self.assertEqual(late["component"], "ak-stage-access-denied")
        self.assertEqual(self.holds(root, "GET", "/stages/invitation/invitations/").json["results"], [])

    def test_of_two_who_follow_one_invitation_one_gets_in(self):
        made = self.site()
        root = self.administrator(made)
        flow = self.holds(root, "GET", "/flows/instances/default-enrollment-flow/").json["pk"]
        key = self.holds(root, "POST", "/stages/invitation/invitations/", {"name": "one", "flow": flow}, 201).json["pk"]
        password = made.secret("tea party 1865 hatter")
        ends = []
        for name in ("bob", "eve"):
            client = self.visitor(made)
            path, _ = self.show(client, "default-enrollment-flow", "itoken=" + key)
            ends.append((client, path, name))
        said = [self.solve(client, path, "ak-stage-prompt", username=name, name="", email=f"{name}@example.org",
                           password=password, password_repeat=password)["component"] for client, path, name in ends]
        # A name is not asked for twice: the second finds the invitation gone.
        self.assertEqual(said, ["ak-stage-prompt", "ak-stage-prompt"])
        said = [self.solve(client, path, "ak-stage-prompt", username=name, name=name, email=f"{name}@example.org",
                           password=password, password_repeat=password)["component"] for client, path, name in ends]
        self.assertEqual(said, ["xak-flow-redirect", "ak-stage-access-denied"])

    def test_what_people_may_change_of_themselves(self):
        made = self.with_alice()
        root = self.administrator(made)
        pk = self.holds(root, "GET", "/core/users/?username=alice").json["results"][0]["pk"]
        client = self.as_alice(made)

        def change(**values):
            path, shown = self.show(client, "default-user-settings-flow")
            known = {one["field_key"]: one["initial_value"] for one in shown["fields"]}
            return self.solve(client, path, "ak-stage-prompt", **{**known, **values})["component"]

        self.assertEqual(change(name="Alice L"), "xak-flow-redirect")
        self.assertEqual(change(email="a@example.org"), "ak-stage-access-denied")
        self.assertEqual(change(username="queen"), "ak-stage-access-denied")
        self.holds(root, "PATCH", f"/core/users/{pk}/",
                   {"attributes": {"goauthentik.io/user/can-change-email": True,
                                   "goauthentik.io/user/can-change-name": False}})
        self.assertEqual(change(email="a@example.org"), "xak-flow-redirect")
        self.assertEqual(change(name="Alice"), "ak-stage-access-denied")
        self.assertEqual(change(**{"attributes.settings.locale": "de"}), "xak-flow-redirect")
        alice = self.holds(root, "GET", f"/core/users/{pk}/").json
        self.assertEqual((alice["name"], alice["email"], alice["attributes"]["settings"]["locale"]),
                         ("Alice L", "a@example.org", "de"))

    def test_the_choice_of_how_long_a_login_lasts(self):
        made = self.with_alice()
        root = self.administrator(made)
        login = self.stage(root, "user_login", "default-authentication-login")
        self.holds(root, "PATCH", f"/stages/user_login/{login}/",
                   {"session_duration": "hours=1", "remember_me_offset": "days=30", "terminate_other_sessions": True})
        client, path, shown = self.until_code(made)
        self.assertEqual(shown["component"], "ak-stage-user-login")
        self.assertEqual(client.api("GET", "/core/users/me/").status, 403)
        answer = client.post(path, {"component": "ak-stage-user-login", "remember_me": True})
        age = max(int(re.search(r"Max-Age=(\d+)", one).group(1)) for one in answer.headers.get_all("Set-Cookie"))
        self.assertEqual(age, 3600 + 30 * 86400)
        self.assertEqual(client.api("GET", "/core/users/me/").status, 200)
        other, path, _ = self.until_code(made)
        answer = other.post(path, {"component": "ak-stage-user-login", "remember_me": False})
        self.assertIn("Max-Age=3600", answer.headers.get_all("Set-Cookie")[0])
        self.assertEqual(client.api("GET", "/core/users/me/").status, 403)  # the others have ended
        self.assertEqual(other.api("GET", "/core/users/me/").status, 200)

    def test_consent_redirect_deny_and_farewell(self):
        made = self.with_alice()
        root = self.administrator(made)
        self.flow(root, "agree", "authorization", ("consent", {"mode": "always_require"}),
                  ("redirect", {"mode": "static", "target_static": "https://elsewhere.example/"}),
                  authentication="require_authenticated")
        self.flow(root, "refuse", "authorization", ("deny", {"deny_message": "Not today."}))
        self.flow(root, "leave", "unenrollment", ("user_delete", {}), authentication="require_authenticated")
        client = self.as_alice(made)
        path, shown = self.show(client, "agree")
        self.assertEqual((shown["component"], shown["pending_user"]), ("ak-stage-consent", "alice"))
        again = self.solve(client, path, "ak-stage-consent", token="another")
        self.assertEqual(again["response_errors"].keys(), {"token"})
        done = self.solve(client, path, "ak-stage-consent", token=shown["token"])
        self.assertEqual((done["component"], done["to"]), ("xak-flow-redirect", "https://elsewhere.example/"))
        self.assertEqual(self.show(client, "refuse")[1]["error_message"], "Not today.")
        self.assertEqual(self.show(self.visitor(made), "leave", "next=%2F")[1]["to"], "/")  # message_continue
        path, shown = self.show(client, "leave")  # a mere visit deletes nobody
        self.assertEqual(shown["component"], "ak-stage-consent")
        self.assertEqual(made.bind(user_dn("alice"), ALICE), 0)
        self.assertEqual(self.solve(client, path, "ak-stage-consent", token=shown["token"])["to"], "/")
        self.assertEqual(self.holds(root, "GET", "/core/users/?username=alice").json["results"], [])
        self.assertEqual(made.bind(user_dn("alice"), ALICE), 49)

    def test_captcha_of_any_siteverify(self):
        service = self.run_outside(Service(lambda method, path, headers, body: (
            200, {"success": "response=good" in body and "secret=site" in body, "score": 0.9})))
        made = self.with_alice()
        root = self.administrator(made)
        captcha = self.holds(root, "POST", "/stages/captcha/", {
            "name": "captcha", "public_key": "pub", "private_key": made.secret("site secret 4711"),
            "api_url": f"http://127.0.0.1:{service.port}/siteverify", "score_min_threshold": 0.5}, 201).json
        self.assertEqual((captcha["score_min_threshold"], "private_key" in captcha), (0.5, False))
        self.flow(root, "robot", "enrollment", captcha["pk"], ("deny", {"deny_message": "passed"}))
        client = self.visitor(made)
        path, shown = self.show(client, "robot")
        self.assertEqual((shown["component"], shown["site_key"]), ("ak-stage-captcha", "pub"))
        self.assertIn("token", self.solve(client, path, "ak-stage-captcha", token="bad")["response_errors"])
        self.assertEqual(self.solve(client, path, "ak-stage-captcha", token="good")["error_message"], "passed")
        identification = self.stage(root, "identification", "default-authentication-identification")
        self.holds(root, "PATCH", f"/stages/identification/{identification}/", {"captcha_stage": captcha["pk"]})
        client = self.visitor(made)
        path, shown = self.show(client, LOGIN)
        self.assertEqual(shown["captcha_stage"]["site_key"], "pub")
        again = self.solve(client, path, "ak-stage-identification", uid_field="alice", captcha_token="bad")
        self.assertEqual(again["component"], "ak-stage-identification")
        on = self.solve(client, path, "ak-stage-identification", uid_field="alice", captcha_token="good")
        self.assertEqual(on["component"], "ak-stage-password")
        self.assertEqual(len(service.requests), 4)


class Recovery(FlowCase):
    def recovery(self, made):
        client = self.visitor(made)
        path, shown = self.show(client, "default-recovery-email-flow")
        self.assertEqual(shown["component"], "ak-stage-identification")
        return client, path

    def test_a_mailed_link_goes_on_in_any_browser_and_works_once(self):
        mail = self.run_outside(MailServer())
        made = self.with_alice(mail.settings())
        asked, path = self.recovery(made)
        shown = self.solve(asked, path, "ak-stage-identification", uid_field="alice")
        self.assertEqual(shown["component"], "ak-stage-email")
        to, message, text = mail.wait(1)
        self.assertEqual((to, message["Subject"]), (["alice@example.org"], "Reset your password"))
        link = urllib.parse.urlsplit(re.search(r"http://\S+", text).group(0))
        self.assertEqual((link.netloc, link.path), ("localhost:9000", "/if/flow/default-recovery-email-flow/"))
        made.secret(link.query.removeprefix("flow_token="))
        for _ in range(2):  # a scanner of links uses nothing up
            _, shown = self.show(self.visitor(made), "default-recovery-email-flow", link.query)
            self.assertEqual(shown["component"], "ak-stage-prompt", shown)
        client = self.visitor(made)
        path, shown = self.show(client, "default-recovery-email-flow", link.query)
        fresh = made.secret("down the rabbit hole 11")
        wrong = self.solve(client, path, "ak-stage-prompt", password=fresh, password_repeat="another one 12")
        self.assertIn("password_repeat", wrong["response_errors"])
        done = self.solve(client, path, "ak-stage-prompt", password=fresh, password_repeat=fresh)
        self.assertEqual(done["component"], "xak-flow-redirect", done)
        self.assertEqual(client.api("GET", "/core/users/me/").json["user"]["username"], "alice")
        self.assertEqual((made.bind(user_dn("alice"), fresh), made.bind(user_dn("alice"), ALICE)), (0, 49))
        _, late = self.show(self.visitor(made), "default-recovery-email-flow", link.query)
        self.assertEqual(late["component"], "ak-stage-identification")
        # The link opens this flow and no other.
        _, other = self.show(self.visitor(made), "default-recovery-flow", link.query)
        self.assertEqual(other["component"], "ak-stage-access-denied")

    def test_nobody_learns_who_has_an_account(self):
        mail = self.run_outside(MailServer())
        made = self.with_alice(mail.settings())
        shown = []
        for name in ("alice", "nobody"):
            client, path = self.recovery(made)
            shown.append(self.solve(client, path, "ak-stage-identification", uid_field=name))
        self.assertEqual(shown[0], shown[1])
        mail.wait(1)
        # No more than five mails in five minutes, and the page says nothing of it.
        for _ in range(6):
            client, path = self.recovery(made)
            self.assertEqual(self.solve(client, path, "ak-stage-identification", uid_field="alice")["component"],
                             "ak-stage-email")
        mail.wait(5)
        self.assertEqual(made.query("select count(*) from code_guesses where device like 'mail:%'"), [(5,)])

    def test_a_changed_password_voids_the_link(self):
        mail = self.run_outside(MailServer())
        made = self.with_alice(mail.settings())
        client, path = self.recovery(made)
        self.solve(client, path, "ak-stage-identification", uid_field="alice")
        link = urllib.parse.urlsplit(re.search(r"http://\S+", mail.wait(1)[2]).group(0))
        made.run("changepassword", "alice", "--password-stdin", text=made.secret("meanwhile another 5") + "\n")
        _, shown = self.show(self.visitor(made), "default-recovery-email-flow", link.query)
        self.assertEqual(shown["component"], "ak-stage-access-denied")

    def test_an_administrator_mails_the_link(self):
        mail = self.run_outside(MailServer())
        made = self.with_alice(mail.settings())
        root = self.administrator(made)
        pk = self.holds(root, "GET", "/core/users/?username=alice").json["results"][0]["pk"]
        stage = self.stage(root, "email", "default-recovery-email")
        self.holds(root, "POST", f"/core/users/{pk}/recovery_email/", {"email_stage": stage}, 204)
        link = urllib.parse.urlsplit(re.search(r"http://\S+", mail.wait(1)[2]).group(0))
        client = self.visitor(made)
        path, shown = self.show(client, link.path.split("/")[3], link.query)
        self.assertEqual(shown["component"], "ak-stage-prompt", shown)
        self.holds(root, "POST", f"/core/users/{pk}/recovery_email/", {}, 400)


class PublishedClient(FlowCase):
    def test_flows_through_the_published_client(self):
        made = self.with_alice()
        root = self.administrator(made)
        flow = self.holds(root, "GET", "/flows/instances/default-enrollment-flow/").json["pk"]
        key = self.holds(root, "POST", "/stages/invitation/invitations/", {"name": "one", "flow": flow}, 201).json["pk"]
        secrets = {"alice": ALICE, "bob": made.secret("tea party 1865 hatter"), "invitation": key}
        done = subprocess.run(["node", "npm_flows.cjs", package(), "http://" + made.web["http"]],
                              input=json.dumps(secrets), capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([json.loads(line) for line in done.stdout.splitlines()], [
            ["ak-stage-identification", "ak-stage-password", "xak-flow-redirect"],
            ["ak-user-settings-authenticator-static", "ak-user-settings-authenticator-totp",
             "ak-user-settings-authenticator-webauthn", "ak-user-settings-password"],
            ["ak-stage-authenticator-totp", "xak-flow-redirect"],
            [["authentik_stages_authenticator_totp.TOTPDevice", True, True]],
            ["ak-stage-identification", "ak-stage-password", "ak-stage-authenticator-validate"],
            ["ak-stage-prompt", "xak-flow-redirect"],
            "bob"])
        self.assertEqual(made.bind(user_dn("alice"), ALICE), 0)


if __name__ == "__main__":
    unittest.main()
