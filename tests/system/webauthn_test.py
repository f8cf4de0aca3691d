"""WebAuthn through the whole product, by a software authenticator; each rule of the recommendation broken on its
own, with the word that the log gives for it. libfido2 says of the same octets whether they are right."""

import os
import tempfile
import unittest
from pathlib import Path

from authenticator import (AT, BE, BS, ED, EDDSA, ES256, RS256, UP, UV, Authenticator, Fido2, Maker,
                           attestation_certificate, b64, cbor, unb64, _generate)
from support import eventually, user_dn
from web import API
from web_test import PASSWORD, WebCase

ORIGIN = "http://localhost:9000"
SETUP = "default-authenticator-webauthn-setup"
LOGIN = "default-authentication-flow"


class KeyCase(WebCase):
    def folder(self):
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        return Path(made.name)

    def registration(self, client):
        path = client.flow(SETUP)
        shown = self.holds(client, "GET", path.removeprefix(API)).json
        self.assertEqual(shown["component"], "ak-stage-authenticator-webauthn")
        return path, shown["registration"]

    def register(self, visitor, key, **bent):
        path, options = self.registration(visitor)
        answer = key.create(options, **bent)
        return self.holds(visitor, "POST", path.removeprefix(API),
                          {"component": "ak-stage-authenticator-webauthn", "response": answer}).json

    def ask_for_key(self, made, name="akadmin", password=PASSWORD):
        """A visitor who has shown name and password, and what its key is asked."""
        client = self.visitor(made)
        path = client.flow(LOGIN)
        client.get(path)
        client.post(path, {"component": "ak-stage-identification", "uid_field": name})
        shown = self.holds(client, "POST", path.removeprefix(API),
                           {"component": "ak-stage-password", "password": password}).json
        self.assertEqual(shown["component"], "ak-stage-authenticator-validate", shown)
        return client, path, shown

    def answer_key(self, client, path, assertion):
        return self.holds(client, "POST", path.removeprefix(API),
                          {"component": "ak-stage-authenticator-validate", "webauthn": assertion}).json

    def login(self, made, key, **bent):
        client, path, shown = self.ask_for_key(made)
        options = shown["device_challenges"][0]["challenge"]
        return client, self.answer_key(client, path, key.get(options, **bent))


class Ceremonies(KeyCase):
    def test_keys_of_each_algorithm_register_and_log_in(self):
        made = self.site()
        root = self.administrator(made)
        oracle = Fido2()
        keys = []
        for algorithm in (ES256, EDDSA, RS256):
            for fmt in ("none", "packed"):
                key = Authenticator(ORIGIN, algorithm)
                done = self.register(root, key, fmt=fmt)
                self.assertEqual(done["component"], "xak-flow-redirect", done)
                if fmt == "packed":
                    self.assertTrue(oracle.registered(key.last, "localhost", algorithm, True))
                keys.append(key)
        listed = self.holds(root, "GET", "/authenticators/webauthn/").json["results"]
        self.assertEqual(len(listed), 6)
        summary = self.holds(root, "GET", "/authenticators/all/").json
        self.assertEqual({one["type"] for one in summary}, {"authentik_stages_authenticator_webauthn.WebAuthnDevice"})
        for key in keys:
            client, path, shown = self.ask_for_key(made)
            self.assertEqual([one["device_class"] for one in shown["device_challenges"]], ["webauthn"])
            options = shown["device_challenges"][0]["challenge"]
            self.assertIn(b64(key.id), [one["id"] for one in options["allowCredentials"]])
            done = self.answer_key(client, path, key.get(options))
            self.assertEqual(done["component"], "xak-flow-redirect", done)
            self.assertEqual(client.api("GET", "/core/users/me/").json["user"]["username"], "akadmin")
            if key.algorithm == ES256:
                self.assertTrue(oracle.asserted(key.last, "localhost", key.key))
        used = self.holds(root, "GET", "/authenticators/all/").json
        self.assertTrue(all(one["last_used"] for one in used))
        # Nobody who cannot show a key gets in by the password alone, over LDAP either.
        self.assertEqual(made.bind(user_dn("akadmin"), PASSWORD), 49)
        # The owner renames and removes them.
        one = f"/authenticators/webauthn/{listed[0]['pk']}/"
        self.assertEqual(self.holds(root, "PATCH", one, {"name": "Blue key"}).json["name"], "Blue key")
        for each in listed:
            self.holds(root, "DELETE", f"/authenticators/webauthn/{each['pk']}/", status=204)
        self.assertEqual(made.bind(user_dn("akadmin"), PASSWORD), 0)

    def test_a_certificate_of_the_maker_is_verified(self):
        made = self.site()
        root = self.administrator(made)
        oracle, maker = Fido2(), _generate(ES256)
        aaguid = unb64("7oiCh3HckTmHdfzjQJcsqA")[:16]
        cases = [(attestation_certificate(maker, aaguid), True), (attestation_certificate(maker), True),
                 (attestation_certificate(maker, os.urandom(16)), False),
                 (attestation_certificate(maker, aaguid, unit="Marketing"), False),
                 (attestation_certificate(maker, aaguid, ca=True), False),
                 (attestation_certificate(_generate(ES256), aaguid), False)]
        for certificate, right in cases:
            key = Authenticator(ORIGIN, ES256, aaguid)
            done = self.register(root, key, fmt="packed", signer=maker, certificate=certificate)
            self.assertEqual(done["component"] == "xak-flow-redirect", right, done)
        self.assertTrue(oracle.registered(self.valid_x5c(maker, aaguid).last, "localhost", ES256, True))

    @staticmethod
    def valid_x5c(maker, aaguid):
        key = Authenticator(ORIGIN, ES256, aaguid)
        key.create({"user": {"id": "eA"}, "rp": {"id": "localhost"}, "challenge": "AAAA"}, fmt="packed", signer=maker,
                   certificate=attestation_certificate(maker, aaguid))
        return key

    def test_registration_refuses_whatever_is_not_as_it_has_to_be(self):
        made = self.site()
        root = self.administrator(made)
        self.assertEqual(self.register(root, known := Authenticator(ORIGIN))["component"], "xak-flow-redirect")
        off_curve = {1: 2, 3: ES256, -1: 1, -2: b"\x01" * 32, -3: b"\x02" * 32}
        key = lambda: Authenticator(ORIGIN)
        stray = cbor({"fmt": "none", "attStmt": {}, "authData": b"short"})
        cases = [
            ("WA-R07", "wrong_type", key(), {"client": {"type": "webauthn.get"}}),
            ("WA-R08", "wrong_challenge", key(), {"client": {"challenge": b64(os.urandom(64))}}),
            ("WA-R08 none", "wrong_challenge", key(), {"client": {"challenge": None}}),
            ("WA-R09", "wrong_origin", key(), {"client": {"origin": "https://evil.example"}}),
            ("WA-R09 port", "wrong_origin", key(), {"client": {"origin": "http://localhost"}}),
            ("WA-R10", "cross_origin", key(), {"client": {"crossOrigin": True}}),
            ("WA-R11", "top_origin", key(), {"client": {"topOrigin": "https://evil.example"}}),
            ("WA-R13 trailing", "attestation_malformed", key(), {"trailing": b"\x00"}),
            ("WA-R13 bomb", "attestation_malformed", key(), {"object": b"\x9a\x08\x00\x00\x00"}),
            ("WA-R13 indefinite", "attestation_malformed", key(), {"object": b"\xbf\xff"}),
            ("WA-R13 double key", "attestation_malformed", key(), {"object": b"\xa2\x63fmt\x60\x63fmt\x60"}),
            ("WA-R13 data", "authenticator_data_malformed", key(), {"object": stray}),
            ("WA-R13 data trailing", "authenticator_data_malformed", key(), {"cose": cbor(key().cose()) + b"\x00"}),
            ("WA-R14", "wrong_rp", key(), {"rp_id": "evil.example"}),
            ("WA-R15", "user_not_present", key(), {"flags": 0}),
            ("WA-R17", "backup_flags", key(), {"flags": UP | UV | BS}),
            ("WA-R20", "key_not_supported", key(), {"cose": cbor({1: 2, 3: -36, -1: 3, -2: b"x" * 66, -3: b"y" * 66})}),
            ("WA-R20 curve", "key_not_supported", key(), {"cose": cbor(off_curve)}),
            ("WA-R20 small RSA", "key_not_supported", key(),
             {"cose": cbor({1: 3, 3: RS256, -1: b"\xff" * 128, -2: b"\x01\x00\x01"})}),
            ("WA-R21", "attestation_format", key(), {"fmt": "android-safetynet"}),
            ("WA-R22 none with a statement", "attestation_malformed", key(), {"statement": {"sig": b"x"}}),
            ("WA-R22 signature", "attestation_signature", key(), {"fmt": "packed", "signer": _generate(ES256)}),
            ("WA-R22 algorithm", "attestation_algorithm", key(),
             {"fmt": "packed", "statement": {"alg": RS256, "sig": b"x" * 256}}),
            ("WA-R22 empty", "attestation_malformed", key(), {"fmt": "packed", "statement": {"alg": ES256}}),
            ("WA-R25", "authenticator_data_malformed", key(), {"id": os.urandom(1024)}),
            ("WA-R26", "known_credential", known, {}),
            ("ids differ", "answer_malformed", key(), {"raw_id": b"another"}),
            ("no key", "authenticator_data_malformed", key(), {"cose": b""}),
            ("WA-R28 not a map", "authenticator_data_malformed", key(), {"extensions": cbor([1])}),
        ]
        for name, word, one, bent in cases:
            with self.subTest(name):
                before = len(made.log_text())
                done = self.register(root, one, **bent)
                self.assertEqual(done["component"], "ak-stage-authenticator-webauthn", done)
                self.assertIn("response", done["response_errors"])
                eventually(lambda: f"why={word}" in made.log_text()[before:] or f'why="{word}"' in made.log_text()[before:],
                           f"{word} in the log: {made.log_text()[before:]}")
        # WA-R29: nothing of all that was kept.
        self.assertEqual(len(self.holds(root, "GET", "/authenticators/webauthn/").json["results"]), 1)
        # WA-R28: extensions that nobody asked for are let be.
        done = self.register(root, Authenticator(ORIGIN), extensions=cbor({"credProtect": 2}))
        self.assertEqual(done["component"], "xak-flow-redirect", done)

    def test_WA_R23_R24_a_stage_may_take_proven_models_alone(self):
        maker, aaguid = Maker("Maker of keys"), unb64("7oiCh3HckTmHdfzjQJcsqA")[:16]
        between, foreign = Maker("Department", maker), Maker("Maker of keys")
        roots = self.folder() / "makers.pem"
        roots.write_text("Makers of keys\n" + Maker("Another").pem + maker.pem)
        made = self.site(f"webauthn: {{attestation_roots: {roots}}}\n")
        root = self.administrator(made)
        model = "ee888287-71dc-9139-8775-fce340972ca8"
        stage = self.holds(root, "GET", "/stages/authenticator/webauthn/").json["results"][0]
        at = f"/stages/authenticator/webauthn/{stage['pk']}/"
        refused = self.holds(root, "PATCH", at, {"device_type_restrictions": ["YubiKey"]}, 400).json
        self.assertIn("AAGUID", refused["device_type_restrictions"][0])
        kept = self.holds(root, "PATCH", at, {"device_type_restrictions": [model.upper()]}).json
        self.assertEqual(kept["device_type_restrictions"], [model])
        self.assertEqual(kept["device_type_restrictions_obj"], [{"aaguid": model, "description": model}])
        self.assertEqual(self.registration(root)[1]["attestation"], "direct")
        by = lambda one, who, **more: attestation_certificate(one, aaguid, maker=who, **more)
        one = _generate(ES256)
        cases = [
            ("none", "model_not_proven", {}),
            ("self", "model_not_proven", {"fmt": "packed"}),
            ("self-signed", "model_not_proven", {"fmt": "packed", "signer": one, "certificate": attestation_certificate(one, aaguid)}),
            ("foreign maker of that name", "model_not_proven",
             {"fmt": "packed", "signer": one, "certificate": [by(one, foreign), foreign.der]}),
            ("a link is missing", "model_not_proven", {"fmt": "packed", "signer": one, "certificate": [by(one, between)]}),
            ("over", "model_not_proven", {"fmt": "packed", "signer": one, "certificate": [by(one, maker, days=-1)]}),
            ("chain of no certificates", "model_not_proven",
             {"fmt": "packed", "signer": one, "certificate": [by(one, maker), b"no certificate"]}),
            ("another model", "model_not_allowed",
             {"fmt": "packed", "signer": one, "aaguid": b"\1" * 16,
              "certificate": [attestation_certificate(one, b"\1" * 16, maker=maker)]}),
        ]
        for name, word, bent in cases:
            with self.subTest(name):
                before = len(made.log_text())
                done = self.register(root, Authenticator(ORIGIN, ES256, aaguid), **bent)
                self.assertEqual(done["component"], "ak-stage-authenticator-webauthn", done)
                self.assertEqual(done["response_errors"]["response"][0]["string"],
                                 "Security keys of this model are not allowed here.")
                eventually(lambda: f"why={word}" in made.log_text()[before:], f"{word}: {made.log_text()[before:]}")
        self.assertEqual(self.holds(root, "GET", "/authenticators/webauthn/").json["results"], [])
        keys = []
        for chain in ([by(one, maker)], [by(one, between), between.der], [by(one, maker), maker.der]):
            keys.append(Authenticator(ORIGIN, ES256, aaguid))
            done = self.register(root, keys[-1], fmt="packed", signer=one, certificate=chain)
            self.assertEqual(done["component"], "xak-flow-redirect", done)
        # At a login: a key that was registered before, without proof, no longer counts.
        self.holds(root, "PATCH", at, {"device_type_restrictions": []})
        unproven = Authenticator(ORIGIN, ES256, aaguid)
        self.assertEqual(self.register(root, unproven)["component"], "xak-flow-redirect")
        client, done = self.login(made, unproven)
        self.assertEqual(done["component"], "xak-flow-redirect", done)
        validate = self.holds(root, "GET", "/stages/authenticator/validate/").json["results"][0]
        self.holds(root, "PATCH", f"/stages/authenticator/validate/{validate['pk']}/", {"webauthn_allowed_device_types": [model]})
        client, path, shown = self.ask_for_key(made)
        options = shown["device_challenges"][0]["challenge"]
        self.assertEqual({one["id"] for one in options["allowCredentials"]}, {b64(key.id) for key in keys})
        before = len(made.log_text())
        again = self.answer_key(client, path, unproven.get(options))
        self.assertEqual(again["component"], "ak-stage-authenticator-validate", again)
        eventually(lambda: "why=model_not_allowed" in made.log_text()[before:], made.log_text()[before:])
        done = self.answer_key(client, path, keys[1].get(again["device_challenges"][0]["challenge"]))
        self.assertEqual(done["component"], "xak-flow-redirect", done)

    def test_models_that_are_known_by_name(self):
        made = self.site()
        root = self.administrator(made)
        path = "/stages/authenticator/webauthn_device_types/"
        found = self.holds(root, "GET", path + "?search=yubi").json["results"]
        self.assertTrue(found and all("YubiKey" in one["description"] for one in found))
        self.assertEqual(self.holds(root, "GET", f"{path}{found[0]['aaguid']}/").json, found[0])
        self.holds(root, "GET", f"{path}ffffffff-ffff-4fff-8fff-ffffffffffff/", status=404)
        made.add_user("alice", made.secret("wonderland 42 rabbit"))
        alice = self.visitor(made)
        alice.log_in("alice", "wonderland 42 rabbit")
        self.holds(alice, "GET", path, status=403)

    def test_roots_that_cannot_be_read_are_a_sentence(self):
        made = self.postern(listen=False)
        file = self.folder() / "makers.pem"
        damaged = Maker("Maker").pem.replace("MII", "AAA", 1)
        for text, why in ((None, "cannot read webauthn.attestation_roots"), ("", "no certificate in it"),
                          (Maker("Maker").pem + damaged, "certificate 2 cannot be read")):
            if text is not None:
                file.write_text(text)
            made.write_config(f"webauthn: {{attestation_roots: {file}}}\n")
            told = made.run("check", code=None)
            self.assertNotEqual(told.returncode, 0)
            self.assertIn(why, told.stderr)
            self.assertIn(str(file), told.stderr)

    def test_a_challenge_is_good_once(self):
        made = self.site()
        root = self.administrator(made)
        path, options = self.registration(root)
        key = Authenticator(ORIGIN)
        wrong = key.create(options, rp_id="evil.example")
        again = root.post(path, {"component": "ak-stage-authenticator-webauthn", "response": wrong}).json
        self.assertNotEqual(again["registration"]["challenge"], options["challenge"])
        late = root.post(path, {"component": "ak-stage-authenticator-webauthn", "response": key.create(options)}).json
        self.assertEqual(late["component"], "ak-stage-authenticator-webauthn")
        done = root.post(path, {"component": "ak-stage-authenticator-webauthn",
                                "response": key.create(late["registration"])}).json
        self.assertEqual(done["component"], "xak-flow-redirect", done)
        client, path, shown = self.ask_for_key(made)
        assertion = key.get(shown["device_challenges"][0]["challenge"])
        self.assertEqual(self.answer_key(client, path, assertion)["component"], "xak-flow-redirect")
        other, path, shown = self.ask_for_key(made)
        self.assertEqual(self.answer_key(other, path, assertion)["component"], "ak-stage-authenticator-validate")

    def test_user_verification_where_it_is_required(self):
        made = self.site()
        root = self.administrator(made)
        stage = self.holds(root, "GET", "/stages/authenticator/webauthn/").json["results"][0]
        self.holds(root, "PATCH", f"/stages/authenticator/webauthn/{stage['pk']}/", {"user_verification": "required"})
        key = Authenticator(ORIGIN)
        self.assertEqual(self.register(root, key, flags=UP)["component"], "ak-stage-authenticator-webauthn")  # WA-R16
        self.assertEqual(self.register(root, key)["component"], "xak-flow-redirect")
        validate = self.holds(root, "GET", "/stages/authenticator/validate/").json["results"][0]
        self.holds(root, "PATCH", f"/stages/authenticator/validate/{validate['pk']}/",
                   {"webauthn_user_verification": "required"})
        client, done = self.login(made, key, flags=UP)  # WA-A17
        self.assertEqual(done["component"], "ak-stage-authenticator-validate", done)
        client, done = self.login(made, key)
        self.assertEqual(done["component"], "xak-flow-redirect", done)

    def test_a_login_refuses_whatever_is_not_as_it_has_to_be(self):
        made = self.site()
        root = self.administrator(made)
        made.add_user("alice", made.secret("wonderland 42 rabbit"))
        alice = self.visitor(made)
        alice.log_in("alice", "wonderland 42 rabbit")
        theirs, key = Authenticator(ORIGIN), Authenticator(ORIGIN)
        key.count = 10
        self.assertEqual(self.register(alice, theirs)["component"], "xak-flow-redirect")
        self.assertEqual(self.register(root, key)["component"], "xak-flow-redirect")
        cases = [
            ("WA-A05", "unknown_credential", theirs, {}),
            ("WA-A05 unknown", "unknown_credential", key, {"id": os.urandom(32)}),
            ("WA-A06", "wrong_user_handle", key, {"handle": theirs.user}),
            ("WA-A10", "wrong_type", key, {"client": {"type": "webauthn.create"}}),
            ("WA-A11", "wrong_challenge", key, {"client": {"challenge": b64(os.urandom(64))}}),
            ("WA-A12", "wrong_origin", key, {"client": {"origin": "https://evil.example"}}),
            ("WA-A13", "cross_origin", key, {"client": {"crossOrigin": True}}),
            ("WA-A14", "top_origin", key, {"client": {"topOrigin": ORIGIN}}),
            ("WA-A15", "wrong_rp", key, {"rp_id": "evil.example"}),
            ("WA-A16", "user_not_present", key, {"flags": UV}),
            ("WA-A18", "backup_flags", key, {"flags": UP | UV | BS}),
            ("WA-A19", "backup_eligibility_changed", key, {"flags": UP | UV | BE}),
            ("WA-A20", "wrong_signature", key, {"signer": _generate(ES256)}),
            ("WA-A21", "wrong_signature", key, {"signature": b"\x30\x00"}),
            ("WA-A22", "counter_went_back", key, {"count": 10}),
            ("WA-A22 zero", "counter_went_back", key, {"count": 0}),
            ("WA-A23", "authenticator_data_malformed", key, {"extensions": cbor([1])}),
        ]
        for name, word, one, bent in cases:
            with self.subTest(name):
                before = len(made.log_text())
                client, done = self.login(made, one, **bent)
                self.assertEqual(done["component"], "ak-stage-authenticator-validate", done)
                self.assertEqual(client.api("GET", "/core/users/me/").status, 403)
                eventually(lambda: f"why={word}" in made.log_text()[before:], f"{word}: {made.log_text()[before:]}")
        key.count = 100
        client, done = self.login(made, key)
        self.assertEqual(done["component"], "xak-flow-redirect", done)
        # WA-A24: the counter moved only now.
        self.assertEqual([row for row in made.query("select sign_count from mfa_devices order by 1")], [(0,), (101,)])

    def test_a_passkey_alone_logs_in(self):
        made = self.site()
        root = self.administrator(made)
        key = Authenticator(ORIGIN, EDDSA)
        self.assertEqual(self.register(root, key)["component"], "xak-flow-redirect")
        validate = self.holds(root, "GET", "/stages/authenticator/validate/").json["results"][0]["pk"]
        self.holds(root, "PATCH", f"/stages/authenticator/validate/{validate}/", {"webauthn_hints": ["security-key"]})
        login = next(one["pk"] for one in self.holds(root, "GET", "/stages/user_login/").json["results"]
                     if one["name"] == "default-authentication-login")
        flow = self.holds(root, "POST", "/flows/instances/",
                          {"name": "Key", "slug": "key-login", "title": "Key", "designation": "authentication"}, 201).json
        for order, stage in enumerate((validate, login)):
            self.holds(root, "POST", "/flows/bindings/", {"target": flow["pk"], "stage": stage, "order": order}, 201)
        client = self.visitor(made)
        path = client.flow("key-login")
        shown = self.holds(client, "GET", path.removeprefix(API)).json
        options = shown["device_challenges"][0]["challenge"]
        self.assertEqual((options["allowCredentials"], options["userVerification"]), ([], "required"))
        self.assertEqual(options["hints"], ["security-key"])
        nameless = self.answer_key(client, path, key.get(options, handle=False))  # WA-A06
        self.assertEqual(nameless["component"], "ak-stage-authenticator-validate")
        done = self.answer_key(client, path, key.get(nameless["device_challenges"][0]["challenge"]))
        self.assertEqual(done["component"], "xak-flow-redirect", done)
        self.assertEqual(client.api("GET", "/core/users/me/").json["user"]["username"], "akadmin")
        # The same from the identification stage, which offers it once it names a stage for keys.
        identification = next(one for one in self.holds(root, "GET", "/stages/identification/").json["results"]
                              if one["name"] == "default-authentication-identification")
        self.holds(root, "PATCH", f"/stages/identification/{identification['pk']}/", {"webauthn_stage": validate})
        client = self.visitor(made)
        path = client.flow(LOGIN)
        shown = self.holds(client, "GET", path.removeprefix(API)).json
        done = self.holds(client, "POST", path.removeprefix(API),
                          {"component": "ak-stage-identification", "uid_field": "",
                           "passkey": key.get(shown["passkey_challenge"])}).json
        self.assertEqual(done["component"], "xak-flow-redirect", done)


if __name__ == "__main__":
    unittest.main()
