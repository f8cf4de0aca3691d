"""RADIUS under load through the real binary: what is answered and what is lost, never how fast."""

import os
import select
import time
import unittest

from radiuswire import ACCEPT, LISTEN, SECRET, Nas, access_request, attribute, blueprint, login, packet, verified
from support import PATIENCE, PosternCase

# Hashes as slow as they are by default, and no throttle: wrong passwords are to be hashed all the time.
SETTINGS = LISTEN + "login:\n  throttle: off\n"
IDENTIFIERS, SOCKETS, TURNS, SLOW = 256, 4, 3, 16


class Caller(Nas):
    """A NAS that has a request under way for each of some identifiers, `turns` times each."""

    def __init__(self, server, password, identifiers, turns):
        super().__init__(server)
        self.socket.setblocking(False)
        self.password, self.turns = password, turns
        self.free = list(range(identifiers)) * turns
        self.waiting, self.codes, self.wrong = {}, {}, 0

    def send_some(self, most):
        for _ in range(min(most, len(self.free))):
            if self.free[0] in self.waiting:
                break
            self.send_one(self.free.pop(0))

    def send_one(self, identifier):
        octets = access_request("alice", self.password, identifier)
        self.waiting[identifier] = octets
        self.send(octets)

    def take(self):
        while True:
            try:
                reply = self.receive()
            except BlockingIOError:
                return
            request = self.waiting.pop(reply[1], None)
            if request is None or not verified(reply, request):
                self.wrong += 1
            self.codes[reply[0]] = self.codes.get(reply[0], 0) + 1

    @property
    def done(self):
        return not self.free and not self.waiting


class Load(PosternCase):
    def test_256_identifiers_on_4_sockets_lose_nothing_while_16_slow_hashes_run(self):
        server = self.postern(SETTINGS, listen=False, start=True)
        server.add_user("alice", "wonderland")
        server.apply(blueprint(attributes="{postern: {message_authenticator: required}}"))
        key = server.app_password("alice", "alice-vpn")
        quick = [Caller(server, key, IDENTIFIERS, TURNS) for _ in range(SOCKETS)]
        slow = Caller(server, "not-her-password", SLOW, 1)
        for one in (*quick, slow):
            self.addCleanup(one.socket.close)
        slow.send_some(SLOW)
        end = time.monotonic() + PATIENCE
        while not all(one.done for one in quick) and time.monotonic() < end:
            for one in quick:
                one.send_some(16)
            select.select([one.socket for one in (*quick, slow)], [], [], 0.05 if all(
                not one.free or one.free[0] in one.waiting for one in quick) else 0)
            for one in (*quick, slow):
                one.take()
            for identifier in set(range(SLOW)) - set(slow.waiting):
                slow.send_one(identifier)  # 16 are hashed at any time
        for number, one in enumerate(quick):
            self.assertEqual((number, one.codes, len(one.waiting), one.wrong), (number, {2: IDENTIFIERS * TURNS}, 0, 0))
        self.assertEqual(slow.wrong, 0)
        self.assertLessEqual(set(slow.codes), {3}, "and none of the slow ones is let in")

    def test_10_000_known_clients_are_loaded_and_served(self):
        server = self.postern(SETTINGS, listen=False, start=True)
        server.add_user("alice", "wonderland")
        networks = [f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}" for n in range(1, 10_000)]
        for part in range(0, len(networks), 2500):
            server.apply(blueprint(name=f"part{part}", secret=f"secret-of-part-{part}",
                                   networks=", ".join(networks[part:part + 2500])), name=f"part{part}.yaml")
        server.apply(blueprint())
        self.assertEqual(login(server, "alice", "wonderland").code, ACCEPT)
        # The longest prefix wins, whatever else is known.
        server.apply(blueprint(name="here", secret="secret-of-here", networks="127.0.0.1"), name="here.yaml")
        self.assertEqual(login(server, "alice", "wonderland", secret="secret-of-here").code, ACCEPT)
        with Nas(server) as nas:
            nas.send(access_request("alice", "wonderland", 1, secret=SECRET))
            status = packet(12, 2, secret="secret-of-here")
            self.assertEqual(nas.ask(status)[1], 2, "the other secret has no answer")
            several = packet(1, 3, attribute(1, b"alice") + attribute(33, os.urandom(8)), secret="secret-of-here")
            self.assertTrue(verified(nas.ask(several), several, "secret-of-here"))


if __name__ == "__main__":
    unittest.main()
