"""Apache's mod_authnz_ldap in front of a page: search-and-bind by name or mail, groups, codes, and its compare of groups."""

import os
import socket
import unittest

from private_world import Daemon, run
from support import USERS, SharedCase, eventually, group_dn, oath, tool

MODULES = "/usr/lib/apache2/modules"


def site(folder, port, server, account):
    loaded = "".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so\n"
                     for name in ("mpm_event", "authn_core", "authz_core", "authz_user", "auth_basic", "ldap", "authnz_ldap", "dir"))
    places = {
        "user": ("uid", "Require valid-user"),
        "mail": ("mail", "Require valid-user"),
        "crew": ("uid", f"Require ldap-group {group_dn('crew')}"),
        "attribute": ("uid", "Require ldap-attribute ak-superuser=TRUE"),
        "filter": ("uid", f"Require ldap-filter memberOf={group_dn('crew')}"),
    }
    parts = []
    for name, (attribute, require) in places.items():
        os.makedirs(folder / "www" / name)
        (folder / "www" / name / "index.html").write_text(f"hello from {name}\n")
        parts.append(f"<Location /{name}>\nAuthType Basic\nAuthName x\nAuthBasicProvider ldap\n"
                     f"AuthLDAPURL \"ldap://{server.ldap}/{USERS}?{attribute}?sub?(objectClass=user)\"\n"
                     f"AuthLDAPBindDN \"{account[0]}\"\nAuthLDAPBindPassword \"{account[1]}\"\n"
                     f"AuthLDAPGroupAttribute member\n{require}\n</Location>\n")
    return (f"ServerRoot {folder}\nServerName localhost\nListen 127.0.0.1:{port}\nPidFile {folder}/pid\nErrorLog {folder}/error.log\n"
            f"{loaded}DocumentRoot {folder}/www\nDirectoryIndex index.html\nUser www-data\nGroup www-data\nLDAPSharedCacheSize 0\n"
            f"LDAPCacheEntries 0\nLDAPOpCacheEntries 0\nDefaultRuntimeDir {folder}\nMutex fcntl:{folder}\n" + "".join(parts))


class Apache(SharedCase):
    @classmethod
    def populate(cls, server):
        server.start()
        server.add_user("anna", "pw-of-anna", "--email", "anna@example.org")
        server.add_user("bert", "pw-of-bert")
        server.add_user("tina", "pw-of-tina")
        cls.key = server.add_totp("tina")
        server.run("group", "create", "crew", "--member", "anna", "--member", "tina")
        server.run("group", "create", "chiefs", "--member", "bert", "--superuser")
        # Where the user www-data of a server started by root may read.
        folder = server.folder / "apache"
        folder.mkdir()
        os.chmod(server.folder, 0o755)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            cls.port = probe.getsockname()[1]
        (folder / "httpd.conf").write_text(site(folder, cls.port, server, server.search_account()))
        cls.folder = folder
        cls.daemon = Daemon(tool("apache2"), "-f", str(folder / "httpd.conf"), "-DFOREGROUND", env={"PATH": os.environ["PATH"]})
        cls.addClassCleanup(cls.daemon.stop)

        def answers():
            cls.daemon.alive()
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", cls.port)) == 0
        eventually(answers, "apache to listen")

    def status(self, place, user, password):
        done = run(tool("curl"), "-s", "-o", "/dev/null", "-w", "%{http_code}", "-u", f"{user}:{password}",
                   f"http://127.0.0.1:{self.port}/{place}/", environment={"PATH": os.environ["PATH"]})
        return int(done.stdout)

    def expect(self, wanted, place, user, password):
        got = self.status(place, user, password)
        self.assertEqual(got, wanted, (self.folder / "error.log").read_text()[-2000:])

    def test_valid_user(self):
        self.expect(200, "user", "anna", "pw-of-anna")
        self.expect(401, "user", "anna", "wrong")
        self.expect(401, "user", "nobody", "pw-of-anna")
        self.expect(401, "user", "anna)(uid=*", "pw-of-anna")

    def test_found_by_mail(self):
        self.expect(200, "mail", "ANNA@example.org", "pw-of-anna")

    def test_code_behind_the_password(self):
        self.expect(401, "user", "tina", "pw-of-tina")
        self.expect(200, "user", "tina", "pw-of-tina;" + oath(self.key))

    def test_groups(self):
        self.expect(200, "crew", "anna", "pw-of-anna")
        self.expect(401, "crew", "bert", "pw-of-bert")

    def test_attribute_and_filter(self):
        self.expect(200, "attribute", "bert", "pw-of-bert")
        self.expect(401, "attribute", "anna", "pw-of-anna")
        self.expect(200, "filter", "anna", "pw-of-anna")
        self.expect(401, "filter", "bert", "pw-of-bert")


if __name__ == "__main__":
    unittest.main()
