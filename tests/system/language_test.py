"""Texts of the server in the language of who reads them: mails and Reply-Message in the one that the user has chosen,
flows in the one that a request asks for."""

import json
import unittest

from flows_test import ALICE, LOGIN, FlowCase
from outside import MailServer
from radiuswire import CHALLENGE, blueprint, login
from support import CALM


class Languages(FlowCase):
    def speaks(self, made, locale):
        made.run("user", "set", "alice", "attributes=" + json.dumps({"settings": {"locale": locale}}))

    def test_a_flow_speaks_as_the_request_asks(self):
        made = self.with_alice()
        client = self.visitor(made)
        path = client.flow(LOGIN)
        shown = client.get(path, headers={"Accept-Language": "tlh, de-AT;q=0.9, fr;q=0.8"}).json
        self.assertEqual((shown["flow_info"]["title"], shown["primary_action"]), ("Willkommen", "Anmelden"))
        self.assertEqual(client.get(path).json["flow_info"]["title"], "Welcome")
        self.assertEqual(client.get(path, headers={"Accept-Language": "zh-TW"}).json["primary_action"], "Log in")
        client.post(path, {"component": "ak-stage-identification", "uid_field": "alice"})
        wrong = client.post(path, {"component": "ak-stage-password", "password": "no"}, headers={"Accept-Language": "pl"})
        self.assertEqual(wrong.json["response_errors"]["password"][0], {"string": "Nieprawidłowe hasło", "code": "invalid"})

    def test_a_flow_speaks_the_users_own_language(self):
        made = self.with_alice()
        self.speaks(made, "fr")
        client = self.as_alice(made)
        shown = client.get(client.flow("default-user-settings-flow")).json
        labels = {one["field_key"]: one["label"] for one in shown["fields"]}
        self.assertEqual(labels["username"], "Nom d’utilisateur")
        asked = client.get(client.flow("default-user-settings-flow"), headers={"Accept-Language": "en"}).json
        self.assertEqual({one["field_key"]: one["label"] for one in asked["fields"]}["username"], "Username")

    def test_a_mail_is_in_the_users_language_and_else_in_that_of_the_page(self):
        mail = self.run_outside(MailServer())
        made = self.with_alice(mail.settings())

        def ask(language):
            client = self.visitor(made)
            path = client.flow("default-recovery-email-flow")
            client.get(path)
            answer = client.post(path, {"component": "ak-stage-identification", "uid_field": "alice"},
                                 headers={"Accept-Language": language})
            self.assertEqual(answer.json["component"], "ak-stage-email")

        ask("nl")
        _, message, text = mail.wait(1)
        self.assertEqual(message["Subject"], "Wachtwoord opnieuw instellen")
        self.assertIn("Hallo alice,", text)
        self.speaks(made, "ja")
        ask("nl")
        _, message, text = mail.wait(2)
        self.assertIn("alice 様", text)
        self.assertIn('<html lang="ja">', message.get_body(("html",)).get_content())

    def test_radius_asks_for_the_code_in_the_users_language(self):
        made = self.postern(listen=False)
        made.write_config("listen:\n  ldap: 127.0.0.1:0\n  radius: 127.0.0.1:0\n" + CALM)
        made.start()
        made.add_user("alice", made.secret(ALICE))
        made.add_totp("alice")
        made.apply(blueprint(attributes="{postern: {otp: challenge}}"))
        reply = login(made, "alice", ALICE)
        self.assertEqual((reply.code, reply.one("Reply-Message")), (CHALLENGE, "Please enter the code of your authenticator."))
        self.speaks(made, "de")
        reply = login(made, "alice", ALICE)
        self.assertEqual(reply.code, CHALLENGE)
        self.assertEqual(reply.one("Reply-Message"), "Bitte geben Sie den Code Ihrer Authenticator-App ein.")


if __name__ == "__main__":
    unittest.main()
