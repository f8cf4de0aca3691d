"""Network passwords through the real binary: CHAP, MS-CHAP and MS-CHAPv2 by radclient and by hand."""

import hashlib
import json
import os
import struct
import subprocess

from radiuswire import (ACCEPT, REJECT, SECRET, SETTINGS, Nas, access_request, address, attribute, blueprint, login, packet,
                        radclient, verified)
from support import SharedCase, eventually, user_dn

MICROSOFT = 311


def vendor(kind, value):
    return attribute(26, struct.pack(">IBB", MICROSOFT, kind, len(value) + 2) + value)


def chap(server, user, password):
    return radclient(server, {"User-Name": user, "CHAP-Password": password})


def ms_chap(server, user, password):
    return radclient(server, {"User-Name": user, "MS-CHAP-Password": password})


class World(SharedCase):
    settings = SETTINGS

    @classmethod
    def populate(cls, server):
        server.listen = False
        server.write_config(cls.settings)
        server.start()
        for user in ("alice", "bob", "carol"):
            server.add_user(user, "wonderland")
        server.add_totp("carol")
        server.apply(blueprint())
        cls.phone = cls.add(server, "alice", "phone")
        cls.carols = cls.add(server, "carol", "laptop")

    @staticmethod
    def add(server, user, device, *more):
        made = server.run("user", "network-password", "add", user, "--device", device, *more)
        return server.secret(made.stdout.strip())


class NetworkPasswords(World):
    def revoke(self, user, device, code=0):
        return self.server.run("user", "network-password", "delete", user, "--device", device, code=code)

    def devices(self, user):
        out = self.server.run("user", "network-password", "list", user, "--json").stdout
        return {one["device"]: one for one in json.loads(out)}

    def test_it_is_typeable(self):
        self.assertRegex(self.phone, r"^[a-km-np-z]{28}$")

    def test_chap(self):
        self.assertEqual(chap(self.server, "alice", self.phone).code, ACCEPT)
        self.assertEqual(chap(self.server, "alice", self.phone + "x").code, REJECT)

    def test_ms_chap(self):
        reply = ms_chap(self.server, "alice", self.phone)
        self.assertEqual(reply.code, ACCEPT)
        self.assertTrue(reply.one("MS-CHAP-MPPE-Keys"))
        refused = ms_chap(self.server, "alice", "wonderland")
        self.assertEqual(refused.code, REJECT)
        self.assertIn("E=691", refused.text)

    def test_pap_takes_it_over_radius(self):
        self.assertEqual(login(self.server, "alice", self.phone).code, ACCEPT)

    def test_no_code_is_asked_for(self):
        self.assertEqual(chap(self.server, "carol", self.carols).code, ACCEPT)
        self.assertEqual(login(self.server, "carol", self.carols).code, ACCEPT)

    def test_the_account_password_is_never_taken_and_the_log_says_what_is_needed(self):
        self.assertEqual(chap(self.server, "bob", "wonderland").code, REJECT)
        self.assertEqual(ms_chap(self.server, "bob", "wonderland").code, REJECT)
        self.assertEqual(chap(self.server, "alice", "wonderland").code, REJECT)
        eventually(lambda: "needs_a_network_password" in self.server.log_text(), "the log says why")
        eventually(lambda: "wrong_network_password" in self.server.log_text(), "the log says why")

    def test_an_app_password_is_not_taken_either(self):
        self.assertEqual(chap(self.server, "bob", self.server.app_password("bob", "bob-app")).code, REJECT)

    def test_ldap_is_not_opened(self):
        self.assertEqual(self.server.bind(user_dn("alice"), self.phone), 49)

    def test_the_domain_in_front_is_left_out(self):
        self.assertEqual(chap(self.server, "CORP\\\\alice", self.phone).code, ACCEPT)

    def test_revoking_one_leaves_the_others(self):
        other = self.add(self.server, "alice", "tablet")
        self.assertEqual(chap(self.server, "alice", other).code, ACCEPT)
        self.revoke("alice", "tablet")
        self.assertEqual(chap(self.server, "alice", other).code, REJECT)
        self.assertEqual(chap(self.server, "alice", self.phone).code, ACCEPT)
        self.revoke("alice", "tablet", code=1)

    def test_one_of_a_device(self):
        again = self.server.run("user", "network-password", "add", "alice", "--device", "phone", code=1)
        self.assertIn("already", again.stderr)

    def test_an_expired_one_is_refused(self):
        old = self.add(self.server, "bob", "old", "--expires", "2020-01-01T00:00:00Z")
        self.assertEqual(chap(self.server, "bob", old).code, REJECT)

    def test_the_list_shows_the_last_use_and_no_secret(self):
        self.assertEqual(chap(self.server, "alice", self.phone).code, ACCEPT)
        eventually(lambda: self.devices("alice")["phone"]["last_used"], "the last use")
        text = self.server.run("user", "network-password", "list", "alice").stdout
        self.assertIn("phone", text)
        self.assertNotIn(self.phone, text)

    def test_nothing_in_the_database_or_the_log_is_in_clear(self):
        for path in self.server.state.rglob("*"):
            if path.is_file():
                self.assertNotIn(self.phone.encode(), path.read_bytes(), path)

    def test_an_inactive_user_is_refused_and_then_not(self):
        self.server.add_user("dora", "wonderland")
        hers = self.add(self.server, "dora", "phone")
        self.server.run("user", "set", "dora", "is_active=false")
        self.assertEqual(chap(self.server, "dora", hers).code, REJECT)
        self.server.run("user", "set", "dora", "is_active=true")
        self.assertEqual(chap(self.server, "dora", hers).code, ACCEPT)

    def test_rfc2865_2_2_the_request_authenticator_is_the_challenge(self):
        authenticator = os.urandom(16)
        response = hashlib.md5(b"\x07" + self.phone.encode() + authenticator).digest()
        request = packet(1, 5, attribute(1, b"alice") + attribute(3, b"\x07" + response),
                         authenticator=authenticator)
        with Nas(self.server) as nas:
            reply = nas.ask(request)
        self.assertEqual(reply[0], 2)
        self.assertTrue(verified(reply, request))

    def test_responses_that_lie_are_refused_and_the_others_served(self):
        challenge, chap2 = vendor(11, bytes(16)), vendor(25, bytes(50))
        hostile = [attribute(3, b"x"), attribute(3, bytes(253)), chap2, vendor(25, bytes(49)) + challenge,
                   vendor(11, bytes(8)) + chap2, vendor(11, b"") + chap2, vendor(1, bytes(50)) + challenge,
                   chap2 + chap2 + challenge, chap2 + challenge + attribute(3, bytes(17)),
                   attribute(3, bytes(17)) + attribute(2, bytes(16)), attribute(3, bytes(17)) * 2,
                   attribute(26, struct.pack(">IBB", MICROSOFT, 25, 255) + bytes(50)) + challenge]
        with Nas(self.server) as nas:
            for number, more in enumerate(hostile):
                request = packet(1, number, attribute(1, b"alice") + more)
                reply = nas.ask(request)
                self.assertEqual(reply[0], 3, number)
                self.assertTrue(verified(reply, request), number)
        self.assertEqual(chap(self.server, "alice", self.phone).code, ACCEPT)


class TheTestCommand(World):
    def ask(self, method, user, password, code=0):
        done = self.server.run("radius", "test", user, "--method", method, "--password-stdin", "--server",
                               address(self.server), text=password + "\n", code=code)
        return done.stdout + done.stderr

    def test_it_asks_by_every_method(self):
        for method, attribute_of_it in (("pap", ""), ("chap", ""), ("mschap", "MS-CHAP-MPPE-Keys"),
                                        ("mschapv2", "MS-CHAP2-Success")):
            said = self.ask(method, "alice", self.phone)
            self.assertIn(ACCEPT, said, method)
            self.assertIn(attribute_of_it, said)
            self.assertIn(REJECT, self.ask(method, "alice", self.phone[::-1], code=1))
            if method != "pap":
                self.assertIn(REJECT, self.ask(method, "alice", "wonderland", code=1), "the account's password")
        self.assertIn("MS-CHAP-Error", self.ask("mschapv2", "alice", "wrong", code=1))
        self.assertIn(ACCEPT, self.ask("mschapv2", "OFFICE\\alice", self.phone))
        self.assertIn(ACCEPT, self.ask("chap", "carol", self.carols), "stands for password and code")

    def test_a_method_that_is_none(self):
        self.assertIn("mschapv2", self.ask("md5", "alice", "x", code=2))


class MsChap2(World):
    """A peer of our own, since radclient speaks MS-CHAP of the first version."""

    def ask(self, user, password, name=None, secret=SECRET):
        challenge, peer = os.urandom(16), os.urandom(16)
        response = nt_response(challenge, peer, name or user, password)
        value = bytes([9, 0]) + peer + bytes(8) + response
        request = packet(1, 3, attribute(1, user.encode()) + vendor(11, challenge) + vendor(25, value))
        with Nas(self.server) as nas:
            reply = nas.ask(request)
        self.assertTrue(verified(reply, request))
        return reply[0], microsoft(reply), (challenge, peer, response, request)

    def test_rfc2759_5_the_server_proves_itself_too(self):
        for user, name in (("alice", "alice"), ("CORP\\alice", "alice"), ("CORP\\alice", "CORP\\alice")):
            code, found, sent = self.ask(user, self.phone, name)
            self.assertEqual(code, 2, user)
            self.assertEqual(found[26], b"\x09" + authenticator_response(self.phone, name, *sent[:3]))
            self.assertEqual(found[7], b"\0\0\0\1")

    def test_rfc3079_3_4_both_keys_are_right(self):
        _, found, sent = self.ask("alice", self.phone)
        challenge, peer, response, request = sent
        send, receive = mppe_keys(self.phone, response)
        self.assertEqual(reveal(found[16], request), send)
        self.assertEqual(reveal(found[17], request), receive)

    def test_rfc2759_6_failure(self):
        code, found, _ = self.ask("alice", "wonderland")
        self.assertEqual(code, 3)
        self.assertRegex(found[2], rb"^\x09E=691 R=0 C=[0-9A-F]{32} V=3 M=.+$")
        self.assertEqual(set(found), {2})


def microsoft(reply):
    """Microsoft's attributes of a packet."""
    found, at = {}, 20
    while at < len(reply):
        kind, length = reply[at], reply[at + 1]
        if kind == 26 and reply[at + 2:at + 6] == struct.pack(">I", MICROSOFT):
            found[reply[at + 6]] = reply[at + 8:at + length]
        at += length
    return found


def reveal(value, request, secret=SECRET):
    """RFC 2548, 2.4.2."""
    out, last = b"", request[4:20] + value[:2]
    for at in range(2, len(value), 16):
        pad = hashlib.md5(secret.encode() + last).digest()
        last = value[at:at + 16]
        out += bytes(a ^ b for a, b in zip(last, pad))
    return out[1:1 + out[0]]


def nt_hash(password):
    return legacy_digest("md4", password.encode("utf-16-le"))


def legacy_digest(name, octets):
    return subprocess.run(["openssl", "dgst", "-provider", "legacy", "-provider", "default", f"-{name}", "-binary"],
                          input=octets, capture_output=True, check=True).stdout


def des(key7, block):
    bits = int.from_bytes(key7, "big")
    key = bytes(((bits >> (49 - 7 * i)) & 0x7f) << 1 for i in range(8))
    return subprocess.run(["openssl", "enc", "-provider", "legacy", "-provider", "default", "-des-ecb", "-nopad",
                           "-K", key.hex()], input=block, capture_output=True, check=True).stdout


def challenge_hash(challenge, peer, name):
    return hashlib.sha1(peer + challenge + name.encode()).digest()[:8]


def nt_response(challenge, peer, name, password):
    keys = nt_hash(password) + bytes(5)
    block = challenge_hash(challenge, peer, name)
    return b"".join(des(keys[at:at + 7], block) for at in (0, 7, 14))


def authenticator_response(password, name, challenge, peer, response):
    """RFC 2759, 8.7."""
    twice = legacy_digest("md4", nt_hash(password))
    first = hashlib.sha1(twice + response + b"Magic server to client signing constant").digest()
    second = hashlib.sha1(first + challenge_hash(challenge, peer, name) +
                          b"Pad to make it do more than one iteration").digest()
    return b"S=" + second.hex().upper().encode()


def mppe_keys(password, response):
    """RFC 3079, 3.4: what the server sends with, and what it receives with."""
    twice = legacy_digest("md4", nt_hash(password))
    master = hashlib.sha1(twice + response + b"This is the MPPE Master Key").digest()[:16]

    def key(text):
        return hashlib.sha1(master + bytes(40) + text + b"\xf2" * 40).digest()[:16]
    return (key(b"On the client side, this is the receive key; on the server side, it is the send key."),
            key(b"On the client side, this is the send key; on the server side, it is the receive key."))
