"""LDAPS and StartTLS, verified against the generated authority or with a given certificate."""

import os
import subprocess
import unittest

import ldapwire
from support import BASE, CALM, PosternCase, SharedCase, eventually, tool, user_dn


FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


class Generated(SharedCase):
    @classmethod
    def populate(cls, server):
        server.start()
        cls.account = server.search_account()

    def test_LDAPS_verifies(self):
        found = self.server.search(self.account, "(uid=akadmin)", url=self.server.url(tls=True))
        self.assertEqual(found.one()["dn"], user_dn("akadmin"))

    def test_StartTLS_verifies(self):
        found = self.server.search(self.account, "(uid=akadmin)", options=("-ZZ",))
        self.assertEqual(found.one()["dn"], user_dn("akadmin"))

    def test_names_of_the_certificate(self):
        port = self.server.address(tls=True)[1]
        text = subprocess.run([tool("openssl"), "s_client", "-connect", f"127.0.0.1:{port}", "-CAfile",
                               str(self.server.ca), "-verify_return_error", "-verify_hostname", "localhost"],
                              input="", capture_output=True, text=True, timeout=30)
        self.assertEqual(text.returncode, 0, text.stdout + text.stderr)
        self.assertIn("Verify return code: 0 (ok)", text.stdout)
        self.assertEqual(self.server.bind("", "", url=f"ldaps://localhost:{port}"), 0)

    def test_foreign_authority_is_not_accepted_by_the_client(self):
        strange = self.server.client_environment(LDAPTLS_CACERT="/dev/null")
        self.assertNotEqual(self.server.bind("", "", url=self.server.url(tls=True), environment=strange), 0)
        self.assertNotEqual(self.server.bind("", "", "-ZZ", environment=strange), 0)

    def test_old_protocol_versions_are_refused(self):
        port = self.server.address(tls=True)[1]
        for version in ("-tls1", "-tls1_1"):
            done = subprocess.run([tool("openssl"), "s_client", version, "-cipher", "ALL:@SECLEVEL=0", "-connect",
                                   f"127.0.0.1:{port}"], input="", capture_output=True, text=True, timeout=30)
            self.assertNotEqual(done.returncode, 0, version)
        for version in ("-tls1_2", "-tls1_3"):
            done = subprocess.run([tool("openssl"), "s_client", version, "-CAfile", str(self.server.ca),
                                   "-verify_return_error", "-connect", f"127.0.0.1:{port}"], input="",
                                  capture_output=True, text=True, timeout=30)
            self.assertEqual(done.returncode, 0, version + done.stderr)

    def test_Rfc4511_4_14_1_second_StartTLS_is_operationsError(self):
        with ldapwire.connect(self.server) as wire:
            self.assertEqual(wire.start_tls(self.server.ca), 0)
            wire.send(ldapwire.extended(9, ldapwire.STARTTLS))
            self.assertEqual(wire.receive().code, 1)
            self.assertEqual(wire.bind(*self.account), 0)
        with ldapwire.connect(self.server, tls=True) as wire:
            wire.send(ldapwire.extended(1, ldapwire.STARTTLS))
            self.assertEqual(wire.receive().code, 1)

    def test_Rfc4513_3_1_StartTLS_drops_the_identity(self):
        with ldapwire.connect(self.server) as wire:
            self.assertEqual(wire.bind(*self.account), 0)
            self.assertEqual(wire.start_tls(self.server.ca), 0)
            self.assertEqual(wire.whoami(), "")

    def test_plain_requests_behind_StartTLS_are_not_executed(self):
        with ldapwire.connect(self.server) as wire:
            self.assertEqual(wire.bind(*self.account), 0)
            wire.send(ldapwire.extended(90, ldapwire.STARTTLS), ldapwire.search(91, BASE, scope=2),
                      ldapwire.extended(92, ldapwire.WHOAMI))
            try:
                answers = wire.receive_all()
            except (IndexError, ValueError):
                self.fail("something else than LDAP came back")
            self.assertLessEqual({answer.number for answer in answers}, {0, 90})

    def test_StartTLS_with_nothing_behind_it_is_not_kept_forever(self):
        # The connection is half open; others are served.
        with ldapwire.connect(self.server) as wire:
            wire.send(ldapwire.extended(1, ldapwire.STARTTLS))
            self.assertEqual(wire.receive().code, 0)
            self.assertEqual(self.server.bind(*self.account), 0)

    def test_root_dse_under_tls_does_not_offer_StartTLS(self):
        entry = self.server.search(base="", scope="base", attributes=("supportedExtension",),
                                   url=self.server.url(tls=True)).one()
        self.assertNotIn("1.3.6.1.4.1.1466.20037", entry["supportedextension"])


class Given(PosternCase):
    def authority(self, folder):
        """A CA and a certificate for localhost signed by it, by openssl."""
        def openssl(*arguments):
            subprocess.run([tool("openssl"), *arguments], cwd=folder, check=True, capture_output=True)
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "my-ca.key", "-out", "my-ca.pem", "-days", "2",
                "-subj", "/CN=My CA")
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "my.key", "-out", "my.csr", "-subj", "/CN=localhost")
        (folder / "ext").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        openssl("x509", "-req", "-in", "my.csr", "-CA", "my-ca.pem", "-CAkey", "my-ca.key", "-CAcreateserial", "-out",
                "my.pem", "-days", "2", "-extfile", "ext")

    def test_given_certificate_serves_both_ways(self):
        server = self.postern(CALM + "tls: {certificate: my.pem, key: my.key}\n")
        self.authority(server.folder)
        server.start()
        trusting = server.client_environment(LDAPTLS_CACERT=str(server.folder / "my-ca.pem"))
        self.assertEqual(server.bind("", "", url=server.url(tls=True), environment=trusting), 0)
        self.assertEqual(server.bind("", "", "-ZZ", environment=trusting), 0)

    def test_key_that_does_not_belong_to_the_certificate_is_a_sentence(self):
        server = self.postern(CALM + "tls: {certificate: my.pem, key: my-ca.key}\n")
        self.authority(server.folder)
        self.assertIn("my-ca.key", server.run("check", code=2).stderr)
        self.assertIn("my-ca.key", server.run("serve", code=1).stderr)

    def test_tls13_only(self):
        server = self.postern(CALM + "tls: {min_version: 1.3}\n", start=True)
        port = server.address(tls=True)[1]
        codes = [subprocess.run([tool("openssl"), "s_client", version, "-connect", f"127.0.0.1:{port}"], input="",
                                capture_output=True, text=True, timeout=30).returncode
                 for version in ("-tls1_2", "-tls1_3")]
        self.assertNotEqual(codes[0], 0)
        self.assertEqual(codes[1], 0)

    def test_P36_what_ends_soon_or_has_ended_is_told_by_check_log_and_events(self):
        server = self.postern()
        old, soon = server.folder / "old.pem", server.folder / "soon.pem"
        key = server.folder / "key.pem"
        subprocess.run([tool("openssl"), "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key],
                       check=True, capture_output=True, timeout=30)
        for file, then in ((old, "-30d"), (soon, "+0d")):
            subprocess.run([tool("openssl"), "req", "-x509", "-key", key, "-subj", "/CN=localhost", "-days", "5",
                            "-out", file], check=True, capture_output=True, timeout=30,
                           env={**os.environ, "LD_PRELOAD": FAKETIME, "FAKETIME": then})
        server.write_config(CALM + f"tls:\n  certificate: {old}\n  key: {key}\n")
        checked = server.run("check")
        self.assertRegex(checked.stderr, rf"warning: tls.certificate {old} ended \d{{4}}-")
        server.start()
        eventually(lambda: f"certificate.ended what=\"tls.certificate {old} ended" in server.log_text(), "the error")
        server.write_config(CALM + f"tls:\n  certificate: {soon}\n  key: {key}\n")
        server.reload("config.reloaded")
        eventually(lambda: f"certificate.ends_soon what=\"tls.certificate {soon} ends in 4 days" in server.log_text(),
                   "the warning")
        eventually(lambda: len(server.query("select 1 from events where action = 'configuration_warning'")) == 2,
                   "both events")
        self.assertEqual(server.bind("", "", url=server.url(tls=True), environment=server.client_environment(
            LDAPTLS_CACERT=str(soon), LDAPTLS_REQCERT="never")), 0)

    def test_P36_a_generated_certificate_is_renewed_by_a_server_that_goes_on_running(self):
        server = self.postern()
        clock = server.folder / "clock"
        clock.write_text("+0\n")
        server.start(environment={**os.environ, "LD_PRELOAD": FAKETIME, "FAKETIME_TIMESTAMP_FILE": str(clock),
                                  "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_NO_CACHE": "1"})
        shown = server.state / "tls" / "server.pem"
        authority, first = server.ca.read_bytes(), shown.read_bytes()
        clock.write_text("+800d\n")
        eventually(lambda: shown.read_bytes() != first, "another certificate")
        self.assertEqual(server.ca.read_bytes(), authority)
        eventually(lambda: "tls.renewed" in server.log_text(), "the log")

    def test_base_url_host_is_in_the_generated_certificate(self):
        server = self.postern("base_url: https://door.example.org:9443\n" + CALM, start=True)
        shown = subprocess.run([tool("openssl"), "s_client", "-connect", server.ldaps, "-CAfile", str(server.ca),
                                "-verify_return_error", "-verify_hostname", "door.example.org"], input="",
                               capture_output=True, text=True, timeout=30)
        self.assertEqual(shown.returncode, 0, shown.stdout)

    def test_garbage_on_the_ldaps_port_costs_that_connection_only(self):
        server = self.postern(start=True)
        for garbage in (b"GET / HTTP/1.0\r\n\r\n", b"\0" * 600, ldapwire.bind(1, "", ""), b"\x16\x03\x01\xff\xff" + b"x" * 900):
            with server.connect(tls=True) as connection:
                connection.sendall(garbage)

                def ended(connection=connection):
                    try:
                        return connection.recv(4096) == b""
                    except ConnectionResetError:
                        return True
                eventually(ended, f"the end of a connection that sent {garbage[:8]}")
        self.assertEqual(server.bind("", "", url=server.url(tls=True)), 0)


if __name__ == "__main__":
    unittest.main()
