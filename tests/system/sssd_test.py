"""Debian's SSSD over LDAPS, with rfc2307 and rfc2307bis: getent, id, initgroups, nested groups, logins by PAM."""

import os
import unittest

import private_world
from private_world import Daemon, run, write
from support import BASE, GROUPS, USERS, SharedCase, eventually, oath

private_world.enter()

PAM = "auth required pam_sss.so\naccount required pam_sss.so\npassword required pam_sss.so\nsession optional pam_sss.so\n"


class Host(SharedCase):
    schema = ""

    @classmethod
    def populate(cls, server):
        if not cls.schema:
            raise unittest.SkipTest("a base of others")
        if private_world.REASON:
            raise unittest.SkipTest(private_world.REASON)
        server.start()
        server.add_user("anna", "pw-of-anna", "--name", "Anna Schmidt", "--email", "anna@example.org",
                        'attributes={"uidNumber": 70001, "gidNumber": 70001, "loginShell": "/bin/zsh", "homeDirectory": "/srv/anna"}')
        server.add_user("zoe", "pw-of-zoe")
        server.add_user("tina", "pw-of-tina")
        cls.key = server.add_totp("tina")
        server.run("group", "create", "crew", "--member", "anna", "--member", "zoe", 'attributes={"gidNumber": 71000}')
        server.run("group", "create", "deck", "--parent", "crew", "--member", "tina", 'attributes={"gidNumber": 71001}')
        cls.account = server.search_account()
        cls.configure(server)
        cls.daemon = Daemon("/usr/sbin/sssd", "-i", "--logger=stderr")
        cls.addClassCleanup(cls.daemon.stop)
        eventually(lambda: cls.daemon.alive() and os.path.exists("/var/lib/sss/pipes/nss")
                   and run("getent", "-s", "sss", "passwd", "anna", code=None).returncode == 0, "sssd to answer")

    @classmethod
    def configure(cls, server):
        run("rm", "-rf", "/var/lib/sss")
        for name in ("db", "mc", "pipes/private", "pubconf/krb5.include.d", "gpo_cache", "secrets", "deskprofile", "keytabs"):
            os.makedirs(f"/var/lib/sss/{name}")
        os.makedirs("/var/log/sssd", exist_ok=True)
        port = server.ldaps.rpartition(":")[2]
        write("/etc/sssd/sssd.conf", f"""[sssd]
services = nss, pam
domains = postern
[nss]
filter_users = root
[domain/postern]
id_provider = ldap
auth_provider = ldap
chpass_provider = ldap
access_provider = permit
ldap_uri = ldaps://localhost:{port}
ldap_tls_cacert = {server.ca}
ldap_tls_reqcert = hard
ldap_schema = {cls.schema}
ldap_search_base = {BASE}
ldap_user_search_base = {USERS}
ldap_group_search_base = {GROUPS}
ldap_user_object_class = posixAccount
ldap_group_object_class = posixGroup
ldap_group_name = cn
ldap_default_bind_dn = {cls.account[0]}
ldap_default_authtok = {cls.account[1]}
min_id = 1000
""", 0o600)
        write("/etc/nsswitch.conf", "passwd: files sss\ngroup: files sss\nshadow: files sss\n")
        write("/etc/pam.d/postern-test", PAM)

    def login(self, name, password, code=0):
        done = run("pamtester", "postern-test", name, "authenticate", "acct_mgmt", text=password + "\n", code=None)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr + self.daemon.text()[-1500:])

    def test_getent_passwd_by_name_and_number(self):
        for key in ("anna", "70001"):
            self.assertEqual(run("getent", "passwd", key).stdout.strip(), "anna:*:70001:70001:anna:/srv/anna:/bin/zsh")
        run("getent", "passwd", "nobody-of-that-name", code=2)

    def members(self, name):
        return set(run("getent", "group", name).stdout.strip().split(":")[3].split(","))

    def test_getent_group(self):
        self.assertLessEqual({"anna", "zoe"}, self.members("crew"))
        self.assertEqual(run("getent", "group", "71001").stdout.split(":")[0], "deck")

    def test_id_and_initgroups(self):
        shown = run("id", "anna").stdout
        self.assertIn("uid=70001(anna)", shown)
        self.assertIn("71000(crew)", shown)

    def test_pam_login(self):
        self.login("anna", "pw-of-anna")
        self.login("anna", "wrong", 1)

    def test_pam_login_with_a_code_device(self):
        self.login("tina", "pw-of-tina", 1)
        self.login("tina", "pw-of-tina;" + oath(self.key))


class Rfc2307bis(Host):
    schema = "rfc2307bis"

    def test_a_member_through_a_nested_group(self):
        self.assertIn("71000(crew)", run("id", "tina").stdout)


class Rfc2307(Host):
    schema = "rfc2307"


if __name__ == "__main__":
    unittest.main()
