"""Sockets, proxies and certificates of clients: ldapi, SASL EXTERNAL and PLAIN, the PROXY protocol, cipher settings."""

import os
import socket
import ssl
import subprocess
import unittest
from urllib.parse import quote

import ldapwire
from support import BASE, CALM, PATIENCE, PosternCase, eventually, tool, user_dn

LISTEN = "listen:\n  ldap: 127.0.0.1:0\n  ldaps: 127.0.0.1:0\n"


def openssl(folder, *arguments):
    done = subprocess.run([tool("openssl"), *map(str, arguments)], cwd=folder, capture_output=True, text=True,
                          timeout=PATIENCE)
    if done.returncode != 0:
        raise AssertionError(f"openssl {' '.join(map(str, arguments))}: {done.stderr}")


def make_ca(folder, name):
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem")


def make_client(folder, ca, name, common_name, alternative=None):
    """name.pem and name.key, issued by `ca` for clientAuth."""
    openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
            f"/O=Example/CN={common_name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
    text = "extendedKeyUsage=clientAuth\n" + (f"subjectAltName={alternative}\n" if alternative else "")
    (folder / f"{name}.ext").write_text(text)
    openssl(folder, "x509", "-req", "-days", "2", "-in", f"{name}.csr", "-CA", f"{ca}.pem", "-CAkey", f"{ca}.key",
            "-CAcreateserial", "-extfile", f"{name}.ext", "-out", f"{name}.pem")


class TransportCase(PosternCase):
    def sasl(self, server, *arguments, url, **environment):
        """ldapwhoami without -x: (code, output)."""
        done = subprocess.run([tool("ldapwhoami"), "-Q", "-H", url, *arguments], capture_output=True, text=True,
                              env=server.client_environment(**environment), timeout=PATIENCE)
        return done.returncode, (done.stdout + done.stderr).strip()


class Ldapi(TransportCase):
    def serve(self, users):
        server = self.postern(CALM, listen=False)
        self.path = server.folder / "ldapi"
        server.write_config(LISTEN + f"  ldapi: {{path: {self.path}, mode: \"0600\", users: {users}}}\n" + CALM)
        server.start()
        self.url = "ldapi://" + quote(str(self.path), safe="")
        return server

    def test_ldapi_5_1_the_uid_of_the_process_is_the_identity(self):
        server = self.serve(f"{{{os.getuid()}: akadmin}}")
        self.assertIn(f"ldapi={self.path}", server.ready)
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.sasl(server, "-Y", "EXTERNAL", url=self.url), (0, f"dn:{user_dn('akadmin')}"))
        found = subprocess.run([tool("ldapsearch"), "-Q", "-LLL", "-Y", "EXTERNAL", "-H", self.url, "-b", BASE,
                                "(uid=akadmin)", "uid"], capture_output=True, text=True,
                               env=server.client_environment(), timeout=PATIENCE)
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertIn(f"dn: {user_dn('akadmin')}", found.stdout)
        # Another identity than one's own is refused.
        server.add_user("alice", "wonderland")
        self.assertEqual(self.sasl(server, "-Y", "EXTERNAL", "-X", "u:alice", url=self.url)[0], 49)
        self.assertEqual(self.sasl(server, "-Y", "EXTERNAL", "-X", "u:akadmin", url=self.url)[0], 0)
        # Passwords are as good here as under TLS.
        self.assertEqual(server.bind(user_dn("alice"), "wonderland", url=self.url), 0)

    def test_an_unmapped_uid_is_inappropriateAuthentication(self):
        server = self.serve("{4294967: akadmin}")
        self.assertEqual(self.sasl(server, "-Y", "EXTERNAL", url=self.url)[0], 48)

    def test_uids_that_are_not_named_are_found_by_their_uidNumber(self):
        server = self.serve("{4294967: akadmin, others: uidNumber}")
        server.add_user("alice", "wonderland")
        number = int(server.query("select uid_number from users where username = 'alice'")[0][0])
        self.path.chmod(0o666)
        server.folder.chmod(0o755)
        whoami = [tool("ldapwhoami"), "-Q", "-Y", "EXTERNAL", "-H", self.url]

        def asks(**identity):
            done = subprocess.run(whoami, capture_output=True, text=True, timeout=PATIENCE, **identity,
                                  env=server.client_environment(), cwd="/")
            return done.returncode, done.stdout.strip()

        if os.getuid() != 0:
            self.skipTest("only root can be somebody else")
        self.assertEqual(asks(user=number), (0, f"dn:{user_dn('alice')}"))
        self.assertEqual(asks(user=number + 1)[0], 48)
        self.assertEqual(asks()[0], 48, "root is named or nobody")

    def test_a_disabled_user_is_not_let_in(self):
        server = self.serve(f"{{{os.getuid()}: alice}}")
        server.add_user("alice", "wonderland")
        self.assertEqual(self.sasl(server, "-Y", "EXTERNAL", url=self.url)[0], 0)
        server.run("user", "set", "alice", "is_active=false")
        self.assertEqual(self.sasl(server, "-Y", "EXTERNAL", url=self.url)[0], 49)


class Plain(TransportCase):
    def test_Rfc4616_PLAIN_is_the_same_login(self):
        server = self.postern(start=True)
        server.add_user("alice", "wonderland")
        url = server.url(tls=True)
        arguments = ("-Y", "PLAIN", "-U", "alice", "-w")
        self.assertEqual(self.sasl(server, *arguments, "wonderland", url=url), (0, f"dn:{user_dn('alice')}"))
        self.assertEqual(self.sasl(server, *arguments, "looking-glass", url=url)[0], 49)
        self.assertEqual(self.sasl(server, "-X", "u:akadmin", *arguments, "wonderland", url=url)[0], 49)
        mechanisms = server.search(None, base="", scope="base", attributes=["supportedSASLMechanisms"], url=url)
        self.assertEqual(mechanisms.one()["supportedsaslmechanisms"], ["PLAIN"])


class ClientCertificates(TransportCase):
    def serve(self, more=""):
        server = self.postern(CALM, listen=False)
        make_ca(server.folder, "clients")
        make_ca(server.folder, "strangers")
        make_client(server.folder, "clients", "by-mail", "nobody at all", "email:alice@example.org")
        make_client(server.folder, "clients", "by-name", "alice")
        make_client(server.folder, "clients", "by-uri", "x", "URI:spiffe://example.org/alice")
        make_client(server.folder, "clients", "unknown", "mallory")
        make_client(server.folder, "strangers", "forged", "alice")
        server.write_config(LISTEN + f"tls:\n  client_ca: {server.folder}/clients.pem\n" + more + CALM)
        server.start()
        server.add_user("alice", "wonderland", "--email", "alice@example.org")
        return server

    def external(self, server, name, *arguments, url=None):
        files = {"LDAPTLS_CERT": str(server.folder / f"{name}.pem"),
                 "LDAPTLS_KEY": str(server.folder / f"{name}.key")} if name else {}
        return self.sasl(server, "-Y", "EXTERNAL", *arguments, url=url or server.url(tls=True), **files)

    def test_Rfc4513_5_2_3_EXTERNAL_by_the_owner_of_the_certificate(self):
        server = self.serve()
        alice = (0, f"dn:{user_dn('alice')}")
        for name in ("by-mail", "by-name", "by-uri"):
            self.assertEqual(self.external(server, name), alice, name)
        self.assertEqual(self.external(server, "by-name", "-ZZ", url=server.url()), alice)
        self.assertEqual(self.external(server, "unknown")[0], 49)
        # No certificate, or one of another authority, proves nothing; passwords go on working.
        for name in ("", "forged"):
            self.assertNotEqual(self.external(server, name)[0], 0, name)
        self.assertEqual(server.bind(user_dn("alice"), "wonderland", url=server.url(tls=True)), 0)
        server.run("user", "set", "alice", "is_active=false")
        self.assertEqual(self.external(server, "by-mail")[0], 49)

    def test_required_certificates_end_the_handshake(self):
        server = self.serve("  client_certificate: required\n")
        self.assertEqual(self.external(server, "by-name")[0], 0)
        self.assertNotEqual(self.external(server, "forged")[0], 0)
        self.assertNotEqual(server.bind(user_dn("alice"), "wonderland", url=server.url(tls=True)), 0)


class Certificates(TransportCase):
    """Which certificate is shown to whom, and when another one takes its place."""

    @staticmethod
    def make_server(folder, name):
        openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", f"{name}.key",
                "-out", f"{name}.pem")
        return (folder / f"{name}.pem").read_text(), (folder / f"{name}.key").read_text()

    @staticmethod
    def shown(server, name=None):
        """The CN of the certificate that the server shows."""
        more = ["-servername", name] if name else ["-noservername"]
        done = subprocess.run([tool("openssl"), "s_client", *more, "-connect", server.ldaps], input="",
                              capture_output=True, text=True, timeout=PATIENCE)
        lines = [line for line in done.stdout.splitlines() if line.startswith("subject=")]
        return lines[0].rpartition("=")[2].strip() if lines else done.stderr

    def blueprint(self, certificate, key):
        def block(text):
            return "".join(f"        {line}\n" for line in text.splitlines())
        return ("version: 1\nentries:\n  - model: authentik_crypto.certificatekeypair\n    id: pair\n"
                "    identifiers: {name: mail}\n    attrs:\n      certificate_data: |\n" + block(certificate) +
                "      key_data: |\n" + block(key) +
                "  - model: authentik_providers_ldap.ldapprovider\n    identifiers: {name: ldap}\n    attrs:\n"
                "      certificate: !KeyOf pair\n      tls_server_name: mail.example.org\n")

    def test_Rfc6066_3_a_provider_shows_its_own_certificate_to_who_asks_for_its_name(self):
        server = self.postern(start=True)
        certificate, key = self.make_server(server.folder, "mail.example.org")
        server.apply(self.blueprint(certificate, key))
        eventually(lambda: self.shown(server, "mail.example.org") == "mail.example.org", "the provider's certificate")
        self.assertNotEqual(self.shown(server, "other.example.org"), "mail.example.org")
        self.assertNotEqual(self.shown(server), "mail.example.org")
        stored = "".join(map(repr, server.query("select settings from certificates")))
        self.assertNotIn("PRIVATE", stored)
        self.assertIn("sealed_key", stored)

    def test_a_key_that_does_not_belong_is_refused(self):
        server = self.postern(start=True)
        certificate, _ = self.make_server(server.folder, "mail.example.org")
        _, other = self.make_server(server.folder, "other.example.org")
        done = server.apply(self.blueprint(certificate, other), code=1)
        self.assertIn("does not belong to the certificate", done.stdout + done.stderr)

    def test_a_changed_file_is_taken_up_and_connections_stay(self):
        server = self.postern(CALM)
        self.make_server(server.folder, "one.example.org")
        self.make_server(server.folder, "two.example.org")
        for kind in ("pem", "key"):
            (server.folder / f"server.{kind}").write_text((server.folder / f"one.example.org.{kind}").read_text())
        server.write_config(CALM + f"tls: {{certificate: {server.folder}/server.pem, key: {server.folder}/server.key}}\n")
        server.start()
        self.assertEqual(self.shown(server), "one.example.org")
        trusting = ssl.create_default_context(cafile=str(server.folder / "one.example.org.pem"))
        connection = trusting.wrap_socket(server.connect(tls=True), server_hostname="one.example.org")
        with ldapwire.Wire(connection) as wire:
            for kind in ("pem", "key"):
                (server.folder / f"two.example.org.{kind}").rename(server.folder / f"server.{kind}")
            eventually(lambda: self.shown(server) == "two.example.org", "the new certificate")
            self.assertEqual(wire.bind("", ""), 0)


class Proxies(TransportCase):
    def serve(self, networks, more=""):
        server = self.postern(CALM, listen=False)
        server.write_config(LISTEN + f"  proxies: {networks}\n" + more + CALM)
        server.start()
        server.add_user("alice", "wonderland")
        return server

    @staticmethod
    def answer(connection, octets):
        connection.settimeout(PATIENCE)
        try:
            connection.sendall(octets)
            return connection.recv(4096)
        except ConnectionError:  # closed with our octets unread
            return b""

    def test_the_client_behind_the_proxy_is_the_one_that_counts(self):
        server = self.serve("[127.0.0.1]")
        v1 = b"PROXY TCP4 192.0.2.7 127.0.0.1 40000 389\r\n"
        with server.connect() as connection:  # not loopback any more: no password in clear
            self.assertIn(b"\x0a\x01\x0d", self.answer(connection, v1 + ldapwire.bind(1, user_dn("alice"), "x")))
        eventually(lambda: "client=192.0.2.7" in server.log_text(), "the client's address in the log")
        tls = b"\x20\x00\x05\x01\x00\x00\x00\x00"
        v2 = (b"\r\n\r\n\x00\r\nQUIT\n\x21\x11" + (12 + len(tls)).to_bytes(2, "big") +
              socket.inet_aton("192.0.2.8") + socket.inet_aton("127.0.0.1") + b"\x9c\x40\x01\x85" + tls)
        with server.connect() as connection:  # the proxy speaks TLS with its client
            self.assertIn(b"\x0a\x01\x00",
                          self.answer(connection, v2 + ldapwire.bind(1, user_dn("alice"), "wonderland")))
        with server.connect() as connection:  # no header: closed without a word
            self.assertEqual(self.answer(connection, ldapwire.bind(1, "", "")), b"")

    def test_from_others_a_header_is_a_malformed_message(self):
        server = self.serve("[192.0.2.0/24]")
        with server.connect() as connection:
            answer = self.answer(connection, b"PROXY TCP4 192.0.2.7 127.0.0.1 40000 389\r\n")
            self.assertIn(ldapwire.NOTICE, answer)
        self.assertEqual(server.bind(user_dn("alice"), "wonderland"), 0)


class Limits(TransportCase):
    def test_4511_4_4_1_above_the_cap_and_when_idle_a_notice_is_given(self):
        server = self.postern(CALM + "limits: {per_address: 1, idle: 1s}\n", start=True)
        with server.connect() as first:
            first.sendall(ldapwire.bind(1, "", ""))
            self.assertTrue(first.recv(100))
            with server.connect() as second:
                self.assertIn(ldapwire.NOTICE, second.recv(200))
            self.assertIn(ldapwire.NOTICE, first.recv(200))
            self.assertEqual(first.recv(200), b"")

    def test_ciphers(self):
        server = self.postern(CALM + "tls: {ciphers: ECDHE-ECDSA-AES256-GCM-SHA384}\n", start=True)
        port = server.address(tls=True)[1]

        def offered(cipher):
            return subprocess.run([tool("openssl"), "s_client", "-tls1_2", "-cipher", cipher, "-connect",
                                   f"127.0.0.1:{port}"], input="", capture_output=True, text=True,
                                  timeout=PATIENCE).returncode
        self.assertEqual(offered("ECDHE-ECDSA-AES256-GCM-SHA384"), 0)
        self.assertNotEqual(offered("ECDHE-ECDSA-AES128-GCM-SHA256"), 0)
        bad = self.postern(CALM + "tls: {ciphers: NO-SUCH}\n")
        self.assertIn("NO-SUCH", bad.run("serve", code=1).stderr)


if __name__ == "__main__":
    unittest.main()
