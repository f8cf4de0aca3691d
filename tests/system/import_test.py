"""`postern import` on files written by hand: CSV, dry runs, updates, every hash, hostile lines."""

import base64
import hashlib
import json
import os
import unittest

import ldapwire
from support import PosternCase, group_dn, pbkdf2_sha256, ssha, ssha512, user_dn

BASE = "dc=example,dc=org"


def person(name, *lines):
    return f"dn: uid={name},{BASE}\nobjectClass: inetOrgPerson\nuid: {name}\ncn: {name}\nsn: {name}\n" + \
           "".join(line + "\n" for line in lines) + "\n"


class Import(PosternCase):
    def imported(self, text, *arguments, code=0, name="in.ldif", server=None):
        self.server = server or self.postern(start=True)
        path = self.server.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape"))
        done = self.server.run("import", path, *arguments, code=code, patience=120)
        return done.stdout + done.stderr


class Csv(Import):
    TEXT = ('username,name,email,password,groups,uidNumber,is_active,phone\r\n'
            'anna,"Schmidt, Anna ""Änne""",anna@example.org,pw-of-anna,staff|leads,5001,true,+49 1\r\n'
            'bert,Bert,bert@example.org,"pw,of;bert",staff,,no,"two\r\nlines"\r\n'
            'carl,Carl,,{SSHA},,,,\r\n')

    def test_columns(self):
        report = self.imported(self.TEXT.replace("{SSHA}", ssha("pw-of-carl")), name="in.csv")
        self.assertIn("3 users and 2 groups imported", report)
        server = self.server
        server.secrets += ["pw-of-anna", "pw,of;bert", "pw-of-carl"]
        anna = json.loads(server.run("user", "show", "anna", "--json").stdout)
        self.assertEqual(anna["name"], 'Schmidt, Anna "Änne"')
        self.assertEqual(anna["attributes"], {"phone": "+49 1"})
        entry = server.search(server.search_account(), "(uid=anna)", ("uidNumber", "memberOf")).one()
        self.assertEqual(entry["uidnumber"], ["5001"])
        self.assertEqual(sorted(entry["memberof"]), [group_dn("leads"), group_dn("staff")])
        self.assertEqual(server.bind(user_dn("anna"), "pw-of-anna"), 0)
        self.assertEqual(server.bind(user_dn("bert"), "pw,of;bert"), 49)  # inactive
        server.run("user", "set", "bert", "is_active=true")
        self.assertEqual(server.bind(user_dn("bert"), "pw,of;bert"), 0)
        self.assertEqual(server.bind(user_dn("carl"), "pw-of-carl"), 0)

    def test_no_password_in_clear_is_kept(self):
        self.imported("username,password\nanna,clear-text-pw\n", name="in.csv")
        stored, = self.server.query("select password_hash from users where username = 'anna'")[0]
        self.assertNotIn("clear-text-pw", stored)
        self.assertEqual(self.server.bind(user_dn("anna"), self.server.secret("clear-text-pw")), 0)

    def test_hostile_rows_are_reported_with_their_line(self):
        text = "username,name\nanna,Anna\n,Nameless\n" + "x" * 3000 + ",Too long\n\"bert\n"
        report = self.imported(text, name="in.csv", code=1)
        self.assertIn("1 users and 0 groups imported", report)
        self.assertIn("line 3", report)
        self.assertIn("line 5", report)

    def test_byte_order_mark_and_semicolons_of_a_spreadsheet(self):
        report = self.imported("\ufeffusername,name\nanna,Anna\n", name="in.csv")
        self.assertIn("1 users", report)
        self.server.run("user", "show", "anna")


class Passwords(Import):
    def test_every_scheme_binds_and_is_renewed(self):
        def pbkdf2(kind, digest):
            def ab64(octets):
                return base64.b64encode(octets).decode().replace("+", ".").rstrip("=")
            salt = os.urandom(16)
            made = hashlib.pbkdf2_hmac(digest, b"pw", salt, 5000)
            return f"{kind}5000${ab64(salt)}${ab64(made)}"
        salt = os.urandom(8)
        stored = {
            "ssha": ssha("pw"), "ssha512": ssha512("pw"),
            "sha": "{SHA}" + base64.b64encode(hashlib.sha1(b"pw").digest()).decode(),
            "sha512": "{SHA512}" + base64.b64encode(hashlib.sha512(b"pw").digest()).decode(),
            "ssha256": "{SSHA256}" + base64.b64encode(hashlib.sha256(b"pw" + salt).digest() + salt).decode(),
            "ssha384": "{SSHA384}" + base64.b64encode(hashlib.sha384(b"pw" + salt).digest() + salt).decode(),
            "pbkdf2": pbkdf2("{PBKDF2}", "sha1"), "pbkdf2sha256": pbkdf2_sha256("pw"),
            "pbkdf2sha512": pbkdf2("{PBKDF2-SHA512}", "sha512"),
            # crypt(5) of "pw", SHA-512 with 1,000 rounds and MD5
            "lower": ssha("pw").replace("{SSHA}", "{ssha}"),
            "clear": "pw",
        }
        report = self.imported("".join(
            person(name, "userPassword:: " + base64.b64encode(value.encode()).decode()) for name, value in stored.items()))
        self.assertIn(f"{len(stored)} users", report)
        for name in stored:
            with self.subTest(scheme=name):
                self.assertEqual(self.server.bind(user_dn(name), "wrong"), 49)
                self.assertEqual(self.server.bind(user_dn(name), "pw"), 0)
                renewed, = self.server.query("select password_hash from users where username = ?", name)[0]
                self.assertTrue(renewed.startswith("$argon2id$"), renewed[:12])
                self.assertEqual(self.server.bind(user_dn(name), "pw"), 0)
                self.assertEqual(self.server.bind(user_dn(name), "wrong"), 49)

    def test_scheme_that_cannot_be_verified_is_noted_and_never_a_password(self):
        report = self.imported(person("anna", "userPassword: {SASL}anna@REALM") +
                               person("bert", "userPassword: {MD5CRYPT-NEW}abcdef"))
        self.assertIn("2 users", report)
        self.assertIn("needs a new password", report)
        for name, text in (("anna", "{SASL}anna@REALM"), ("anna", "anna@REALM"), ("bert", "{MD5CRYPT-NEW}abcdef")):
            self.assertEqual(self.server.bind(user_dn(name), text), 49)

    def test_hash_with_hostile_parameters_costs_no_time_or_memory(self):
        hostile = ["{PBKDF2-SHA256}4000000000$AAAA$AAAA", "{ARGON2}$argon2id$v=19$m=4194304,t=100,p=1$AAAAAAAAAAA$AAAAAAAA",
                   "{CRYPT}$6$rounds=999999999$aaaa$bbbb", "{CRYPT}$2b$31$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                   "{SSHA}", "{SSHA}!!!!", "{SSHA512}AAAA", "{}", "{CRYPT}", "{ARGON2}"]
        self.imported("".join(person(f"u{n}", f"userPassword: {value}") for n, value in enumerate(hostile)), code=None)
        with ldapwire.connect(self.server) as wire:
            for n in range(len(hostile)):
                self.assertEqual(wire.bind(user_dn(f"u{n}"), "guess"), 49, hostile[n])
        self.assertLess(self.server.resident_kib(), 120 * 1024)


class Ldif(Import):
    def test_dry_run_changes_nothing(self):
        report = self.imported(person("anna"), "--dry-run")
        self.assertIn("1 users and 0 groups would be imported", report)
        self.server.run("user", "show", "anna", code=1)

    def test_existing_users_are_left_alone_or_updated(self):
        server = self.postern(start=True)
        server.add_user("anna", "her-own-password", "--name", "By hand")
        text = person("anna", "displayName: From the file", "userPassword: " + ssha("imported-pw"))
        self.assertIn("1 users exist already", self.imported(text, server=server))
        self.assertIn("By hand", server.run("user", "show", "anna").stdout)
        self.assertEqual(server.bind(user_dn("anna"), "her-own-password"), 0)
        self.assertIn("1 users updated", self.imported(text, "--update", server=server))
        self.assertIn("From the file", server.run("user", "show", "anna").stdout)

    def test_folded_lines_comments_base64_and_crlf(self):
        text = (f"version: 1\r\n# a comment\r\n  that goes on\r\n\r\ndn: uid=anna,dc=exam\r\n ple,dc=org\r\nobjectClass: person\r\n"
                f"uid:: {base64.b64encode(b'anna').decode()}\r\ncn: An\r\n na\r\nsn: x\r\ndescription:: "
                f"{base64.b64encode('Grüße'.encode()).decode()}\r\n")
        self.assertIn("1 users", self.imported(text))
        shown = json.loads(self.server.run("user", "show", "anna", "--json").stdout)
        self.assertEqual((shown["name"], shown["attributes"]["description"]), ("Anna", "Grüße"))

    def test_members_before_users_and_cycles_of_groups(self):
        def group(name, *members):
            return f"dn: cn={name},{BASE}\nobjectClass: groupOfNames\ncn: {name}\n" + \
                   "".join(f"member: {m}\n" for m in members) + "\n"
        report = self.imported(group("a", f"UID=Anna, {BASE.upper()}", f"cn=b,{BASE}") + group("b", f"cn=c,{BASE}") +
                               group("c", f"cn=a,{BASE}", "no dn") + person("anna"), code=None)
        self.assertIn("1 users and 3 groups", report)
        self.assertIn("a member is no DN", report)
        account = self.server.search_account()
        member = self.server.search(account, "(cn=a)", ("member",), base="ou=groups,dc=ldap,dc=goauthentik,dc=io").one()
        self.assertIn(user_dn("anna"), member["member"])

    def test_shared_uidNumber_is_noted_and_stays_published(self):
        report = self.imported(person("anna", "uidNumber: 7000") + person("bert", "uidNumber: 7000"))
        self.assertRegex(report, r"line \d+: bert: shares its uidNumber")
        account = self.server.search_account()
        self.assertEqual(len(self.server.search(account, "(uidNumber=7000)")), 2)

    def test_locked_accounts_come_in_inactive(self):
        self.imported(person("anna", "userPassword: " + ssha("pw"), "pwdAccountLockedTime: 000001010000Z"))
        self.assertEqual(self.server.bind(user_dn("anna"), "pw"), 49)

    def test_hostile_lines_are_reported_and_the_rest_is_taken(self):
        hostile = [
            b"dn: uid=a1,dc=x\nobjectClass: person\nuid: a1\ncn: a1\nno colon here\n\n",
            b"dn: uid=a2,dc=x\nobjectClass: person\nuid:: !!!not-base64!!!\n\n",
            b"dn: uid=a3,dc=x\nobjectClass: person\nuid: a3\njpegPhoto:< file:///etc/passwd\n\n",
            b"dn: uid=a4,dc=x\nchangetype: delete\n\n",
            b"objectClass: person\nuid: a5\ncn: a5\n\n",
            b"dn: uid=a6,dc=x\nobjectClass: person\nuid: " + b"x" * 3000 + b"\n\n",
            b"dn: uid=a7,dc=x\nobjectClass: person\nuid: a\x00b\n\n",
            b"dn: uid=a8,dc=x\nobjectClass: person\nuid: \xff\xfe\n\n",
            b"dn: uid=a9,dc=x\nobjectClass: person\nuid: a9\ncn: " + b"y" * (5 * 1024 * 1024) + b"\n\n",
            b" continued from nothing\n\n", b":\n\n", b"::\n\n", b"dn:\n\n", b"\x00\x01\x02\n\n", b"-\n\n",
            b"dn: uid=b1,dc=x\nobjectClass: person\nuid: b1\ncn: b1\x1b[31m\nuidNumber: -5\ngidNumber: 99999999999\n\n",
        ]
        good = [person(f"good{n}").encode() for n in range(len(hostile) + 1)]
        text = good[0] + b"".join(bad + fine for bad, fine in zip(hostile, good[1:]))
        report = self.imported(text, code=1)
        self.assertIn("entries not taken", report)
        self.assertNotIn("\x1b", report)
        self.assertNotIn("root:", report)
        listed = json.loads(self.server.run("user", "list", "--json", "--search", "good", "--limit", 100).stdout)
        self.assertEqual(len(listed), len(good))
        self.assertEqual(self.server.bind("", ""), 0)

    def test_truncated_random_and_empty_files_end_with_an_exit_code(self):
        import random
        octets = random.Random(5)
        server = self.postern(start=True)
        for number in range(20):
            text = octets.randbytes(3000) if number % 2 else person("anna").encode()[:octets.randrange(80)]
            self.imported(text, "--dry-run", code=None, server=server)
            self.imported(text, "--dry-run", "--format", "csv", code=None, server=server)
        self.imported(b"", server=server)
        self.assertEqual(server.bind("", ""), 0)

    def test_file_that_is_not_there_is_2_and_a_folder_an_error(self):
        server = self.postern(start=True)
        self.assertIn("nowhere.ldif", server.run("import", "nowhere.ldif", code=2).stderr)
        self.assertNotEqual(server.run("import", server.folder, code=None).returncode, 0)

    def test_from_standard_input(self):
        server = self.postern(start=True)
        self.assertIn("1 users", server.run("import", "-", text=person("anna")).stdout)
        server.run("user", "show", "anna")

    def test_format_is_checked(self):
        self.imported(person("anna"), "--format", "xml", code=2)

    def test_own_names_survive_the_import(self):
        odd = 'Doe\\, John \\"x\\"'
        self.imported(f"dn: cn={odd},{BASE}\nobjectClass: person\ncn: Doe, John \"x\"\nsn: Doe\n\n")
        account = self.server.search_account()
        self.assertEqual(self.server.search(account, "(uid=*x*)").one()["dn"], user_dn('Doe, John "x"'))


if __name__ == "__main__":
    unittest.main()
