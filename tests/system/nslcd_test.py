"""Debian's nslcd with its NSS and PAM modules: getent, id, logins, password changes and admission, as a host of RFC 2307 sees us."""

import os
import unittest

import private_world
from private_world import Daemon, run, write
from support import BASE, GROUPS, USERS, SharedCase, eventually, oath

private_world.enter()

PAM = """auth required pam_ldap.so
account required pam_ldap.so
password required pam_ldap.so
session optional pam_ldap.so
"""


@unittest.skipIf(private_world.REASON, private_world.REASON)
class Nslcd(SharedCase):
    @classmethod
    def populate(cls, server):
        server.start()
        server.add_user("anna", "pw-of-anna", "--name", "Anna Schmidt", "--email", "anna@example.org",
                        'attributes={"uidNumber": 70001, "gidNumber": 70001, "loginShell": "/bin/zsh", "homeDirectory": "/srv/anna"}')
        server.add_user("zoe", "pw-of-zoe")
        server.add_user("tina", "pw-of-tina")
        server.add_user("gone", "pw-of-gone", "--inactive")
        cls.key = server.add_totp("tina")
        server.run("group", "create", "crew", "--member", "anna", "--member", "zoe", 'attributes={"gidNumber": 71000}')
        server.run("group", "create", "empty")
        cls.account = server.search_account()
        cls.configure(server)
        cls.daemon = Daemon("/usr/sbin/nslcd", "-d")
        cls.addClassCleanup(cls.daemon.stop)
        eventually(lambda: cls.daemon.alive() and os.path.exists("/run/nslcd/socket"), "nslcd to listen")

    @classmethod
    def configure(cls, server):
        os.makedirs("/run/nslcd", exist_ok=True)
        write("/etc/nslcd.conf", f"uri ldap://{server.ldap}/\nbase {BASE}\nbase passwd {USERS}\nbase shadow {USERS}\n"
                                 f"base group {GROUPS}\nbinddn {cls.account[0]}\nbindpw {cls.account[1]}\n"
                                 "filter passwd (objectClass=posixAccount)\npagesize 100\nnss_min_uid 1000\n", 0o600)
        write("/etc/nsswitch.conf", "passwd: files ldap\ngroup: files ldap\nshadow: files ldap\n")
        write("/etc/pam.d/postern-test", PAM)

    def login(self, name, password, code=0):
        done = run("pamtester", "postern-test", name, "authenticate", "acct_mgmt", text=password + "\n", code=None)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr + self.daemon.text()[-1500:])

    def test_getent_passwd_by_name_number_and_all(self):
        line = "anna:*:70001:70001:anna:/srv/anna:/bin/zsh"
        for key in ("anna", "70001"):
            self.assertEqual(run("getent", "passwd", key).stdout.strip(), line)
        names = {row.split(":")[0] for row in run("getent", "passwd").stdout.splitlines()}
        self.assertLessEqual({"anna", "zoe", "tina", "root"}, names)
        self.assertEqual(run("getent", "passwd", "nobody-of-that-name", code=2).stdout, "")

    def test_getent_group_by_name_number_and_all(self):
        for key in ("crew", "71000"):
            name, _, number, members = run("getent", "group", key).stdout.strip().split(":")
            self.assertEqual((name, number, set(members.split(","))), ("crew", "71000", {"anna", "zoe"}))
        names = {row.split(":")[0] for row in run("getent", "group").stdout.splitlines()}
        self.assertLessEqual({"crew", "empty"}, names)

    def test_id_and_initgroups(self):
        shown = run("id", "anna").stdout
        self.assertIn("uid=70001(anna)", shown)
        self.assertIn("71000(crew)", shown)

    def test_pam_login(self):
        self.login("anna", "pw-of-anna")
        self.login("anna", "wrong", 1)
        self.login("gone", "pw-of-gone", 1)

    def test_pam_login_with_a_code_device(self):
        self.login("tina", "pw-of-tina", 1)
        self.login("tina", "pw-of-tina;" + oath(self.key))


if __name__ == "__main__":
    unittest.main()
