"""RADIUS over TLS: Python's and openssl's TLS with packets by hand, radsecproxy between radclient and postern."""

import hashlib
import os
import shutil
import socket
import ssl
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from accounting_test import RESPONSE, answers, request as report_by_hand, sessions, stored
from radiuswire import ACCEPT, REJECT, Nas, Reply, access_request, address, attribute, blueprint, packet, verified
from support import CALM, PATIENCE, PosternCase, SharedCase, eventually, tool

LISTEN = "listen:\n  ldap: 127.0.0.1:0\n  radius: 127.0.0.1:0\n  radsec: 127.0.0.1:0\n"
RADSEC = "radsec"  # the shared secret inside TLS
KEY = "000102030405060708090a0b0c0d0e0f10111213"
ATTRIBUTES = ("{postern: {radsec: {clients: [nas.example.org], psk: {nas-7: 'hex:" + KEY + "'}}}}")


class Authority:
    """A certificate authority in a folder."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.certificate, self.key = self.folder / "ca.pem", self.folder / "ca.key"
        self.openssl("req", "-x509", *self.new_key(self.key), "-days", "2", "-subj", "/CN=radsec test CA", "-out",
                     self.certificate)

    @staticmethod
    def new_key(path):
        return ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", str(path))

    @staticmethod
    def openssl(*arguments):
        subprocess.run([tool("openssl"), *map(str, arguments)], check=True, capture_output=True)

    def issue(self, name, dns=None):
        """(certificate, key) for a client of that name."""
        key, request, out = (self.folder / f"{name}.{end}" for end in ("key", "csr", "pem"))
        self.openssl("req", "-new", *self.new_key(key), "-subj", f"/CN={name}", "-out", request)
        extensions = self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName=DNS:{dns}\n" if dns else "basicConstraints=CA:FALSE\n")
        self.openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial",
                     "-days", "2", "-extfile", extensions, "-out", out)
        return out, key


    def revoke(self, identity):
        """A revocation list with that certificate, PEM."""
        database, config = self.folder / "index.txt", self.folder / "ca.conf"
        database.write_text("")
        config.write_text(f"[ca]\ndefault_ca=d\n[d]\ndatabase={database}\ndefault_md=sha256\ndefault_crl_days=2\n")
        common = ("ca", "-config", config, "-cert", self.certificate, "-keyfile", self.key)
        self.openssl(*common, "-revoke", identity[0])
        self.openssl(*common, "-gencrl", "-out", self.folder / "crl.pem")
        return (self.folder / "crl.pem").read_text()


class Connection:
    """A TLS connection that speaks in packets."""

    def __init__(self, server, identity=None, alpn=None):
        host, port = address(server, "radsec").rsplit(":", 1)
        context = ssl.create_default_context(cafile=str(server.state / "tls/ca.pem"))
        if identity:
            context.load_cert_chain(*map(str, identity))
        if alpn:
            context.set_alpn_protocols(alpn)
        plain = socket.create_connection((host, int(port)), timeout=PATIENCE)
        self.socket = context.wrap_socket(plain, server_hostname="localhost")

    def send(self, octets):
        self.socket.sendall(octets)

    def receive(self):
        """The next packet; b"" when the server has closed."""
        head = self.exactly(4)
        return head + self.exactly(int.from_bytes(head[2:4], "big") - 4) if head else b""

    def exactly(self, count):
        out = b""
        while len(out) < count:
            try:
                more = self.socket.recv(count - len(out))
            except (ssl.SSLError, ConnectionError):
                more = b""
            if not more:
                return b""
            out += more
        return out

    def ask(self, octets):
        self.send(octets)
        return self.receive()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


def request(user, password, identifier=1, **more):
    return access_request(user, password, identifier, secret=RADSEC, **more)


class World(SharedCase):
    @classmethod
    def populate(cls, server):
        cls.authority = Authority(server.folder / "radsec-ca")
        cls.nas = cls.authority.issue("box", "nas.example.org")
        server.listen = False
        server.write_config(LISTEN + CALM + f"radius:\n  radsec_client_ca: {cls.authority.certificate}\n")
        server.start()
        server.add_user("alice", "wonderland")
        server.apply(blueprint(attributes=ATTRIBUTES, networks="203.0.113.0/24"))
        cls.app = server.app_password("alice", "alice-vpn")
        cls.network = server.run("user", "network-password", "add", "alice", "--device", "x").stdout.strip()


class Radsec(World):
    def connect(self, identity=None, **more):
        return Connection(self.server, identity or self.nas, **more)

    def test_logins_over_one_connection(self):
        with self.connect() as nas:
            for number, (password, code) in enumerate((("wonderland", 2), ("wrong", 3), (self.app, 2), (self.network, 2))):
                sent = request("alice", password, number)
                reply = nas.ask(sent)
                self.assertEqual(reply[0], code, password)
                self.assertTrue(verified(reply, sent, RADSEC))

    def test_requests_in_one_piece_and_octet_by_octet(self):
        with self.connect() as nas:
            sent = {n: request("alice", self.app, n) for n in range(40)}
            nas.send(b"".join(sent.values()))
            while sent:
                reply = nas.receive()
                self.assertTrue(verified(reply, sent.pop(reply[1]), RADSEC))
            one = request("alice", self.app, 99)
            for octet in one:
                nas.send(bytes([octet]))
            self.assertEqual(nas.receive()[:2], b"\x02\x63")

    def test_status_server(self):
        with self.connect() as nas:
            sent = packet(12, 5, secret=RADSEC)
            self.assertTrue(verified(nas.ask(sent), sent, RADSEC))

    def test_without_message_authenticator(self):
        with self.connect() as nas:
            self.assertEqual(nas.ask(request("alice", self.app, 3, mac=False, more=attribute(33, b"p")))[0], 2)

    def test_alpn_radius_1_0_is_taken_and_others_are_not(self):
        with self.connect(alpn=["radius/1.0"]) as nas:
            self.assertEqual(nas.socket.selected_alpn_protocol(), "radius/1.0")
            self.assertEqual(nas.ask(request("alice", self.app))[0], 2)
        with self.assertRaises(ssl.SSLError):
            self.connect(alpn=["radius/1.1"])

    def closed(self, identity):
        try:
            with Connection(self.server, identity) as nas:
                return nas.ask(request("alice", self.app)) == b""
        except (ssl.SSLError, ConnectionError):
            return True

    def test_who_is_not_known_gets_nothing(self):
        self.assertTrue(self.closed(None), "no certificate")
        self.assertTrue(self.closed(self.authority.issue("stranger", "stranger.example.org")))
        foreign = Authority(self.server.folder / "foreign-ca").issue("box", "nas.example.org")
        self.assertTrue(self.closed(foreign), "another authority")
        # A CN does not stand in for a DNS name that the certificate has.
        self.assertTrue(self.closed(self.authority.issue("nas.example.org", "other.example.org")))
        eventually(lambda: "no provider knows this client" in self.server.run("radius", "dropped").stdout, "the list")

    def test_a_wrong_length_closes_the_connection_and_leaves_the_others(self):
        with self.connect() as other:
            for octets in (b"\x01\x01\x00\x13" + bytes(15), b"\x01\x01\x10\x01" + bytes(60), b"\xff" * 64,
                           b"\x01\x01\x00\x16" + bytes(16) + b"\x01\xff"):
                with self.connect() as nas:
                    self.assertEqual(nas.ask(octets), b"")
            self.assertEqual(other.ask(request("alice", self.app))[0], 2)

    def test_rfc6613_2_6_4_a_wrong_secret_inside_tls_ends_the_connection(self):
        with self.connect() as other:
            with self.connect() as nas:
                self.assertEqual(nas.ask(access_request("alice", self.app, 1, secret="another")), b"")
            with self.connect() as nas:
                self.assertEqual(nas.ask(report_by_hand(stored(1, b"forged"), 4, "another")), b"")
            self.assertEqual(other.ask(packet(12, 2, secret=RADSEC))[1], 2)
        self.assertEqual(sessions(self.server, "--session", "forged"), [])

    def test_rfc6614_2_5_accounting_on_the_same_connection(self):
        with self.connect() as nas:
            sent = request("alice", "wonderland", 1)
            accept = nas.ask(sent)
            self.assertEqual(accept[0], 2)
            at, mark = 20, b""
            while at < len(accept):
                mark = accept[at:at + accept[at + 1]] if accept[at] == 25 else mark
                at += accept[at + 1]
            start = report_by_hand(stored(1, b"over-tls", b"anonymous", mark), 2, RADSEC)
            login = request("alice", self.app, 3)
            nas.send(start + login)
            got = {reply[1]: reply for reply in (nas.receive(), nas.receive())}
            self.assertTrue(answers(got[2], start, RADSEC))
            self.assertTrue(verified(got[3], login, RADSEC))
            stop = report_by_hand(stored(2, b"over-tls", b"anonymous", mark), 5, RADSEC)
            self.assertTrue(answers(nas.ask(stop), stop, RADSEC))
            self.assertEqual(nas.ask(stop)[1], 5, "a replay is answered again")
        found, = sessions(self.server, "--session", "over-tls")
        self.assertEqual((found["username"], found["tied_to_login"], found["state"]), ("alice", True, "ended"))

    def test_an_unwanted_disconnect_is_refused(self):
        body = attribute(1, b"alice")
        head = bytes([40, 8]) + (20 + len(body)).to_bytes(2, "big")
        digest = hashlib.md5(head + bytes(16) + body + RADSEC.encode()).digest()
        with self.connect() as nas:
            reply = nas.ask(head + digest + body)
        self.assertEqual(reply[0], 42)
        self.assertIn(attribute(101, (406).to_bytes(4, "big")), reply)

    def test_the_udp_listener_does_not_take_the_client(self):
        with Nas(self.server, timeout=1) as nas:
            nas.send(access_request("alice", "wonderland", secret=RADSEC))
            eventually(lambda: "unknown client" in self.server.run("radius", "dropped").stdout, "the list")


class Reverse(World):
    """RFC 8559: the NAS is asked over the connection that it came by."""

    @staticmethod
    def reply(request, code, cause=None):
        body = attribute(101, cause.to_bytes(4, "big")) if cause else b""
        head = bytes([code, request[1]]) + (20 + len(body)).to_bytes(2, "big")
        return head + hashlib.md5(head + request[4:20] + body + RADSEC.encode()).digest() + body

    def begin(self, nas, user, session):
        start = report_by_hand(stored(1, session, user), 2, RADSEC)
        self.assertTrue(answers(nas.ask(start), start, RADSEC))

    def test_who_is_disabled_is_disconnected_over_it(self):
        self.server.add_user("rita", "password of rita")
        with Connection(self.server, self.nas) as nas:
            self.begin(nas, b"rita", b"of-rita")
            self.server.run("user", "set", "rita", "is_active=false")
            asked = nas.receive()
            self.assertEqual(asked[0], 40)
            digest = hashlib.md5(asked[:4] + bytes(16) + asked[20:] + RADSEC.encode()).digest()
            self.assertEqual(asked[4:20], digest)
            self.assertIn(attribute(44, b"of-rita"), asked)
            nas.send(self.reply(asked, 41))
            eventually(lambda: sessions(self.server, "--session", "of-rita")[0]["disconnect"] == "ack",
                       "the answer is written down")

    def test_by_command(self):
        with Connection(self.server, self.nas) as nas:
            self.begin(nas, b"alice", b"by-command")
            with ThreadPoolExecutor(1) as pool:
                done = pool.submit(self.server.run, "radius", "coa", "by-command", "Filter-Id=slow")
                asked = nas.receive()
                self.assertEqual(asked[0], 43)
                self.assertIn(attribute(11, b"slow"), asked)
                nas.send(self.reply(asked, 44))
                self.assertIn("ack", done.result().stdout)
                done = pool.submit(self.server.run, "radius", "disconnect", "by-command", code=1)
                asked = nas.receive()
                self.assertEqual(asked[0], 40)
                nas.send(self.reply(asked, 42, 501))
                self.assertIn("nak 501", done.result().stdout)


class Authorities(PosternCase):
    def test_radiusdtls_bis_3_3_1_a_revoked_client_is_cut_off_and_the_others_come_again(self):
        server = self.postern(LISTEN + CALM, listen=False)
        authority = Authority(server.folder / "radsec-ca")
        trusted = server.folder / "trusted.pem"
        trusted.write_text(authority.certificate.read_text())
        server.write_config(LISTEN + CALM + f"radius:\n  radsec_client_ca: {trusted}\n")
        server.start()
        server.apply(blueprint(attributes=ATTRIBUTES, networks="203.0.113.0/24"))
        good, lost = authority.issue("good", "nas.example.org"), authority.issue("lost", "nas.example.org")
        status = packet(12, 2, secret=RADSEC)
        with Connection(server, good) as one, Connection(server, lost) as two:
            self.assertEqual((one.ask(status)[0], two.ask(status)[0]), (2, 2))
            fresh = trusted.with_suffix(".new")
            fresh.write_text(authority.certificate.read_text() + authority.revoke(lost))
            fresh.rename(trusted)
            server.reload("radius.radsec.authorities")
            self.assertEqual((one.receive(), two.receive()), (b"", b""), "both have to prove themselves again")
        with Connection(server, good) as one:
            self.assertEqual(one.ask(status)[0], 2)
        try:
            with Connection(server, lost) as two:
                self.assertEqual(two.ask(status), b"")
        except (ssl.SSLError, ConnectionError):
            pass  # refused in the handshake


class Keys(World):
    """TLS-PSK by openssl s_client."""

    def ask(self, identity, key, *more):
        host = address(self.server, "radsec")
        sent = request("alice", self.app, 6)
        child = subprocess.Popen(
            [tool("openssl"), "s_client", "-quiet", "-connect", host, "-psk_identity", identity, "-psk", key, *more],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            child.stdin.write(sent)
            child.stdin.flush()
            reply = child.stdout.read1(4096)
            return bool(reply) and reply[0] == 2 and verified(reply, sent, RADSEC)
        except BrokenPipeError:
            return False
        finally:
            child.kill()
            child.communicate()

    def test_both_versions(self):
        self.assertTrue(self.ask("nas-7", KEY, "-tls1_3"))
        self.assertTrue(self.ask("nas-7", KEY, "-tls1_2", "-cipher", "ECDHE-PSK-AES128-CBC-SHA256:PSK-AES128-GCM-SHA256"))

    def test_another_key_or_identity_is_refused(self):
        for version in ("-tls1_3", "-tls1_2"):
            more = ("-cipher", "PSK-AES128-GCM-SHA256") if version == "-tls1_2" else ()
            self.assertFalse(self.ask("nas-7", KEY[::-1], version, *more))
            self.assertFalse(self.ask("nas-8", KEY, version, *more))

    def test_an_identity_that_the_handshake_did_not_use_proves_nothing(self):
        """TLS 1.3 passes over a key whose digest the chosen suite does not have."""
        self.assertFalse(self.ask("nas-7", KEY, "-tls1_3", "-ciphersuites", "TLS_AES_256_GCM_SHA384"))

    def test_radiusdtls_bis_7_7_a_shared_secret_is_no_key(self):
        text = blueprint(attributes="{postern: {radsec: {psk: {nas-7: 'a secret of both kinds'}}}}",
                         secret="a secret of both kinds", networks="203.0.113.0/24")
        done = self.server.apply(text, code=1)
        self.assertIn("the key of nas-7 is a shared secret of this provider, too", done.stdout + done.stderr)

    def test_the_key_is_sealed(self):
        for path in self.server.state.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                self.assertNotIn(KEY.encode(), content, path)
                self.assertNotIn(bytes.fromhex(KEY), content, path)


class Radsecproxy(PosternCase):
    """radclient asks radsecproxy over UDP, which asks postern over TLS."""

    def setUp(self):
        super().setUp()
        program = shutil.which("radsecproxy") or os.path.join(os.environ.get("POSTERN_PEERS", ""), "usr/sbin/radsecproxy")
        self.assertTrue(os.access(program, os.X_OK), "radsecproxy is missing; see packages_unpacked")
        self.program = program

    def free_port(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]

    def start_proxy(self, server, authority, identity):
        port = self.free_port()
        host, number = address(server, "radsec").rsplit(":", 1)
        trusted = server.folder / "proxy-ca.pem"
        trusted.write_text((server.state / "tls/ca.pem").read_text())
        config = server.folder / "radsecproxy.conf"
        config.write_text(f"""ListenUDP 127.0.0.1:{port}
LogLevel 2
LogDestination file://{server.folder}/radsecproxy.log
tls default {{
  CACertificateFile {trusted}
  CertificateFile {identity[0]}
  CertificateKeyFile {identity[1]}
}}
client 127.0.0.1 {{
  type udp
  secret testing-udp
}}
server postern {{
  host {host}
  port {number}
  type tls
  secret radsec
  certificateNameCheck off
  statusServer on
}}
realm * {{
  server postern
  accountingServer postern
}}
""")
        child = subprocess.Popen([self.program, "-f", "-c", str(config)], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        self.addCleanup(child.wait)
        self.addCleanup(child.terminate)
        return port, child

    def ask(self, port, attributes, kind="auth"):
        done = subprocess.run([tool("radclient"), "-x", "-r", "10", "-t", "2", f"127.0.0.1:{port}", kind, "testing-udp"],
                              input=attributes + "\n", capture_output=True, text=True, timeout=PATIENCE * 2)
        return Reply(done.stdout + done.stderr)

    def test_logins_of_all_kinds_and_accounting_through_a_proxy(self):
        server = self.postern(LISTEN + CALM, listen=False)
        authority = Authority(server.folder / "radsec-ca")
        server.write_config(LISTEN + CALM + f"radius:\n  radsec_client_ca: {authority.certificate}\n")
        server.start()
        server.add_user("alice", "wonderland")
        server.apply(blueprint(attributes=ATTRIBUTES, networks="203.0.113.0/24"))
        network = server.run("user", "network-password", "add", "alice", "--device", "x").stdout.strip()
        port, child = self.start_proxy(server, authority, authority.issue("proxy", "nas.example.org"))
        self.assertEqual(self.ask(port, "User-Name = alice, User-Password = wonderland").code, ACCEPT)
        self.assertEqual(self.ask(port, "User-Name = alice, User-Password = wrong").code, REJECT)
        self.assertEqual(self.ask(port, f"User-Name = alice, CHAP-Password = {network}").code, ACCEPT)
        reply = self.ask(port, f"User-Name = alice, MS-CHAP-Password = {network}")
        self.assertEqual(reply.code, ACCEPT)
        self.assertTrue(reply.one("MS-CHAP-MPPE-Keys"), "keys hidden for each hop")
        for status in ("Start", "Interim-Update", "Stop"):
            report = ("User-Name = alice, Acct-Session-Id = proxied, NAS-Identifier = gateway, Acct-Session-Time = 7, "
                      f"Acct-Status-Type = {status}")
            self.assertEqual(self.ask(port, report, "acct").code, RESPONSE)
        found, = sessions(server, "--session", "proxied")
        self.assertEqual((found["username"], found["state"], found["seconds"]), ("alice", "ended", 7))
        self.assertIsNone(child.poll())
