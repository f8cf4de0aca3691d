"""Dovecot's LDAP passdb and userdb: logins by bind (auth_bind, with a search account or a DN template), users by search."""

import os
import unittest

import private_world
from private_world import Daemon, add_account, run, write
from support import USERS, SharedCase, eventually, oath

private_world.enter()


@unittest.skipIf(private_world.lacks_accounts(), private_world.lacks_accounts())
class Dovecot(SharedCase):
    @classmethod
    def populate(cls, server):
        server.start()
        server.add_user("anna", "pw-of-anna", "--email", "anna@example.org")
        server.add_user("tina", "pw-of-tina", "--email", "tina@example.org")
        server.add_user("gone", "pw-of-gone", "--inactive")
        cls.key = server.add_totp("tina")
        cls.account = server.search_account()
        add_account("dovecot", 64001)
        add_account("dovenull", 64002)
        write("/etc/dovecot/ca.pem", server.ca.read_text())  # readable by the user dovecot
        write("/etc/dovecot/postern-ldap.conf.ext",
              f"uris = ldaps://localhost:{server.ldaps.rpartition(':')[2]}\ntls_ca_cert_file = /etc/dovecot/ca.pem\ntls_require_cert = hard\n"
              f"dn = {cls.account[0]}\ndnpass = {cls.account[1]}\nbase = {USERS}\nscope = subtree\nauth_bind = yes\n"
              "pass_filter = (&(objectClass=posixAccount)(|(uid=%u)(mail=%u)))\npass_attrs = uid=user\n"
              "user_filter = (&(objectClass=posixAccount)(|(uid=%u)(mail=%u)))\n"
              "user_attrs = homeDirectory=home,uidNumber=uid,gidNumber=gid,uid=user\n"
              "iterate_filter = (objectClass=posixAccount)\niterate_attrs = uid=user\n", 0o600)
        write("/etc/dovecot/dovecot.conf",
              "protocols =\nlisten = 127.0.0.1\nssl = no\nlog_path = /dev/stderr\ndefault_internal_group = nogroup\n"
              "disable_plaintext_auth = no\nauth_failure_delay = 0\nauth_mechanisms = plain\n"
              # Dovecot's own delays after refusals are off.
              "service anvil {\n unix_listener anvil-auth-penalty {\n  mode = 0\n }\n}\n"
              "passdb {\n driver = ldap\n args = /etc/dovecot/postern-ldap.conf.ext\n}\n"
              "userdb {\n driver = ldap\n args = /etc/dovecot/postern-ldap.conf.ext\n}\n")
        os.makedirs("/run/dovecot", exist_ok=True)
        cls.daemon = Daemon("/usr/sbin/dovecot", "-F")
        cls.addClassCleanup(cls.daemon.stop)
        eventually(lambda: cls.daemon.alive() and os.path.exists("/run/dovecot/auth-client"), "dovecot to listen")

    def login(self, name, password, code=0):
        done = run("doveadm", "auth", "test", name, password, code=None)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr + self.daemon.text()[-2000:])
        return done.stdout

    def test_login_by_name_and_by_mail(self):
        self.assertIn("user=anna", self.login("anna", "pw-of-anna"))
        self.assertIn("user=anna", self.login("anna@example.org", "pw-of-anna"))

    def test_refused(self):
        self.login("anna", "wrong", 77)
        self.login("gone", "pw-of-gone", 77)
        self.login("nobody", "x", 77)

    def test_code_behind_the_password(self):
        self.login("tina", "pw-of-tina", 77)
        self.login("tina", "pw-of-tina;" + oath(self.key))

    def test_userdb(self):
        shown = run("doveadm", "user", "anna@example.org").stdout
        self.assertRegex(shown, r"home\s+/home/anna")
        self.assertRegex(shown, r"uid\s+\d+")

    def test_all_users(self):
        self.assertLessEqual({"anna", "tina"}, set(run("doveadm", "user", "*").stdout.split()))


if __name__ == "__main__":
    unittest.main()
