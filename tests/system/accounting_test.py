"""RADIUS accounting through the real binary: radclient as NAS, packets by hand where it will not misbehave, and kill -9."""

import hashlib
import json
import os
import struct

from radiuswire import (ACCEPT, LISTEN, Nas, attribute, blueprint, login, packet, radclient, verified)
from support import CALM, PosternCase, SharedCase, eventually

SETTINGS = LISTEN + "  radius_accounting: 127.0.0.1:0\n" + CALM
RESPONSE = "Accounting-Response"


def report(server, status, session, user="alice", **more):
    """One Accounting-Request by radclient."""
    fields = {"Acct-Status-Type": status, "Acct-Session-Id": session, "User-Name": user, "NAS-Identifier": "gateway",
              **{key.replace("_", "-"): value for key, value in more.items()}}
    text = ", ".join(f"{key} = {value}" if str(value).startswith("0x") else f'{key} = "{value}"' for key, value in fields.items())
    return radclient(server, text, kind="acct", port="radius_accounting", mac=False).code


def sessions(server, *arguments):
    return json.loads(server.run("radius", "sessions", "--json", *arguments).stdout)


def request(attributes, identifier=1, secret="testing-123-secret"):
    """An Accounting-Request by hand, with the right Request Authenticator."""
    head = bytes([4, identifier]) + struct.pack(">H", 20 + len(attributes))
    return head + hashlib.md5(head + bytes(16) + attributes + secret.encode()).digest() + attributes


def stored(status, session, user=b"alice", more=b""):
    return (attribute(40, struct.pack(">I", status)) + attribute(44, session) + attribute(1, user) + more)


def answers(reply, request, secret="testing-123-secret"):
    """The Response Authenticator is right."""
    return reply[0] == 5 and reply[4:20] == hashlib.md5(reply[:4] + request[4:20] + reply[20:] + secret.encode()).digest()


class Accounting(SharedCase):
    settings = SETTINGS

    @classmethod
    def populate(cls, server):
        server.listen = False
        server.write_config(cls.settings)
        server.start()
        server.add_user("alice", "wonderland")
        server.apply(blueprint())

    def one(self, session):
        found = sessions(self.server, "--session", session)
        self.assertEqual(len(found), 1, found)
        return found[0]

    def test_a_session_from_start_to_stop(self):
        self.assertEqual(report(self.server, "Start", "whole", Framed_IP_Address="10.9.8.7", NAS_IP_Address="192.0.2.1",
                                Calling_Station_Id="02-00-00-00-00-01", Called_Station_Id="00-10-A4-23-19-C0:office",
                                NAS_Port=7, NAS_Port_Type="Wireless-802.11"), RESPONSE)
        live = self.one("whole")
        self.assertEqual((live["state"], live["username"], live["framed_address"], live["nas_address"], live["nas_port"]),
                         ("live", "alice", "10.9.8.7", "192.0.2.1", 7))
        report(self.server, "Interim-Update", "whole", NAS_IP_Address="192.0.2.1", Acct_Session_Time=60,
               Acct_Input_Octets=1000, Acct_Output_Octets=5, Acct_Output_Gigawords=2)
        self.assertEqual(self.one("whole")["out_octets"], 2 * 2 ** 32 + 5)
        report(self.server, "Stop", "whole", NAS_IP_Address="192.0.2.1", Acct_Session_Time=90, Acct_Input_Octets=2000,
               Acct_Terminate_Cause="User-Request")
        ended = self.one("whole")
        self.assertEqual((ended["state"], ended["in_octets"], ended["seconds"]), ("User-Request", 2000, 90))
        self.assertIn("whole", self.server.run("radius", "sessions", "--user", "alice").stdout)
        self.assertNotIn("whole", [s["session_id"] for s in sessions(self.server, "--live")])

    def test_ipv6(self):
        report(self.server, "Start", "six", NAS_IPv6_Address="2001:db8::1", Framed_IPv6_Prefix="2001:db8:1::/64",
               Framed_IPv6_Address="2001:db8:1::7")
        found = self.one("six")
        self.assertEqual(found["nas_address"], "2001:db8::1")
        self.assertEqual(sorted(found["framed_ipv6"].split()), ["2001:db8:1::/64", "2001:db8:1::7"])

    def test_class_leads_to_the_user_behind_another_name(self):
        reply = login(self.server, "alice", "wonderland")
        self.assertEqual(reply.code, ACCEPT)
        report(self.server, "Start", "veiled", user="anonymous", Class=reply.one("Class"))
        found = self.one("veiled")
        self.assertEqual((found["username"], found["outer_username"], found["tied_to_login"]), ("alice", "anonymous", True))

    def test_a_class_of_somebody_else_ties_nothing(self):
        report(self.server, "Start", "foreign", user="anonymous", Class="0x" + os.urandom(90).hex())
        self.assertFalse(self.one("foreign")["tied_to_login"])

    def test_a_stop_before_its_start(self):
        report(self.server, "Stop", "late", Acct_Session_Time=10, Acct_Terminate_Cause="Lost-Carrier")
        report(self.server, "Start", "late", Acct_Delay_Time=10)
        self.assertEqual(self.one("late")["state"], "Lost-Carrier")

    def test_accounting_on_ends_what_the_nas_had(self):
        report(self.server, "Start", "before-1", NAS_Identifier="rebooting")
        report(self.server, "Start", "before-2", NAS_Identifier="rebooting")
        report(self.server, "Start", "elsewhere", NAS_Identifier="standing")
        report(self.server, "Accounting-On", "0", NAS_Identifier="rebooting")
        self.assertEqual([self.one(name)["state"] for name in ("before-1", "before-2", "elsewhere")],
                         ["NAS-Reboot", "NAS-Reboot", "live"])

    def test_a_replay_gets_the_same_octets_and_is_stored_once(self):
        octets = request(stored(1, b"twice") + attribute(33, b"proxy"), 9)
        with Nas(self.server, "radius_accounting") as nas:
            first = nas.ask(octets)
            self.assertTrue(answers(first, octets))
            self.assertIn(attribute(33, b"proxy"), first)
            self.assertEqual(nas.ask(octets), first)
        self.one("twice")

    def test_what_may_not_be_answered_is_not(self):
        with Nas(self.server, "radius_accounting") as nas:
            for octets in (request(stored(1, b"a"), 1, "another-secret"), request(attribute(44, b"no status"), 2),
                           request(attribute(40, b"\0\0\0\1"), 3), request(stored(1, b"b", more=attribute(2, bytes(16))), 4),
                           packet(1, 5), request(b"\x2c\x01", 6), request(b"\x2c\xff", 7)):
                nas.send(octets)
            marker = packet(12, 200)
            reply = nas.ask(marker)  # the first answer belongs to Status-Server
            self.assertEqual((reply[0], reply[1]), (5, 200))
            self.assertTrue(verified(reply, marker))
        dropped = self.server.run("radius", "dropped").stdout
        self.assertIn("wrong Request Authenticator", dropped)
        self.assertIn("without Acct-Session-Id", dropped)

    def test_many_at_once(self):
        with Nas(self.server, "radius_accounting") as nas:
            for number in range(200):
                nas.send(request(stored(1, b"many-%d" % number), number))
            answered = {nas.receive()[1] for _ in range(200)}
        self.assertEqual(len(answered), 200)
        self.assertEqual(len([s for s in sessions(self.server, "--limit", "1000") if s["session_id"].startswith("many-")]), 200)


class AccountingAlone(PosternCase):
    def test_kill_9_after_the_answer_loses_nothing(self):
        server = self.postern(SETTINGS, listen=False, start=True)
        server.apply(blueprint())
        for run in range(3):
            with Nas(server, "radius_accounting") as nas:
                octets = request(stored(1, b"kept-%d" % run), run)
                nas.send(octets)
                self.assertTrue(answers(nas.receive(), octets))
            server.kill()
            server.start()
            self.assertEqual(len(sessions(server, "--session", f"kept-{run}")), 1)

    def test_old_sessions_are_erased(self):
        server = self.postern(SETTINGS + "radius:\n  session_retention: 1m\n", listen=False)
        server.start()
        server.apply(blueprint())
        report(server, "Start", "fresh")
        report(server, "Start", "old")
        server.stop()
        import sqlite3
        with sqlite3.connect(server.database) as database:
            database.execute("update network_sessions set seen = seen - 120000 where session_id = 'old'")
        server.start()
        eventually(lambda: [s["session_id"] for s in sessions(server)] == ["fresh"], "the old one is gone")
