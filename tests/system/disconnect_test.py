"""Disconnect and CoA: a NAS made of pyrad takes the requests of the real binary; pyrad also reports to accounting."""

import io
import re
import socket
import threading
import time

from pyrad.client import Client
from pyrad.dictionary import Dictionary
from pyrad import packet as radius

from accounting_test import SETTINGS, report, sessions
from radiuswire import ACCEPT, REJECT, SECRET, address, blueprint, login
from support import PATIENCE, PosternCase, eventually
import web
from web_test import PASSWORD, WEB, WebCase

DICTIONARY = """
ATTRIBUTE User-Name 1 string
ATTRIBUTE NAS-IP-Address 4 ipaddr
ATTRIBUTE NAS-Port 5 integer
ATTRIBUTE Filter-Id 11 string
ATTRIBUTE Class 25 octets
ATTRIBUTE Session-Timeout 27 integer
ATTRIBUTE Calling-Station-Id 31 string
ATTRIBUTE NAS-Identifier 32 string
ATTRIBUTE Acct-Status-Type 40 integer
ATTRIBUTE Acct-Session-Id 44 string
ATTRIBUTE Acct-Session-Time 46 integer
ATTRIBUTE Event-Timestamp 55 integer
ATTRIBUTE Message-Authenticator 80 octets
ATTRIBUTE Error-Cause 101 integer
VALUE Acct-Status-Type Start 1
VALUE Acct-Status-Type Stop 2
"""
DISCONNECT, COA = 40, 43


def dictionary():
    return Dictionary(io.StringIO(DICTIONARY))


class FakeNas:
    """Takes Disconnect- and CoA-Requests, keeps them, answers as it is told: "ack", (nak) a cause, None = silence."""

    def __init__(self, secret=SECRET):
        self.secret, self.answer, self.requests, self.times = secret.encode(), "ack", [], []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        while True:
            octets, sender = self.socket.recvfrom(4096)
            if not octets:
                return
            request = radius.CoAPacket(packet=octets, secret=self.secret, dict=dictionary())
            if not request.VerifyCoARequest() or abs(request["Event-Timestamp"][0] - time.time()) > 300:
                continue
            self.requests.append(request)
            self.times.append(time.monotonic())
            if self.answer is None:
                continue
            reply = request.CreateReply()
            reply.code = request.code + (1 if self.answer == "ack" else 2)
            if self.answer != "ack":
                reply["Error-Cause"] = self.answer
            self.socket.sendto(reply.ReplyPacket(), sender)

    def names(self):
        return [request["Acct-Session-Id"][0] for request in list(self.requests)]

    def close(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.sendto(b"", ("127.0.0.1", self.port))
        self.thread.join(PATIENCE)
        self.socket.close()


class NetworkCase(PosternCase):
    def setUp(self):
        super().setUp()
        self.nas = FakeNas()
        self.addCleanup(self.nas.close)

    def settle(self, more=""):
        self.server.apply(blueprint(attributes=f"{{postern: {{coa_port: {self.nas.port}{more}}}}}"))

    def enter(self, user, password, session, outer="anonymous"):
        reply = login(self.server, user, password)
        self.assertEqual(reply.code, ACCEPT)
        report(self.server, "Start", session, user=outer, Class=reply.one("Class"), NAS_IP_Address="192.0.2.9")

    def one(self, session):
        found, = sessions(self.server, "--session", session)
        return found

    def note_of(self, session, text):
        eventually(lambda: self.one(session)["disconnect"] == text, f"{session} says {text}")

    def says_why(self, why):
        eventually(lambda: f"why={why}" in re.sub(r'["]', "", self.server.log_text()), "the reason")


class Disconnect(NetworkCase):
    def setUp(self):
        super().setUp()
        self.server = self.postern(SETTINGS, listen=False, start=True)
        self.server.add_user("alice", "wonderland")
        self.server.add_user("bob", "builder")
        self.settle()

    def test_a_disabled_user_leaves_within_a_second(self):
        self.enter("alice", "wonderland", "a1")
        self.enter("bob", "builder", "b1")
        self.server.run("user", "set", "alice", "is_active=false")
        done = time.monotonic()
        eventually(lambda: self.nas.names(), "the Disconnect-Request")
        self.assertLess(self.nas.times[0] - done, 1.0)
        request = self.nas.requests[0]
        self.assertEqual((request.code, request["User-Name"], request["NAS-Identifier"], request["NAS-IP-Address"]),
                         (DISCONNECT, ["anonymous"], ["gateway"], ["192.0.2.9"]))
        self.note_of("a1", "ack")
        self.assertEqual(self.nas.names(), ["a1"])
        self.assertEqual(self.one("b1")["disconnect"], "")
        eventually(lambda: self.server.query("select 1 from events where action = 'custom_network_disconnect'"), "the event")
        self.says_why("user_inactive")

    def test_a_deleted_user_and_a_changed_password(self):
        self.enter("alice", "wonderland", "a1")
        self.server.run("user", "delete", "alice")
        self.note_of("a1", "ack")
        self.enter("bob", "builder", "b1")
        self.server.run("changepassword", "bob", "--password-stdin", text="another-password\n")
        self.note_of("b1", "ack")

    def test_an_app_password_that_is_deleted_ends_what_it_opened(self):
        first = self.server.app_password("alice", "alice-vpn")
        second = self.server.app_password("alice", "alice-phone")
        self.enter("alice", first, "vpn")
        self.enter("alice", second, "phone")
        self.server.app_password("alice", "alice-tablet")  # moves the generation, revokes nothing
        self.server.run("token", "delete", "alice-vpn")
        self.note_of("vpn", "ack")
        self.assertEqual(self.nas.names(), ["vpn"])

    def test_a_session_that_the_nas_does_not_know_has_ended(self):
        self.nas.answer = 503
        self.enter("alice", "wonderland", "a1")
        self.server.run("user", "set", "alice", "is_active=false")
        self.note_of("a1", "nak 503 Session-Context-Not-Found")
        self.assertEqual(sessions(self.server, "--live"), [])

    def test_a_nas_that_is_silent_at_first_is_asked_again(self):
        self.nas.answer = None
        self.enter("alice", "wonderland", "a1")
        self.server.run("user", "set", "alice", "is_active=false")
        eventually(lambda: len(self.nas.requests) >= 1, "the first request")
        self.nas.answer = "ack"
        self.note_of("a1", "ack")
        self.assertEqual(self.nas.requests[0].id, self.nas.requests[1].id)

    def test_what_was_revoked_while_the_server_was_down(self):
        self.enter("alice", "wonderland", "a1")
        self.server.stop()
        self.server.run("user", "set", "alice", "is_active=false")
        self.server.start()
        self.note_of("a1", "ack")

    def test_by_command(self):
        self.enter("alice", "wonderland", "a1")
        self.enter("alice", "wonderland", "a2")
        self.assertIn("ack", self.server.run("radius", "disconnect", "a1").stdout)
        self.assertEqual(self.nas.names(), ["a1"])
        self.nas.answer = 501
        done = self.server.run("radius", "disconnect", "alice", code=1).stdout
        self.assertEqual(done.count("nak 501 Administratively-Prohibited"), 2)
        self.assertIn("no live session", self.server.run("radius", "disconnect", "nobody", code=1).stderr)

    def test_coa(self):
        self.enter("alice", "wonderland", "a1")
        self.server.run("radius", "coa", "alice", "Filter-Id=slow", "Session-Timeout=60")
        request = self.nas.requests[0]
        self.assertEqual((request.code, request["Filter-Id"], request["Session-Timeout"]), (COA, ["slow"], [60]))
        self.assertIn("nothing to change", self.server.run("radius", "coa", "a1", code=1).stdout)
        self.settle(", replies: [{reply: {Filter-Id: by-rule}}]")
        self.server.run("radius", "coa", "a1")
        self.assertEqual(self.nas.requests[1]["Filter-Id"], ["by-rule"])
        self.assertIn("not in the dictionary", self.server.run("radius", "coa", "a1", "Filter=slow", code=1).stdout)

    def test_a_secret_of_its_own_is_sealed_and_used(self):
        self.nas.secret = b"only-for-coa"
        self.settle(f", coa_secret: {self.server.secret('only-for-coa')}")
        self.assertNotIn("only-for-coa", repr(self.server.query("select settings from providers")))
        self.enter("alice", "wonderland", "a1")
        self.assertIn("ack", self.server.run("radius", "disconnect", "alice").stdout)

    def test_switched_off(self):
        self.settle(", disconnect: false")
        self.enter("alice", "wonderland", "a1")
        self.assertIn("not asked", self.server.run("radius", "disconnect", "a1", code=1).stdout)

    def test_one_session_at_a_time(self):
        self.settle(", simultaneous_use: 1")
        self.enter("alice", "wonderland", "a1")
        self.assertEqual(login(self.server, "alice", "wonderland").code, REJECT)
        eventually(lambda: "too_many_sessions" in self.server.log_text(), "the reason")
        self.assertEqual(login(self.server, "bob", "builder").code, ACCEPT)
        report(self.server, "Stop", "a1", user="anonymous", NAS_IP_Address="192.0.2.9", Acct_Session_Time=5)
        self.assertEqual(login(self.server, "alice", "wonderland").code, ACCEPT)

    def test_pyrad_reports_to_accounting(self):
        host, _, port = address(self.server, "radius_accounting").rpartition(":")
        client = Client(server=host, acctport=int(port), secret=SECRET.encode(), dict=dictionary())
        for status in ("Start", "Stop"):
            request = client.CreateAcctPacket(User_Name="alice")
            request["NAS-Identifier"] = "pyrad"
            request["Acct-Session-Id"] = "by-pyrad"
            request["Acct-Status-Type"] = status
            self.assertEqual(client.SendPacket(request).code, 5)
            client._CloseSocket()
        found = self.one("by-pyrad")
        self.assertEqual((found["username"], found["state"]), ("alice", "ended"))


class ThroughTheApi(NetworkCase, WebCase):
    """What an administrator, or the user, does in the browser."""

    def setUp(self):
        super().setUp()
        self.server = self.postern(listen=False)
        self.server.write_config(SETTINGS.replace("listen:\n", "listen:\n" + WEB) + f"bootstrap: {{password: {PASSWORD!r}}}\n")
        self.server.start()
        self.server.web = dict(word.split("=", 1) for word in self.server.ready.split()[1:])
        for name in ("alice", "bob"):
            self.server.add_user(name, "wonderland 42 rabbit")
        self.settle()
        self.root = self.administrator(self.server)

    def browser(self, name):
        client = web.Client(self.server.web["http"])
        self.assertEqual(client.log_in(name, "wonderland 42 rabbit").json.get("component"), "xak-flow-redirect")
        return client

    def session_of(self, client, name):
        path = f"/core/authenticated_sessions/?user__username={name}"
        return self.holds(client, "GET", path).json["results"][0]["uuid"]

    def left_within_a_second(self, done, session):
        eventually(lambda: session in self.nas.names(), "the Disconnect-Request")
        self.assertLess(self.nas.times[self.nas.names().index(session)] - done, 1.0)
        self.note_of(session, "ack")

    def test_deleting_a_session_of_a_browser_ends_those_of_its_user_in_networks(self):
        alice = self.browser("alice")
        self.enter("alice", "wonderland 42 rabbit", "a1")
        self.enter("bob", "wonderland 42 rabbit", "b1")
        uuid = self.session_of(self.root, "alice")
        self.holds(self.root, "DELETE", f"/core/authenticated_sessions/{uuid}/", status=204)
        self.left_within_a_second(time.monotonic(), "a1")
        self.says_why("session_revoked")
        self.assertEqual(alice.api("GET", "/core/users/me/").status, 403)
        # Whoever logs in anew stays.
        self.enter("alice", "wonderland 42 rabbit", "a2")
        self.server.run("user", "set", "alice", "name=Alice L.")
        self.enter("bob", "wonderland 42 rabbit", "b2")
        self.server.run("user", "set", "bob", "is_active=false")
        self.note_of("b2", "ack")
        self.assertEqual(sorted(self.nas.names()), ["a1", "b1", "b2"])
        self.assertEqual(self.one("a2")["disconnect"], "")

    def test_users_revoke_their_own_and_nobody_elses(self):
        here = self.browser("alice")
        self.browser("bob")
        self.enter("alice", "wonderland 42 rabbit", "a1")
        self.enter("bob", "wonderland 42 rabbit", "b1")
        foreign = self.session_of(self.root, "bob")
        self.holds(here, "DELETE", f"/core/authenticated_sessions/{foreign}/", status=404)
        self.holds(here, "DELETE", f"/core/authenticated_sessions/{self.session_of(here, 'alice')}/", status=204)
        self.left_within_a_second(time.monotonic(), "a1")
        self.assertEqual(self.nas.names(), ["a1"])

    def test_bulk_delete_and_what_a_nas_reports_without_class(self):
        report(self.server, "Start", "untied", user="alice", NAS_IP_Address="192.0.2.9")
        self.assertFalse(self.one("untied")["tied_to_login"])
        pk = self.holds(self.root, "GET", "/core/users/?username=alice").json["results"][0]["pk"]
        self.holds(self.root, "DELETE", f"/core/authenticated_sessions/bulk_delete/?user_pks={pk}")
        self.left_within_a_second(time.monotonic(), "untied")

    def test_deactivating_the_user(self):
        self.enter("alice", "wonderland 42 rabbit", "a1")
        pk = self.holds(self.root, "GET", "/core/users/?username=alice").json["results"][0]["pk"]
        self.holds(self.root, "PATCH", f"/core/users/{pk}/", {"is_active": False})
        self.left_within_a_second(time.monotonic(), "a1")
        self.says_why("user_inactive")

    def network_session_of(self, client, name):
        found = self.holds(client, "GET", "/postern/network_sessions/").json["results"]
        return next(one for one in found if one["username"] == name)

    def test_an_administrator_ends_one_session(self):
        for name in ("a1", "a2"):
            self.enter("alice", "wonderland 42 rabbit", name)
        pk = self.one("a1")["pk"]
        self.holds(self.root, "DELETE", f"/postern/network_sessions/{pk}/", status=204)
        self.note_of("a1", "ack")
        self.says_why("end_asked")
        self.assertEqual(self.nas.names(), ["a1"])
        self.assertEqual(self.one("a2")["disconnect"], "")
        shown = {one["pk"]: (one["ending"], one["disconnect"])
                 for one in self.holds(self.root, "GET", "/postern/network_sessions/").json["results"]}
        self.assertEqual(shown, {pk: (True, "ack"), self.one("a2")["pk"]: (False, "")})
        eventually(lambda: self.server.query("select username, context from events where action = 'custom_network_end'"),
                   "the event")
        (who, context), = self.server.query("select username, context from events where action = 'custom_network_end'")
        self.assertEqual(who, "akadmin")
        self.assertIn('"a1"', context)
        # The report of its end makes it history; there is nothing left to end.
        report(self.server, "Stop", "a1", user="anonymous", NAS_IP_Address="192.0.2.9", Acct_Session_Time=5)
        self.assertEqual([one["pk"] for one in self.holds(self.root, "GET", "/postern/network_sessions/").json["results"]],
                         [self.one("a2")["pk"]])
        for gone in (pk, 999999):
            self.holds(self.root, "DELETE", f"/postern/network_sessions/{gone}/", status=404)

    def test_users_end_their_own_network_sessions_and_nobody_elses(self):
        here = self.browser("alice")
        self.enter("alice", "wonderland 42 rabbit", "a1")
        self.enter("bob", "wonderland 42 rabbit", "b1")
        report(self.server, "Start", "nobodys", user="stranger", NAS_IP_Address="192.0.2.9")
        for name in ("b1", "nobodys"):
            self.holds(here, "DELETE", f"/postern/network_sessions/{self.one(name)['pk']}/", status=404)
        mine = self.network_session_of(here, "alice")["pk"]
        self.holds(here, "DELETE", f"/postern/network_sessions/{mine}/", status=204)
        self.note_of("a1", "ack")
        self.assertEqual(self.nas.names(), ["a1"])
        web_only = web.Client(self.server.web["http"])
        self.assertEqual(web_only.api("DELETE", f"/postern/network_sessions/{mine}/").status, 403)
        # A session without a user of ours ends as well, if an administrator says so.
        self.holds(self.root, "DELETE", f"/postern/network_sessions/{self.one('nobodys')['pk']}/", status=204)
        self.note_of("nobodys", "ack")

    def test_a_silent_nas_holds_nobody_up_and_is_asked_anew_when_told_so(self):
        self.nas.answer = None
        self.enter("alice", "wonderland 42 rabbit", "a1")
        pk = self.one("a1")["pk"]
        self.holds(self.root, "DELETE", f"/postern/network_sessions/{pk}/", status=204)
        eventually(lambda: self.nas.names(), "the Disconnect-Request")
        self.nas.answer = 501
        self.note_of("a1", "nak 501 Administratively-Prohibited")
        self.nas.answer = "ack"
        self.holds(self.root, "DELETE", f"/postern/network_sessions/{pk}/", status=204)
        self.note_of("a1", "ack")

    def test_a_session_of_a_provider_that_ends_none_is_not_ended(self):
        self.settle(", disconnect: false")
        self.enter("alice", "wonderland 42 rabbit", "a1")
        refused = self.root.api("DELETE", f"/postern/network_sessions/{self.one('a1')['pk']}/")
        self.assertEqual((refused.status, list(refused.json)), (400, ["non_field_errors"]))

    def test_logging_out_is_no_revocation(self):
        alice = self.browser("alice")
        self.enter("alice", "wonderland 42 rabbit", "a1")
        alice.get(alice.flow("default-invalidation-flow"))
        self.assertEqual(alice.api("GET", "/core/users/me/").status, 403)
        self.enter("bob", "wonderland 42 rabbit", "b1")
        self.server.run("user", "set", "bob", "is_active=false")
        self.note_of("b1", "ack")
        self.assertEqual(self.nas.names(), ["b1"])
