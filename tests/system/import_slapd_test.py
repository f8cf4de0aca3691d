"""Moving from slapd: what slapcat and ldapsearch print comes in, and people log in with their old passwords."""

import base64
import crypt
import os
import random
import re
import subprocess
import unittest
import warnings

import ldapwire
from slapd import SUFFIX, Slapd, hash_by_slappasswd
from support import (LONG, PosternCase, binary, eventually, group_dn, pbkdf2_sha256, ssha, ssha512, user_dn)

warnings.filterwarnings("ignore", category=DeprecationWarning)
PEOPLE = "ou=people," + SUFFIX


def password_of(number):
    return f"password-of-u{number:04}"


def crypt_sha512(password):
    return "{CRYPT}" + crypt.crypt(password, "$6$rounds=1000$" + base64.b64encode(os.urandom(8)).decode()[:8].replace("+", "."))


SCHEMES = [ssha, ssha512, crypt_sha512, pbkdf2_sha256]


def ldif(count, schemes):
    """People u0000..., groups of every kind, one group in another, and what cannot be taken over."""
    out = [f"dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: Example\n",
           f"dn: {PEOPLE}\nobjectClass: organizationalUnit\nou: people\n",
           f"dn: ou=groups,{SUFFIX}\nobjectClass: organizationalUnit\nou: groups\n"]
    for n in range(count):
        name = f"u{n:04}"
        stored = schemes[n % len(schemes)](password_of(n))
        out.append(f"dn: uid={name},{PEOPLE}\nobjectClass: inetOrgPerson\nobjectClass: posixAccount\n"
                   f"uid: {name}\ncn: Person {n} Ünlü\nsn: Ünlü\ngivenName: Person {n}\nmail: {name}@example.org\n"
                   f"mail: second.{name}@example.org\nuidNumber: {20000 + n}\ngidNumber: 100\n"
                   f"homeDirectory: /home/{name}\nloginShell: /bin/sh\ntelephoneNumber: +49 {n}\n"
                   f"userPassword:: {base64.b64encode(stored.encode()).decode()}\n")
    for g in range(max(1, count // 100)):
        members = "".join(f"member: uid=u{n:04},{PEOPLE}\n" for n in range(g * 100, min(count, g * 100 + 100)))
        out.append(f"dn: cn=team{g},ou=groups,{SUFFIX}\nobjectClass: groupOfNames\ncn: team{g}\n{members}")
    out.append(f"dn: cn=all,ou=groups,{SUFFIX}\nobjectClass: groupOfNames\ncn: all\n"
               f"member: cn=team0,ou=groups,{SUFFIX}\nmember: uid=u0001,{PEOPLE}\nmember: uid=elsewhere,{PEOPLE}\n")
    out.append(f"dn: cn=unix,ou=groups,{SUFFIX}\nobjectClass: posixGroup\ncn: unix\ngidNumber: 30000\n"
               "memberUid: u0002\nmemberUid: u0003\n")
    out.append(f"dn: cn=unique,ou=groups,{SUFFIX}\nobjectClass: groupOfUniqueNames\ncn: unique\n"
               f"uniqueMember: uid=u0004,{PEOPLE}\n")
    out.append(f"dn: cn=printer,{SUFFIX}\nobjectClass: device\ncn: printer\n")
    return "\n".join(out)


class FromSlapd(PosternCase):
    def setUp(self):
        super().setUp()
        self.slapd = Slapd()
        self.addCleanup(self.slapd.close)

    def exported(self, count, schemes):
        """The path of what slapcat wrote after slapd itself accepted the passwords it can."""
        self.slapd.load(ldif(count, schemes))
        self.slapd.start()
        for n in range(min(count, len(schemes))):
            if schemes[n] is not pbkdf2_sha256 or Slapd.can("pw-pbkdf2"):
                self.assertEqual(self.slapd.bind(f"uid=u{n:04},{PEOPLE}", password_of(n)), 0, schemes[n].__name__)
        self.searched = self.slapd.search()
        self.slapd.stop()
        path = self.slapd.folder / "export.ldif"
        self.slapd.export(path)
        return path

    def bind_each(self, server, numbers):
        with ldapwire.connect(server) as wire:
            for n in numbers:
                self.assertEqual(wire.bind(user_dn(f"u{n:04}"), password_of(n)), 0, n)

    def check_report(self, report, count):
        self.assertIn(f"{count} users and {max(1, count // 100) + 3} groups imported", report)
        self.assertIn("3 containers left out", report)
        self.assertRegex(report, r"line \d+: cn=printer,dc=example,dc=org: is neither a user nor a group")
        self.assertRegex(report, r"line \d+: .*1 members are not in the file")
        self.assertNotIn("{SSHA}", report)

    def check_objects(self, server, path, count):
        account = server.search_account()
        text = path.read_text()
        for n in (0, count // 2, count - 1):
            name = f"u{n:04}"
            record = re.search(rf"^dn: uid={name},.*?\n\n", text, re.M | re.S).group(0)
            entry = server.search(account, f"(uid={name})", ("*", "entryUUID")).one()
            self.assertEqual(entry["uidnumber"], [str(20000 + n)])
            self.assertEqual(entry["gidnumber"], ["100"])
            self.assertEqual(entry["entryuuid"], [re.search(r"^entryUUID: (\S+)", record, re.M).group(1)])
            self.assertEqual(entry["mail"], [f"{name}@example.org"])
            self.assertEqual(entry["givenname"], [f"Person {n}"])
            self.assertEqual(entry["loginshell"], ["/bin/sh"])
            self.assertEqual(entry["telephonenumber"], [f"+49 {n}"])
            self.assertIn(f"Person {n} Ünlü", entry["displayname"])
        unix = server.search(account, "(cn=unix)", ("*",), base="ou=groups,dc=ldap,dc=goauthentik,dc=io").one()
        self.assertEqual(unix["gidnumber"], ["30000"])
        self.assertEqual(sorted(unix["memberuid"]), ["u0002", "u0003"])
        every = server.search(account, "(cn=all)", ("member",), base="ou=groups,dc=ldap,dc=goauthentik,dc=io").one()
        self.assertIn(group_dn("team0"), every["member"])
        self.assertIn(user_dn("u0001"), every["member"])
        self.assertEqual(server.search(account, "(cn=unique)", ("uniqueMember",)).one()["uniquemember"], [user_dn("u0004")])
        team = server.search(account, "(cn=team0)", ("member",), base="ou=groups,dc=ldap,dc=goauthentik,dc=io").one()
        self.assertEqual(len(team["member"]), min(count, 100))

    def test_300_users_of_every_scheme_bind_twice_with_the_server_up(self):
        schemes = list(SCHEMES)
        if Slapd.can("argon2"):
            # Dear ones: one hash each for every fifth user.
            def argon2(password):
                return hash_by_slappasswd(password, "{ARGON2}", "argon2")
            schemes.append(argon2)
        path = self.exported(300, schemes)
        server = self.postern(start=True)
        server.secrets += [password_of(n) for n in range(300)]
        self.check_report(server.run("import", path, patience=300).stdout, 300)
        self.check_objects(server, path, 300)
        self.bind_each(server, range(300))
        stored = server.query("select password_hash from users where username like 'u0%'")
        self.assertEqual([h for h, in stored if not h.startswith("$argon2id$")], [])
        generations = server.query("select distinct generation from users where username like 'u0%'")
        self.bind_each(server, range(300))
        self.assertEqual(server.query("select distinct generation from users where username like 'u0%'"), generations)
        with ldapwire.connect(server) as wire:
            self.assertEqual(wire.bind(user_dn("u0001"), password_of(2)), 49)

    def test_10000_users_imported_with_the_server_down(self):
        path = self.exported(10_000, [ssha])
        server = self.postern()
        self.check_report(server.run("import", path, patience=300).stdout, 10_000)
        server.start()
        self.check_objects(server, path, 10_000)
        numbers = range(10_000) if LONG else random.Random(2).sample(range(10_000), 200)
        self.bind_each(server, numbers)
        self.bind_each(server, list(numbers)[:20])
        self.assertEqual(server.query("select count(*) from users where username like 'u%'"), [(10_000,)])
        everything = server.search(server.search_account("dumper"), "(objectClass=posixAccount)", ("1.1",))
        self.assertEqual(sum(entry["dn"].startswith("cn=u") for entry in everything), 10_000)
        # Once more: everything exists.
        again = server.run("import", path, patience=300).stdout
        self.assertIn("0 users and 0 groups imported", again)
        self.assertIn("10000 users exist already", again)

    def test_interrupted_import_is_repeated(self):
        path = self.exported(5_000, [ssha])
        server = self.postern(start=True)
        self.assertEqual(server.stop(), 0)
        importing = subprocess.Popen([binary(), "--config", str(server.config), "import", str(path)],
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        count = "select count(*) from users where username like 'u%'"
        eventually(lambda: server.query(count)[0][0] > 500, "the import to be under way", pause=0.005)
        importing.kill()
        importing.wait()
        part = server.query(count)[0][0]
        self.assertLess(part, 5_000)
        server.start()
        again = server.run("import", path, patience=300).stdout
        self.assertRegex(again, rf"{part} users exist already")
        self.assertEqual(server.query(count), [(5_000,)])
        self.check_objects(server, path, 5_000)
        self.bind_each(server, random.Random(3).sample(range(5_000), 50))

    def test_running_server_killed_during_an_import(self):
        path = self.exported(5_000, [ssha])
        server = self.postern(start=True)
        importing = subprocess.Popen([binary(), "--config", str(server.config), "import", str(path)],
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        count = "select count(*) from users where username like 'u%'"
        eventually(lambda: server.query(count)[0][0] > 500, "the import to be under way", pause=0.005)
        server.kill()
        self.assertEqual(importing.wait(30), 1)
        server.start()
        server.run("import", path, patience=300)
        self.assertEqual(server.query(count), [(5_000,)])
        self.check_objects(server, path, 5_000)

    def test_logins_go_on_during_an_import(self):
        path = self.exported(5_000, [ssha])
        server = self.postern(start=True)
        dn = server.add_user("anna", "right-password")
        importing = subprocess.Popen([binary(), "--config", str(server.config), "import", str(path)],
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        served = 0
        with ldapwire.connect(server) as wire:
            while importing.poll() is None:
                self.assertEqual(wire.bind(dn, "right-password"), 0)
                self.assertEqual(wire.search(dn, scope=0), (0, [dn]))
                served += 1
        self.assertEqual(importing.returncode, 0)
        self.assertGreater(served, 5)

    def test_what_ldapsearch_prints(self):
        self.exported(20, [ssha])
        path = self.slapd.folder / "search.ldif"
        path.write_text(self.searched)
        self.assertIn("# numResponses", self.searched)
        server = self.postern(start=True)
        report = server.run("import", path).stdout
        self.assertIn("20 users and 4 groups imported", report)
        account = server.search_account()
        self.assertEqual(server.search(account, "(uid=u0007)", ("uidNumber",)).one()["uidnumber"], ["20007"])
        self.assertEqual(server.bind(user_dn("u0007"), password_of(7)), 49)  # its hash was not shown


if __name__ == "__main__":
    unittest.main()
