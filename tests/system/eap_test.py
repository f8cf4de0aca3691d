"""EAP through the real binary: eapol_test as supplicant and NAS with the keys compared; what it will not do by hand."""

import struct
import subprocess
import unittest

from eapwire import (ACCEPT, CHALLENGE, EXTENSIONS, GTC, IDENTITY, NAK, PEAP, REJECT, TTLS, Answer, Conversation,
                     Tunnel, avp, eap_packet, padded, read_avps, supplicant)
from radiuswire import SETTINGS, Nas, address, attribute, blueprint, login
from support import PosternCase, SharedCase, eventually, oath, tool

SIZES = (500, 1024, 1400)
VERSIONS = ("1.2", "1.3")


def ttls_pap(server, user="alice", password="wonderland", **more):
    return supplicant(server, "TTLS", user, password, phase2="auth=PAP", **more)


def ttls_gtc(server, user="alice", password="wonderland", **more):
    return supplicant(server, "TTLS", user, password, phase2="autheap=GTC", **more)


def peap_gtc(server, user="alice", password="wonderland", **more):
    return supplicant(server, "PEAP", user, password, phase2="auth=GTC", **more)


def with_network_password(eap, phase2):
    return lambda server, user="alice", password="wonderland", **more: supplicant(server, eap, user, password,
                                                                                  phase2=phase2, **more)


NETWORK_METHODS = {"PEAP-MSCHAPv2": with_network_password("PEAP", "auth=MSCHAPV2"),
                   "TTLS-MSCHAPv2": with_network_password("TTLS", "auth=MSCHAPV2"),
                   "TTLS-EAP-MSCHAPv2": with_network_password("TTLS", "autheap=MSCHAPV2"),
                   "TTLS-CHAP": with_network_password("TTLS", "auth=CHAP")}
METHODS = {"TTLS-PAP": ttls_pap, "TTLS-GTC": ttls_gtc, "PEAP-GTC": peap_gtc}


class Authority:
    """A CA of the test's own, by openssl."""

    def __init__(self, folder):
        self.folder = folder / "pki"
        self.folder.mkdir()
        (self.folder / "index").touch()
        (self.folder / "config").write_text(f"""[ca]
default_ca = ca
[ca]
database = {self.folder}/index
crlnumber = {self.folder}/crlnumber
default_md = sha256
default_crl_days = 1
private_key = {self.folder}/ca.key
certificate = {self.folder}/ca.pem
""")
        (self.folder / "crlnumber").write_text("01\n")
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                     "-subj", "/CN=wifi authority", "-keyout", "ca.key", "-out", "ca.pem",
                     "-addext", "keyUsage=critical,keyCertSign,cRLSign")

    def openssl(self, *arguments):
        done = subprocess.run([tool("openssl"), *arguments], cwd=self.folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        return done.stdout

    def issue(self, name, alternative):
        """The paths of certificate and key."""
        (self.folder / "ext").write_text(f"subjectAltName={alternative}\n")
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                     "-keyout", f"{name}.key", "-out", f"{name}.csr")
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                     "-days", "2", "-extfile", "ext", "-out", f"{name}.pem")
        return self.folder / f"{name}.pem", self.folder / f"{name}.key"

    def revoke(self, certificate):
        self.openssl("ca", "-config", "config", "-revoke", str(certificate))

    def crl(self, path):
        self.openssl("ca", "-config", "config", "-gencrl", "-out", str(path))

    @property
    def pem(self):
        return (self.folder / "ca.pem").read_text()


def indented(text, by):
    return "".join(" " * by + line + "\n" for line in text.strip().splitlines())


def certificates(name, certificate, key=None):
    text = f"""version: 1
entries:
  - model: authentik_crypto.certificatekeypair
    identifiers: {{name: {name}}}
    attrs:
      certificate_data: |
{indented(certificate, 8)}"""
    return text + (f"      key_data: |\n{indented(key, 8)}" if key else "")


class EapMethods(SharedCase):
    settings = SETTINGS

    @classmethod
    def populate(cls, server):
        server.listen = False
        server.write_config(cls.settings)
        server.start()
        server.add_user("alice", "wonderland")
        server.add_user("bob", "builder")
        server.add_user("zoé", "pässwörd")
        server.add_user("gone", "gone-away")
        cls.key = server.add_totp("bob")
        cls.app = server.app_password("alice", "alice-wifi")
        server.apply(blueprint(attributes="{postern: {replies: [{when: {user: anonymous}, reply: {Filter-Id: outer}}, "
                                          "{when: {user: alice}, vlan: 42, reply: {Filter-Id: inner, Reply-Message: x}}]}}"))
        server.apply("""version: 1
entries:
  - model: authentik_core.user
    identifiers: {username: gone}
    attrs: {is_active: false}
""", name="gone.yaml")
        eventually(lambda: ttls_pap(server).success, "EAP is ready")

    def matrix(self, authenticate):
        for tls in VERSIONS:
            for size in SIZES:
                with self.subTest(tls=tls, size=size):
                    done = authenticate(self.server, tls=tls, mtu=size, fragment=size - 10)
                    self.assertTrue(done.success and done.keys_match, done.text[-4000:])

    def test_ttls_pap_by_version_and_size(self):
        self.matrix(ttls_pap)

    def test_ttls_gtc_by_version_and_size(self):
        self.matrix(ttls_gtc)

    def test_peap_gtc_by_version_and_size(self):
        self.matrix(peap_gtc)

    def test_network_passwords_by_method_version_and_size(self):
        made = self.server.run("user", "network-password", "add", "alice", "--device", "laptop").stdout
        password = self.server.secret(made.split()[-1])
        for name, authenticate in NETWORK_METHODS.items():
            for tls in VERSIONS:
                for size in SIZES:
                    with self.subTest(method=name, tls=tls, size=size):
                        done = authenticate(self.server, "alice", password, tls=tls, mtu=size, fragment=size - 10)
                        self.assertTrue(done.success and done.keys_match, done.text[-4000:])
            for wrong in ("wonderland", password + "x"):
                with self.subTest(method=name, wrong=wrong):
                    self.assertFalse(authenticate(self.server, "alice", wrong).success)

    def test_sessions_are_not_resumed_unless_the_provider_says_so(self):
        for tls in VERSIONS:
            done = ttls_pap(self.server, tls=tls, arguments=("-r", "1"))
            self.assertIn("MPPE keys OK: 2  mismatch: 0", done.text, done.text[-4000:])
            self.assertNotIn("resumed=1", done.text)

    def test_peap_takes_at_most_nine_round_trips(self):
        done = peap_gtc(self.server)
        self.assertTrue(done.success, done.text[-4000:])
        self.assertLessEqual(done.rounds, 9)

    def test_wrong_passwords_unknown_and_disabled_users_fail(self):
        for name, authenticate in METHODS.items():
            for user, password in (("alice", "wrong"), ("nobody", "wonderland"), ("gone", "gone-away")):
                with self.subTest(method=name, user=user):
                    done = authenticate(self.server, user, password)
                    self.assertFalse(done.success)
                    self.assertIn("EAP: Received EAP-Failure", done.text)

    def test_app_passwords_and_utf8(self):
        for name, authenticate in METHODS.items():
            with self.subTest(method=name):
                self.assertTrue(authenticate(self.server, "alice", self.app).success)
                self.assertTrue(authenticate(self.server, "zoé", "pässwörd").success)

    def test_the_outer_identity_does_not_count(self):
        done = ttls_pap(self.server, outer="bob")
        self.assertTrue(done.success, done.text[-4000:])
        self.assertNotIn("Reply-Message", done.attributes(), "3579-09")
        self.assertRegex(done.attributes(), r"Attribute 11 \(\?Unknown\?\) length=7|Filter-Id")
        eventually(lambda: '"outer":"bob"' in self.server.log_text() or "outer=bob" in self.server.log_text(),
                   "the log has both names")

    def test_the_code_behind_the_password(self):
        self.server.add_user("dave", "diver")
        key = self.server.add_totp("dave")
        done = ttls_pap(self.server, "dave", "diver;" + oath(key))
        self.assertTrue(done.success, done.text[-4000:])
        self.assertFalse(peap_gtc(self.server, "dave", "diver;000000").success)

    def test_a_supplicant_that_does_not_trust_us_fails_and_the_log_says_so(self):
        authority = self.server.folder / "other.pem"
        subprocess.run([tool("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=other", "-keyout",
                        "/dev/null", "-out", str(authority)], check=True, capture_output=True)
        for tls in VERSIONS:
            self.assertFalse(ttls_pap(self.server, ca=authority, tls=tls).success)
        eventually(lambda: "unknown ca" in self.server.log_text(), "the alert is in the log")

    def test_the_test_command(self):
        def ask(user, text, *arguments, code=0):
            return self.server.run("radius", "test", user, "--eap", "--password-stdin", "--server",
                                   address(self.server), *arguments, text=text + "\n", code=code)
        self.assertIn("Access-Accept", ask("alice", "wonderland", "--ca", self.server.ca).stdout)
        self.assertIn("Access-Reject", ask("alice", "wrong", code=1).stdout)
        self.server.add_user("erin", "sailor")
        key = self.server.add_totp("erin")
        asked = ask("erin", "sailor", code=1)
        self.assertIn("Please enter the code", asked.stdout + asked.stderr)
        self.assertIn("Access-Accept", ask("erin", "sailor", "--code", oath(key)).stdout)

    # ---- by hand ----

    def tunnel(self, method, tls):
        conversation = Conversation(self.server)
        self.addCleanup(conversation.close)
        tunnel = Tunnel(conversation, method, self.server.ca, tls)
        self.assertEqual(tunnel.answer.code, CHALLENGE)
        return tunnel.handshake()

    def test_rfc5281_11_2_5_the_code_is_asked_for_by_a_reply_message(self):
        for tls, step in (("1.2", 0), ("1.3", 30)):
            with self.subTest(tls=tls):
                tunnel = self.tunnel(TTLS, tls)
                said = read_avps(tunnel.say(avp(1, b"bob") + avp(2, padded("builder"))))
                self.assertEqual(said[0][0], 18)
                self.assertIn(b"code", said[0][1])
                again = read_avps(tunnel.say(avp(2, padded("000000"))))
                self.assertIn(b"not right", again[0][1])
                tunnel.say(avp(2, padded(oath(self.key, seconds_from_now=step))))
                self.assertEqual(tunnel.answer.code, ACCEPT)
                self.assertEqual(tunnel.answer.values(1), [b"bob"])

    def test_the_code_is_asked_for_by_gtc_in_peap(self):
        self.server.add_user("carol", "singer")
        key = self.server.add_totp("carol")
        tunnel = self.tunnel(PEAP, "1.2")
        said = tunnel.hear() or tunnel.say(b"")
        self.assertEqual(said[0], IDENTITY)
        self.assertEqual(tunnel.say(bytes([IDENTITY]) + b"carol")[0], GTC)
        self.assertIn(b"code", tunnel.say(bytes([GTC]) + b"singer"))
        result = tunnel.say(bytes([GTC]) + oath(key).encode())
        self.assertEqual(result[4], EXTENSIONS)
        tunnel.say(b"\x02" + result[1:])
        self.assertEqual(tunnel.answer.code, ACCEPT)

    def test_a_nak_storm_ends(self):
        conversation = Conversation(self.server)
        self.addCleanup(conversation.close)
        answer, rounds = conversation.identity(), 0
        while answer.code == CHALLENGE and rounds < 50:
            rounds += 1
            answer = conversation.respond(NAK, bytes([PEAP, TTLS, 13, 4, 6]))
        self.assertEqual((answer.code, answer.eap[0]), (REJECT, 4))
        self.assertLess(rounds, 5)

    def test_endless_fragments_end_and_others_are_served(self):
        conversation = Conversation(self.server)
        self.addCleanup(conversation.close)
        answer, rounds = conversation.identity(), 0
        while answer.code == CHALLENGE and rounds < 1000:
            rounds += 1
            answer = conversation.respond(TTLS, b"\x40" + struct.pack(">H", rounds) * 600)
        self.assertEqual((answer.code, answer.eap[0]), (REJECT, 4))
        self.assertLess(rounds, 60)
        self.assertTrue(ttls_pap(self.server).success)

    def test_a_state_of_what_has_ended_or_of_another_node_is_refused(self):
        tunnel = self.tunnel(TTLS, "1.2")
        tunnel.say(avp(1, b"alice") + avp(2, padded("wonderland")))
        self.assertEqual(tunnel.answer.code, ACCEPT)
        conversation = tunnel.conversation
        request, first = conversation.sent, tunnel.answer.octets
        self.assertEqual(conversation.nas.ask(request), first, "a retransmission gets the same octets")
        for state in (conversation.state, bytes(16), b"x"):
            answer = conversation.ask(eap_packet(1, TTLS, b"\0"), state)
            self.assertEqual((answer.code, answer.eap[0]), (REJECT, 4))

    def test_hostile_packets_leave_the_others_served(self):
        conversation = Conversation(self.server)
        self.addCleanup(conversation.close)
        for octets in (b"\x02", b"\x02\x01\xff\xff\x01", eap_packet(1, IDENTITY, b"x", code=1), b"\x03\x01\x00\x04",
                       b"\x07\x01\x00\x05\x01", eap_packet(1, 254, bytes(20)), eap_packet(1, TTLS, b"\xc0\xff\xff\xff\xff")):
            conversation.nas.send(conversation.request(octets, b""))
        offered = conversation.nas.socket
        offered.settimeout(0.2)
        try:
            while True:
                offered.recv(4096)
        except TimeoutError:
            pass
        self.assertTrue(ttls_pap(self.server).success)
        self.assertEqual(login(self.server, "alice", "wonderland").code, "Access-Accept")


SSID_POLICY = """version: 1
entries:
  - model: authentik_policies_expression.expressionpolicy
    id: office-only
    identifiers: {name: office-only}
    attrs: {expression: return request.radius.ssid ~= "guests"}
  - model: authentik_policies.policybinding
    identifiers: {target: !Find [authentik_core.application, [slug, radius]], order: 0}
    attrs: {policy: !KeyOf office-only}
"""
PASSWORDS = {"TTLS-PAP": ("TTLS", "auth=PAP"), "PEAP-GTC": ("PEAP", "auth=GTC")}


class Resumption(SharedCase):
    settings = SETTINGS

    @classmethod
    def populate(cls, server):
        server.listen = False
        server.write_config(cls.settings)
        server.start()
        for name in ("alice", "bob", "carol", "dave"):
            server.add_user(name, "wonderland")
        server.apply(blueprint(attributes="{postern: {eap: {resumption: hours=1}}}"))
        server.apply(SSID_POLICY, name="policy.yaml")
        eventually(lambda: ttls_pap(server).success, "EAP is ready")

    def test_rfc5216_2_1_2_eapol_test_comes_back_without_a_password(self):
        for name, (eap, phase2) in PASSWORDS.items():
            for tls in VERSIONS:
                with self.subTest(method=name, tls=tls):
                    done = supplicant(self.server, eap, "alice", "wonderland", phase2=phase2, tls=tls,
                                      arguments=("-r", "2"))
                    self.assertIn("MPPE keys OK: 3  mismatch: 0", done.text, done.text[-4000:])
                    self.assertTrue(done.success)
                    self.assertEqual(done.text.count("Handshake finished - resumed=1"), 2)

    def tunnel(self, before=None, tls="1.2", method=TTLS, ssid="office"):
        conversation = Conversation(self.server, more=attribute(30, b"00-10-A4-23-19-C0:" + ssid.encode()))
        self.addCleanup(conversation.close)
        tunnel = Tunnel(conversation, method, self.server.ca, tls, before).handshake()
        tunnel.hear()  # of TLS 1.3: the session that may be taken up
        return tunnel

    def whole(self, user, tls="1.2"):
        tunnel = self.tunnel(tls=tls)
        self.assertFalse(tunnel.ssl.session_reused)
        tunnel.say(avp(1, user.encode()) + avp(2, padded("wonderland")))
        self.assertEqual(tunnel.answer.code, ACCEPT)
        return tunnel

    def resumed(self, tunnel):
        """What comes of a handshake that took up a session, when nothing is said inside."""
        self.assertTrue(tunnel.ssl.session_reused)
        while tunnel.answer.code == CHALLENGE:
            tunnel.say(b"")
        return tunnel.answer.code

    def test_who_comes_back_is_let_in_again_as_the_same_user(self):
        for tls in VERSIONS:
            with self.subTest(tls=tls):
                first = self.whole("alice", tls)
                second = self.tunnel(first, tls)
                self.assertEqual(self.resumed(second), ACCEPT)
                self.assertEqual(second.answer.values(1), [b"alice"])
                self.assertNotEqual(second.answer.values(26), first.answer.values(26), "keys of its own")
                self.assertEqual(self.resumed(self.tunnel(first, tls)), ACCEPT, "once more")

    def test_a_session_whose_user_has_changed_is_not_taken_up(self):
        for tls in VERSIONS:
            with self.subTest(tls=tls):
                first = self.whole("bob", tls)
                self.server.app_password("bob", "moves-" + tls.replace(".", "-"))
                second = self.tunnel(first, tls)
                self.assertFalse(second.ssl.session_reused, "the generation has moved")
                self.assertEqual(second.answer.code, CHALLENGE)
                second.say(avp(1, b"bob") + avp(2, padded("wonderland")))
                self.assertEqual(second.answer.code, ACCEPT, "the whole login is open")
        gone = self.whole("carol")
        self.server.run("user", "set", "carol", "is_active=false")
        self.assertFalse(self.tunnel(gone).ssl.session_reused)

    def test_a_login_that_was_refused_leaves_nothing_to_take_up(self):
        for tls in VERSIONS:
            with self.subTest(tls=tls):
                refused = self.tunnel(tls=tls)
                refused.say(avp(1, b"alice") + avp(2, padded("wrong")))
                self.assertEqual(refused.answer.code, REJECT)
                self.assertFalse(self.tunnel(refused, tls).ssl.session_reused)

    def test_another_method_does_not_take_it_up(self):
        self.assertFalse(self.tunnel(self.whole("alice"), method=PEAP).ssl.session_reused)

    def test_policies_are_asked_again_for_the_new_access(self):
        for tls in VERSIONS:
            with self.subTest(tls=tls):
                first = self.whole("dave", tls)
                self.assertEqual(self.resumed(self.tunnel(first, tls, ssid="guests")), REJECT)
                self.assertEqual(self.resumed(self.tunnel(first, tls)), ACCEPT)

    def test_wrong_durations_are_refused_and_it_is_off_by_default(self):
        for text in ("forever", "hours=25", "true", "8"):
            done = self.server.apply(blueprint(name="other", networks="203.0.113.0/24",
                                               attributes="{postern: {eap: {resumption: " + text + "}}}"), code=None)
            self.assertIn("postern.eap.resumption", done.stdout + done.stderr, text)


class EapTls(PosternCase):
    def server(self):
        server = self.postern(SETTINGS, listen=False, start=True)
        server.add_user("alice", "wonderland", "--email", "alice@example.org")
        server.add_user("laptop.example.org", "unused-password")
        self.authority = Authority(server.folder)
        self.crl = server.folder / "wifi.crl"
        self.authority.crl(self.crl)
        server.apply(certificates("wifi-ca", self.authority.pem), name="ca.yaml")
        return server

    def offer(self, server, more=""):
        server.apply(blueprint(attributes="{postern: {eap: {client_ca: wifi-ca" + more + "}}}"))

    def tls(self, server, certificate, **more):
        return supplicant(server, "TLS", "whoever", more=(f'client_cert="{certificate[0]}"',
                                                          f'private_key="{certificate[1]}"'), **more)

    def test_by_version_and_size(self):
        server = self.server()
        self.offer(server)
        alice = self.authority.issue("alice-phone", "email:alice@example.org")
        eventually(lambda: self.tls(server, alice).success, "EAP-TLS is offered")
        for tls in VERSIONS:
            for size in SIZES:
                with self.subTest(tls=tls, size=size):
                    done = self.tls(server, alice, tls=tls, mtu=size, fragment=size - 10)
                    self.assertTrue(done.success and done.keys_match, done.text[-4000:])
        laptop = self.authority.issue("laptop", "DNS:laptop.example.org")
        self.assertTrue(self.tls(server, laptop).success)
        stranger = self.authority.issue("stranger", "email:eve@example.org")
        for tls in VERSIONS:
            self.assertFalse(self.tls(server, stranger, tls=tls).success)

    def test_a_session_is_resumed_if_the_provider_says_so(self):
        server = self.server()
        self.offer(server, f", resumption: hours=1, client_crl: {self.crl}")
        alice = self.authority.issue("alice-phone", "email:alice@example.org")
        eventually(lambda: self.tls(server, alice).success, "EAP-TLS is offered")
        for tls in VERSIONS:
            done = self.tls(server, alice, tls=tls, arguments=("-r", "2"))
            self.assertIn("MPPE keys OK: 3  mismatch: 0", done.text, done.text[-4000:])
            # In TLS 1.3 eapol_test says it again when the server's octet 0x00 comes.
            self.assertGreaterEqual(done.text.count("Handshake finished - resumed=1"), 2, tls)

    def test_a_revoked_certificate_is_refused_without_a_restart(self):
        server = self.server()
        self.offer(server, f", client_crl: {self.crl}")
        alice = self.authority.issue("alice-phone", "email:alice@example.org")
        other = self.authority.issue("alice-laptop", "email:alice@example.org")
        eventually(lambda: self.tls(server, alice).success, "EAP-TLS is offered")
        self.authority.revoke(alice[0])
        self.authority.crl(self.crl)
        eventually(lambda: not self.tls(server, alice).success, "the list is followed")
        for tls in VERSIONS:
            self.assertFalse(self.tls(server, alice, tls=tls).success)
            self.assertTrue(self.tls(server, other, tls=tls).success)

    def test_a_disabled_user_and_an_enrolled_fingerprint(self):
        server = self.server()
        phone = self.authority.issue("phone", "email:eve@example.org")
        shown = self.authority.openssl("x509", "-in", str(phone[0]), "-noout", "-fingerprint", "-sha256")
        fingerprint = shown.strip().split("=")[1]
        self.offer(server, ', fingerprints: {alice: "' + fingerprint + '"}')
        eventually(lambda: self.tls(server, phone).success, "the fingerprint is enrolled")
        server.apply("version: 1\nentries:\n  - model: authentik_core.user\n    identifiers: {username: alice}\n"
                     "    attrs: {is_active: false}\n", name="off.yaml")
        self.assertFalse(self.tls(server, phone).success)


class EapCertificates(PosternCase):
    def test_the_certificate_of_the_provider_is_changed_without_a_restart(self):
        server = self.postern(SETTINGS, listen=False, start=True)
        server.add_user("alice", "wonderland")
        server.apply(blueprint())
        eventually(lambda: ttls_pap(server).success, "the server's own certificate")
        authority = Authority(server.folder)
        pem, key = authority.issue("radius.example.org", "DNS:radius.example.org")
        server.apply(certificates("wifi", pem.read_text(), key.read_text()), name="own.yaml")
        server.apply(blueprint().replace("      client_networks", "      certificate: !Find "
                     "[authentik_crypto.certificatekeypair, [name, wifi]]\n      client_networks"))
        own = authority.folder / "ca.pem"
        eventually(lambda: ttls_pap(server, ca=own).success, "the provider's certificate")
        self.assertFalse(ttls_pap(server).success)

    def test_wrong_settings_are_refused_with_their_place(self):
        server = self.postern(SETTINGS, listen=False, start=True)
        for setting in ("{methods: [md5]}", "{client_ca: nowhere}", "{client_crl: relative}", "{client_names: [serial]}",
                        "{fingerprints: {alice: abc}}", "{required: perhaps}", "{unknown: 1}", "[]"):
            done = server.apply(blueprint(attributes="{postern: {eap: " + setting + "}}"), code=None)
            self.assertNotEqual(done.returncode, 0, setting)
            self.assertIn("postern.eap", done.stdout + done.stderr, setting)

    def test_rfc3579_4_3_6_a_password_without_eap_is_refused_where_eap_is_required(self):
        server = self.postern(SETTINGS, listen=False, start=True)
        server.add_user("alice", "wonderland")
        server.apply(blueprint(attributes="{postern: {eap: {required: true}}}"))
        with Nas(server):
            self.assertTrue(ttls_pap(server).success)
        self.assertEqual(login(server, "alice", "wonderland").code, "Access-Reject")
        eventually(lambda: "reason=eap_required" in server.log_text(), "the log says why")

    def test_eap_that_is_off_is_refused(self):
        server = self.postern(SETTINGS, listen=False, start=True)
        server.add_user("alice", "wonderland")
        server.apply(blueprint(attributes="{postern: {eap: {methods: off}}}"))
        with Nas(server):
            self.assertFalse(ttls_pap(server).success)
        eventually(lambda: "eap_not_offered" in server.log_text(), "the log says why")


if __name__ == "__main__":
    unittest.main()
