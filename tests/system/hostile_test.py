"""Hostile input on the wire: it is answered or closed as the RFC says, in bounded memory, and nobody else notices."""

import random
import socket
import unittest

import ldapwire
from support import BASE, CALM, PosternCase, SharedCase, eventually, more_files, user_dn

MEMORY_KIB = 120 * 1024


class Hostile(SharedCase):
    @classmethod
    def populate(cls, server):
        more_files()
        server.start()
        server.add_user("anna", "pw-of-anna")
        cls.account = server.search_account()

    def tearDown(self):
        # Whatever a test did, others are served and memory is bounded.
        with ldapwire.connect(self.server) as wire:
            self.assertEqual(wire.bind(*self.account), 0)
            self.assertEqual(wire.search(user_dn("anna"), scope=0), (0, [user_dn("anna")]))
        self.assertLess(self.server.resident_kib(), MEMORY_KIB)

    def bound(self):
        wire = ldapwire.connect(self.server)
        self.addCleanup(wire.close)
        self.assertEqual(wire.bind(*self.account), 0)
        return wire

    def after(self, octets, bound=False):
        """The answers to these octets until the server closes."""
        wire = self.bound() if bound else ldapwire.connect(self.server)
        self.addCleanup(wire.close)
        try:
            wire.send(octets)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return wire.receive_all()

    def assert_notice(self, octets, bound=False):
        answers = self.after(octets, bound)
        self.assertTrue(answers and answers[-1].is_notice(), (octets[:30], [vars(a) for a in answers]))
        self.assertEqual(answers[-1].code, 2)

    def test_Rfc4511_4_1_1_unparsable_envelopes_get_a_notice_of_disconnection(self):
        for octets in (b"GET / HTTP/1.1\r\n\r\n", b"\x31\x03\x02\x01\x01", b"\x30\x80\x02\x01\x01\x00\x00",
                       b"\x30\x03\x04\x01\x01", b"\x30\x00", b"\x30\x04\x02\x02\x00\x00", b"\x30\x04\x02\x01\x01\x42",
                       ldapwire.message(-1, b"\x42\x00"), ldapwire.tlv(0x30, ldapwire.integer(1)),
                       ldapwire.message(2**31, b"\x60\x00"), b"\x30\x85\x01\x01\x01\x01\x01", b"\x30\xff" + b"\xff" * 127,
                       ldapwire.message(1, b"\x7f\x81\x05\x00")):
            with self.subTest(octets=octets[:20]):
                self.assert_notice(octets)

    def test_message_id_0_and_one_in_use(self):
        self.assert_notice(ldapwire.message(0, ldapwire.tlv(0x77, ldapwire.text(ldapwire.WHOAMI, 0x80))))

    def test_malformed_bodies_are_protocolError_or_a_notice_never_success(self):
        source = random.Random(11)
        good = [ldapwire.search(1, BASE), ldapwire.bind(1, user_dn("anna"), "pw-of-anna"),
                ldapwire.extended(1, ldapwire.WHOAMI), ldapwire.message(1, ldapwire.tlv(0x6E, ldapwire.text(BASE), ldapwire.tlv(
                    0x30, ldapwire.text("cn"), ldapwire.text("x"))))]
        for number in range(400):
            octets = bytearray(good[number % len(good)])
            for _ in range(source.randrange(1, 5)):
                octets[source.randrange(len(octets))] = source.randrange(256)
            wire = ldapwire.connect(self.server)
            try:
                wire.send(bytes(octets))
                wire.connection.shutdown(socket.SHUT_WR)
                for answer in wire.receive_all():
                    self.assertIsNotNone(answer.code if answer.operation != ldapwire.ENTRY else 0)
            except (BrokenPipeError, ConnectionResetError, OSError):
                pass
            finally:
                wire.close()

    def test_every_prefix_of_a_request_then_the_end(self):
        octets = ldapwire.bind(1, user_dn("anna"), "pw-of-anna")
        for size in range(len(octets)):
            with ldapwire.connect(self.server) as wire:
                wire.send(octets[:size])
                wire.connection.shutdown(socket.SHUT_WR)
                self.assertEqual(wire.receive_all(), [])

    def test_byte_by_byte(self):
        with ldapwire.connect(self.server) as wire:
            wire.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for octet in ldapwire.bind(1, user_dn("anna"), "pw-of-anna"):
                wire.send(bytes([octet]))
            self.assertEqual(wire.receive().code, 0)

    def test_oversized_pdu_is_refused_by_its_length_alone(self):
        for size in (0x7FFFFFFF, 0xFFFFFFFF, 64 * 1024 * 1024):
            self.assert_notice(b"\x30\x84" + size.to_bytes(4, "big") + b"\x02\x01\x01")
        self.assert_notice(b"\x30\x84" + (2 * 1024 * 1024).to_bytes(4, "big"), bound=True)
        self.assert_notice(b"\x30\x83" + (300 * 1024).to_bytes(3, "big"))

    def test_large_but_allowed_request(self):
        wire = self.bound()
        many = [f"attribute{n}" for n in range(3000)]
        self.assertEqual(wire.search(user_dn("anna"), scope=0, attributes=many), (0, [user_dn("anna")]))

    def test_deep_filter_is_protocolError_and_the_connection_goes_on(self):
        wire = self.bound()
        for depth in (1000, 20_000):
            query = ldapwire.present("cn")
            for _ in range(depth):
                query = ldapwire.negation(query)
            code, names = wire.search(BASE, query=query)
            self.assertEqual((code, names), (2, []), depth)
        self.assertEqual(wire.search(user_dn("anna"), scope=0)[0], 0)

    def test_deep_filter_on_the_root_dse_anonymously(self):
        query = ldapwire.present("objectClass")
        for _ in range(1000):
            query = ldapwire.negation(query)
        with ldapwire.connect(self.server) as wire:
            self.assertEqual(wire.search("", scope=0, query=query), (2, []))

    def test_wide_filter(self):
        wire = self.bound()
        query = ldapwire.tlv(0xA1, *[ldapwire.equal("uid", f"x{n}") for n in range(5000)], ldapwire.equal("uid", "anna"))
        self.assertIn(wire.search(BASE, query=query), [(0, [user_dn("anna"), f"cn=anna,ou=virtual-groups,{BASE}"]),
                                                       (0, [user_dn("anna")]), (2, []), (11, [])])

    def test_filter_of_very_many_pieces(self):
        wire = self.bound()
        pieces = ldapwire.tlv(0x30, *[ldapwire.text("a", 0x81) for _ in range(20_000)])
        code, names = wire.search(BASE, query=ldapwire.tlv(0xA4, ldapwire.text("uid"), pieces))
        self.assertIn(code, (0, 2, 11))
        self.assertEqual(names, [])

    def test_long_names_and_dns(self):
        wire = self.bound()
        for dn in ("cn=" + "x" * 200_000, ",".join(["dc=a"] * 20_000), "cn=" + "\\00" * 1000 + "," + BASE, "," * 5000, "cn=\\"):
            self.assertIn(wire.search(dn, scope=0)[0], (32, 34), dn[:20])

    def test_slow_sender_keeps_nobody_waiting(self):
        slow = [ldapwire.connect(self.server) for _ in range(50)]
        try:
            for wire in slow:
                wire.send(b"\x30\x82")
            with ldapwire.connect(self.server, patience=10) as other:
                self.assertEqual(other.bind(*self.account), 0)
                self.assertEqual(other.search(BASE)[0], 0)
        finally:
            for wire in slow:
                wire.close()

    def test_reader_that_does_not_read_is_held_in_bounded_memory(self):
        wire = self.bound()
        wire.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.connection.settimeout(0.2)
        query = ldapwire.search(7, BASE, attributes=("*", "+"))
        sent = 0
        try:
            for number in range(20_000):
                wire.send(ldapwire.search(10 + number, BASE, attributes=("*", "+")))
                sent += len(query)
        except (TimeoutError, OSError):
            pass  # the server stopped reading, as it should
        self.assertLess(self.server.resident_kib(), MEMORY_KIB)

    def test_half_open_connections(self):
        half = [ldapwire.connect(self.server) for _ in range(50)]
        for wire in half:
            wire.send(ldapwire.bind(1, *self.account))
            wire.connection.shutdown(socket.SHUT_WR)
        for wire in half:
            wire.receive_all()
            wire.close()

    def test_reset_in_the_middle_of_a_login(self):
        import struct
        for _ in range(30):
            wire = ldapwire.connect(self.server)
            wire.send(ldapwire.bind(1, user_dn("anna"), "wrong"))
            wire.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            wire.close()

    def test_500_idle_connections_beside_a_busy_one(self):
        before = self.server.resident_kib()
        idle = [self.server.connect() for _ in range(500)]
        try:
            with ldapwire.connect(self.server) as wire:
                for _ in range(50):
                    self.assertEqual(wire.bind(*self.account), 0)
                    self.assertEqual(wire.search(BASE)[0], 0)
            self.assertLess(self.server.resident_kib() - before, 20 * 1024)
        finally:
            for connection in idle:
                connection.close()

    def test_100_idle_tls_connections(self):
        idle = [ldapwire.connect(self.server, tls=True) for _ in range(100)]
        try:
            self.assertLess(self.server.resident_kib(), MEMORY_KIB)
        finally:
            for wire in idle:
                wire.close()

    def test_garbage_and_silence_on_the_ldaps_port(self):
        source = random.Random(12)
        silent = [self.server.connect(tls=True) for _ in range(50)]
        for _ in range(50):
            with self.server.connect(tls=True) as connection:
                try:
                    connection.sendall(source.randbytes(source.randrange(1, 5000)))
                except OSError:
                    pass
        with ldapwire.connect(self.server, tls=True, patience=10) as wire:
            self.assertEqual(wire.bind(*self.account), 0)
        for connection in silent:
            connection.close()

    def test_flood_of_binds_on_one_connection(self):
        wire = ldapwire.connect(self.server)
        self.addCleanup(wire.close)
        wire.send(*[ldapwire.bind(n, user_dn("anna"), f"wrong{n}") for n in range(1, 61)])
        with ldapwire.connect(self.server, patience=20) as other:
            self.assertEqual(other.bind(*self.account), 0)
            self.assertEqual(other.search(user_dn("anna"), scope=0)[0], 0)
        codes = [wire.receive().code for _ in range(60)]
        self.assertEqual(set(codes) - {49, 51}, set())

    def test_Rfc4511_4_3_unbind_closes_without_an_answer(self):
        with ldapwire.connect(self.server) as wire:
            wire.send(ldapwire.unbind(1))
            self.assertEqual(wire.receive_all(), [])

    def test_Rfc4511_4_11_abandon_has_no_answer(self):
        wire = self.bound()
        wire.send(ldapwire.search(50, BASE), ldapwire.abandon(51, 50), ldapwire.abandon(52, 9999),
                  ldapwire.search(53, user_dn("anna"), scope=0))
        while True:
            answer = wire.receive()
            self.assertIsNotNone(answer)
            self.assertIn(answer.number, (50, 53))
            if answer.number == 53 and answer.operation == ldapwire.SEARCH_DONE:
                break

    def test_Rfc4511_4_12_unknown_extended_operation_is_protocolError(self):
        with ldapwire.connect(self.server) as wire:
            wire.send(ldapwire.extended(1, b"1.2.3.4.5"))
            self.assertEqual(wire.receive().code, 2)
            self.assertEqual(wire.whoami(), "")

    def test_mutated_conversations(self):
        source = random.Random(13)
        conversation = (ldapwire.bind(1, *self.account) + ldapwire.search(2, BASE) + ldapwire.extended(3, ldapwire.WHOAMI) +
                        ldapwire.abandon(4, 2) + ldapwire.search(5, "", scope=0) + ldapwire.unbind(6))
        for _ in range(200):
            octets = bytearray(conversation)
            for _ in range(source.randrange(1, 8)):
                octets[source.randrange(len(octets))] = source.randrange(256)
            connection = self.server.connect()
            try:
                connection.sendall(bytes(octets))
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass
            except OSError:
                pass
            finally:
                connection.close()


class Caps(PosternCase):
    def test_connections_above_the_cap_are_closed_and_the_rest_goes_on(self):
        server = self.postern(CALM + "limits: {connections: 20}\n", start=True)
        kept = [ldapwire.connect(server) for _ in range(20)]
        for wire in kept:
            self.assertEqual(wire.bind("", ""), 0)
        more = [ldapwire.connect(server) for _ in range(10)]
        for wire in more:
            self.assertTrue(wire.receive().is_notice())
            self.assertIsNone(wire.receive())
            wire.close()
        self.assertEqual(kept[0].search("", scope=0)[0], 0)
        for wire in kept:
            wire.close()

        def admitted():
            with ldapwire.connect(server) as wire:
                try:
                    return wire.bind("", "") == 0
                except (AssertionError, OSError):
                    return False
        eventually(admitted, "a connection to be let in again")

    def test_connections_of_one_address_are_capped(self):
        server = self.postern(CALM + "limits: {per_address: 5}\n", start=True)
        kept = [ldapwire.connect(server) for _ in range(5)]
        for wire in kept:
            self.assertEqual(wire.bind("", ""), 0)
        with ldapwire.connect(server) as wire:
            self.assertTrue(wire.receive().is_notice())
            self.assertIsNone(wire.receive())
        for wire in kept:
            wire.close()

    def test_silent_tls_client_is_dropped_after_the_handshake_limit(self):
        server = self.postern(CALM + "limits: {handshake: 1s}\n", start=True)
        with server.connect(tls=True) as connection:
            self.assertEqual(connection.recv(100), b"")
        with ldapwire.connect(server) as wire:
            self.assertTrue(wire.receive().is_notice())
            self.assertIsNone(wire.receive())

    def test_idle_connection_is_dropped(self):
        server = self.postern(CALM + "limits: {idle: 1s}\n", start=True)
        with ldapwire.connect(server) as wire:
            self.assertEqual(wire.bind("", ""), 0)
            notice = wire.receive()
            self.assertTrue(notice.is_notice())
            self.assertEqual(notice.code, 52)
            self.assertIsNone(wire.receive())

    def test_search_size_of_the_server(self):
        server = self.postern(CALM + "limits: {search_size: 3}\n", start=True)
        found = server.search(server.search_account())
        self.assertEqual((found.code, len(found)), (4, 3))

    def test_sigterm_tells_clients_and_ends_in_time(self):
        server = self.postern(start=True)
        with ldapwire.connect(server) as wire:
            self.assertEqual(wire.bind("", ""), 0)
            self.assertEqual(server.stop(), 0)
            answers = wire.receive_all()
            self.assertTrue(answers and answers[-1].is_notice())
            self.assertEqual(answers[-1].code, 52)


if __name__ == "__main__":
    unittest.main()
