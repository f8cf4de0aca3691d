"""SIGHUP: takes what can be taken while connections go on, and keeps the old configuration when the new is wrong."""

import socket
import ssl
import subprocess
import unittest

import ldapwire
from support import CALM, PosternCase, eventually, tool, user_dn

BLUEPRINT = """version: 1
entries:
  - model: authentik_core.user
    identifiers: {username: %s}
    attrs: {name: From a blueprint}
"""


def make_certificate(folder, stem):
    """A self-signed certificate for localhost."""
    subprocess.run([tool("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", f"{stem}.key", "-out", f"{stem}.pem", "-days", "2", "-subj", f"/CN={stem}", "-addext",
                    "subjectAltName=DNS:localhost,IP:127.0.0.1"], cwd=folder, check=True, capture_output=True)


def served_certificate(server):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(server.address(tls=True), timeout=20) as plain, \
            context.wrap_socket(plain, server_hostname="localhost") as secure:
        return ssl.DER_cert_to_PEM_cert(secure.getpeercert(binary_form=True))


class Reload(PosternCase):
    def test_new_and_changed_blueprints_are_applied(self):
        server = self.postern(CALM + "blueprints: [prints]\n")
        folder = server.folder / "prints"
        folder.mkdir()
        (folder / "a.yaml").write_text(BLUEPRINT % "at-start")
        server.start()
        account = server.search_account()
        self.assertEqual(len(server.search(account, "(uid=at-start)")), 1)
        (folder / "b.yaml").write_text(BLUEPRINT % "at-reload")
        server.reload("config.reloaded")
        self.assertEqual(len(server.search(account, "(uid=at-reload)")), 1)
        (folder / "b.yaml").write_text(BLUEPRINT % "changed")
        server.reload("config.reloaded")
        self.assertEqual(len(server.search(account, "(uid=changed)")), 1)

    def test_broken_blueprint_is_logged_and_the_rest_applies(self):
        server = self.postern(CALM + "blueprints: [prints]\n")
        folder = server.folder / "prints"
        folder.mkdir()
        server.start()
        account = server.search_account()
        (folder / "a.yaml").write_text("version: 1\nentries: [\n")
        (folder / "b.yaml").write_text(BLUEPRINT % "after-the-broken-one")
        server.reload("config.reloaded")
        self.assertIn("blueprint.error", server.log_text())
        self.assertEqual(len(server.search(account, "(uid=after-the-broken-one)")), 1)

    def test_new_certificate_for_new_connections_old_ones_go_on(self):
        server = self.postern(CALM + "tls: {certificate: one.pem, key: one.key}\n")
        make_certificate(server.folder, "one")
        make_certificate(server.folder, "two")
        server.start()
        read = {name: (server.folder / f"{name}.pem").read_text() for name in ("one", "two")}
        self.assertEqual(served_certificate(server), read["one"])
        with ldapwire.Wire(server.connect(tls=True)) as kept:
            kept.wrap(server.folder / "one.pem")
            self.assertEqual(kept.bind("", ""), 0)
            server.write_config(CALM + "tls: {certificate: two.pem, key: two.key}\n")
            server.reload("config.reloaded")
            self.assertEqual(served_certificate(server), read["two"])
            self.assertEqual(kept.search("", scope=0)[0], 0)

    def test_renewed_file_under_the_same_name_is_read_again(self):
        server = self.postern(CALM + "tls: {certificate: one.pem, key: one.key}\n")
        make_certificate(server.folder, "one")
        server.start()
        old = served_certificate(server)
        make_certificate(server.folder, "one")
        server.reload("config.reloaded")
        self.assertNotEqual(served_certificate(server), old)
        self.assertEqual(served_certificate(server), (server.folder / "one.pem").read_text())

    def test_wrong_configuration_keeps_the_old_one(self):
        server = self.postern(CALM + "tls: {certificate: one.pem, key: one.key}\n")
        make_certificate(server.folder, "one")
        server.start()
        dn = server.add_user("anna", "anna-password")
        old = served_certificate(server)
        server.config.write_text("listen: [\n")
        server.reload("config.reload.refused")
        self.assertEqual(served_certificate(server), old)
        self.assertEqual(server.bind(dn, "anna-password"), 0)

    def test_wrong_certificate_keeps_old_certificate_and_old_blueprints(self):
        server = self.postern(CALM + "tls: {certificate: one.pem, key: one.key}\n")
        make_certificate(server.folder, "one")
        (server.folder / "prints").mkdir()
        (server.folder / "prints" / "a.yaml").write_text(BLUEPRINT % "must-not-be")
        server.start()
        account = server.search_account()
        old = served_certificate(server)
        (server.folder / "bad.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        server.write_config(CALM + "tls: {certificate: bad.pem, key: one.key}\nblueprints: [prints]\n")
        server.reload("config.reload.refused")
        self.assertEqual(served_certificate(server), old)
        self.assertEqual(len(server.search(account, "(uid=must-not-be)")), 0)

    def test_settings_that_need_a_restart_are_named(self):
        server = self.postern(start=True)
        server.write_config(CALM + "threads: {loops: 1}\n")
        server.reload("config.reload.restart_needed")
        eventually(lambda: "threads" in server.log_text(), "the setting in the log")

    def test_limits_of_sessions_count_for_new_connections(self):
        server = self.postern(start=True)
        account = server.search_account()
        self.assertEqual(server.search(account).code, 0)
        server.write_config(CALM + "limits: {search_size: 2}\n")
        server.reload("config.reloaded")
        self.assertEqual(server.search(account).code, 4)

    def test_log_level_changes(self):
        server = self.postern(start=True)
        server.write_config(CALM + "log: {level: debug}\n")
        server.reload("config.reloaded")
        server.search(base="", scope="base")
        eventually(lambda: "ldap.search" in server.log_text(), "the search in the log")

    def test_connections_and_identities_survive(self):
        server = self.postern(start=True)
        dn = server.add_user("anna", "anna-password")
        with ldapwire.connect(server) as kept:
            self.assertEqual(kept.bind(dn, "anna-password"), 0)
            server.reload("config.reloaded")
            self.assertEqual(kept.whoami(), "dn:" + user_dn("anna"))


if __name__ == "__main__":
    unittest.main()
