"""Add, Modify, Delete and ModifyDN over LDAP, by ldap-utils: what is written is what commands and searches
show; what is refused says why and changes nothing."""

import json
import os
import subprocess
import threading
import unittest

from support import (BASE, CALM, GROUPS, USERS, PosternCase, SharedCase, escape_dn, eventually, group_dn, parse_ldif,
                     tool, user_dn)

WRITES = """
version: 1
entries:
  - model: authentik_providers_ldap.ldapprovider
    identifiers: {name: ldap}
    attrs:
      attributes: {postern: {writes: 'on', self_write: [loginShell, telephoneNumber, sshPublicKey]}}
"""
ALL = ["add_user", "change_user", "delete_user", "add_group", "change_group", "delete_group"]
PERSON = "objectClass: inetOrgPerson\nobjectClass: posixAccount\n"


class UpdatesCase(PosternCase):
    def setUp(self):
        super().setUp()
        self.server = self.postern(start=True)
        self.server.apply(WRITES)
        held = ["authentik_core." + name for name in ALL] + ["authentik_providers_ldap.search_full_directory"]
        self.admin = self.server.add_user("boss", "boss-password")
        self.server.run("user", "set", "boss", "permissions=" + json.dumps(held))

    def ldif(self, program, text, who="boss", password="boss-password", options=(), code=0):
        path = self.server.folder / f"{program}-{threading.get_ident()}.ldif"
        path.write_text(text)
        done = self.server.client(program, *options, "-D", user_dn(who), "-w", password, "-f", str(path),
                                  patience=200)
        if code is not None:
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def add(self, text, **more):
        return self.ldif("ldapadd", text, **more)

    def modify(self, text, **more):
        return self.ldif("ldapmodify", text, **more)

    def entry(self, dn, attributes=("*",), who=None):
        return self.server.search(who or (self.admin, "boss-password"), base=dn, scope="base",
                                  attributes=attributes).one()

    def add_anna(self, more=""):
        self.add(f"dn: {user_dn('anna')}\n{PERSON}cn: anna\nsn: Arbor\ngivenName: Anna\nmail: anna@example.org\n{more}")


class Users(UpdatesCase):
    def test_Rfc4511_4_7_add_then_what_search_and_commands_show(self):
        self.add_anna("description: one\ndescription: two\nuidNumber: 7001\ngidNumber: 7001\n"
                      "homeDirectory: /srv/anna\nloginShell: /bin/zsh\nuserPassword: long-enough-Secret-9\n")
        shown = self.entry(user_dn("anna"))
        self.assertEqual(shown["sn"], ["Arbor"])
        self.assertEqual(shown["displayname"], ["Anna Arbor"])
        self.assertEqual(sorted(shown["description"]), ["one", "two"])
        self.assertEqual((shown["uidnumber"], shown["homedirectory"], shown["loginshell"]),
                         (["7001"], ["/srv/anna"], ["/bin/zsh"]))
        stored = json.loads(self.server.run("user", "show", "anna", "--json").stdout)
        self.assertEqual((stored["name"], stored["email"], stored["uid_number"]),
                         ("Anna Arbor", "anna@example.org", 7001))
        self.assertEqual(self.server.bind(user_dn("anna"), "long-enough-Secret-9"), 0)

    def test_Rfc4511_4_7_what_an_add_is_refused_for(self):
        self.add_anna()
        for code, text in (
                (68, f"dn: {user_dn('anna')}\n{PERSON}sn: x\n"),
                (68, f"dn: {user_dn('ANNA')}\n{PERSON}sn: x\n"),
                (32, f"dn: cn=x,ou=nowhere,{BASE}\n{PERSON}sn: x\n"),
                (64, f"dn: cn=x,{user_dn('anna')}\n{PERSON}sn: x\n"),
                (64, f"dn: sn=x,{USERS}\n{PERSON}sn: x\n"),
                (64, f"dn: cn=x+sn=y,{USERS}\n{PERSON}sn: y\n"),
                (53, f"dn: ou=more,{BASE}\nobjectClass: organizationalUnit\nou: more\n"),
                (65, f"dn: cn=x,{USERS}\nobjectClass: noSuchClass\nsn: x\n"),
                (17, f"dn: cn=x,{USERS}\n{PERSON}noSuchAttribute: x\n"),
                (19, f"dn: cn=x,{USERS}\n{PERSON}entryUUID: 00000000-0000-0000-0000-000000000001\n"),
                (19, f"dn: cn=x,{USERS}\n{PERSON}memberOf: {group_dn('g')}\n"),
                (21, f"dn: cn=x,{USERS}\n{PERSON}uidNumber: many\n"),
                (19, f"dn: cn=x,{USERS}\n{PERSON}displayName: a\ndisplayName: b\n"),
                (19, f"dn: cn=x,{USERS}\n{PERSON}userPassword: short\n")):
            done = self.add(text, code=None)
            self.assertEqual(done.returncode, code, text + done.stderr)
        self.assertEqual(len(self.server.query("select 1 from users where username = 'x'")), 0)

    def test_Rfc4511_4_7_a_missing_parent_names_what_is_there(self):
        done = self.add(f"dn: cn=x,ou=nowhere,{BASE}\n{PERSON}sn: x\n", code=32)
        self.assertIn("matched DN: " + BASE, done.stderr)

    def test_Rfc4511_4_6_in_order_atomic_and_only_the_end_counts(self):
        self.add_anna("title: one\n")
        head = f"dn: {user_dn('anna')}\nchangetype: modify\n"
        self.modify(head + "add: title\ntitle: two\n-\ndelete: title\ntitle: one\n-\nadd: mobile\nmobile: 1\n-\n"
                           "replace: mobile\nmobile: 2\nmobile: 3\n")
        shown = self.entry(user_dn("anna"))
        self.assertEqual((shown["title"], sorted(shown["mobile"])), (["two"], ["2", "3"]))
        # The last change fails, so the first is not kept.
        self.modify(head + "replace: title\ntitle: three\n-\ndelete: pager\n", code=16)
        self.assertEqual(self.entry(user_dn("anna"))["title"], ["two"])

    def test_Rfc4511_4_6_codes_of_the_three_kinds(self):
        self.add_anna("title: one\n")
        head = f"dn: {user_dn('anna')}\nchangetype: modify\n"
        for code, change in ((20, "add: title\ntitle: ONE\n"), (16, "delete: title\ntitle: two\n"),
                             (16, "delete: pager\n"), (0, "replace: pager\n"), (0, "delete: title\n"),
                             (67, "delete: cn\n"), (67, "replace: cn\ncn: berta\n"),
                             (19, "replace: uid\nuid: berta\n"), (69, "add: objectClass\nobjectClass: device\n"),
                             (19, "replace: modifyTimestamp\nmodifyTimestamp: 20200101000000Z\n"),
                             (21, "replace: uidNumber\nuidNumber: x\n"), (19, "replace: uidNumber\nuidNumber: 0\n"),
                             (53, "replace: sambaNTPassword\nsambaNTPassword: x\n")):
            done = self.modify(head + change, code=None)
            self.assertEqual(done.returncode, code, change + done.stderr)
        self.assertNotIn("title", self.entry(user_dn("anna")))

    def test_MsAdts_permissive_modify_forgives_what_is_so_already(self):
        self.add_anna("title: one\n")
        head = f"dn: {user_dn('anna')}\nchangetype: modify\n"
        permissive = ("-e", "1.2.840.113556.1.4.1413")
        self.modify(head + "add: title\ntitle: one\n-\ndelete: pager\n", options=permissive)
        self.assertEqual(self.entry(user_dn("anna"))["title"], ["one"])

    def test_disabled_and_back(self):
        self.add_anna("userPassword: long-enough-Secret-9\n")
        head = f"dn: {user_dn('anna')}\nchangetype: modify\n"
        self.modify(head + "replace: userAccountControl\nuserAccountControl: 514\n")
        self.assertEqual(self.server.bind(user_dn("anna"), "long-enough-Secret-9"), 49)
        self.modify(head + "replace: ak-active\nak-active: TRUE\n")
        self.assertEqual(self.server.bind(user_dn("anna"), "long-enough-Secret-9"), 0)

    def test_Rfc4511_4_9_rename(self):
        self.add_anna("userPassword: long-enough-Secret-9\n")
        self.add(f"dn: {user_dn('berta')}\n{PERSON}sn: B\n")
        head = f"dn: {user_dn('anna')}\nchangetype: modrdn\n"
        for code, change in ((68, "newrdn: cn=berta\ndeleteoldrdn: 1\n"), (64, "newrdn: sn=x\ndeleteoldrdn: 1\n"),
                             (53, "newrdn: cn=x\ndeleteoldrdn: 0\n"),
                             (53, f"newrdn: cn=x\ndeleteoldrdn: 1\nnewsuperior: {GROUPS}\n"),
                             (32, f"newrdn: cn=x\ndeleteoldrdn: 1\nnewsuperior: ou=nowhere,{BASE}\n"),
                             (71, "newrdn: cn=x\ndeleteoldrdn: 1\nnewsuperior: dc=elsewhere\n")):
            done = self.modify(head + change, code=None)
            self.assertEqual(done.returncode, code, change + done.stderr)
        self.modify(head + f"newrdn: cn=hanna\ndeleteoldrdn: 1\nnewsuperior: {USERS}\n")
        self.assertEqual(self.server.bind(user_dn("hanna"), "long-enough-Secret-9"), 0)
        self.assertEqual(self.entry(user_dn("hanna"))["uid"], ["hanna"])
        self.assertEqual(self.server.search((self.admin, "boss-password"), base=user_dn("anna"),
                                            scope="base").code, 32)

    def test_Rfc4511_4_8_delete(self):
        self.add_anna()
        done = self.server.client("ldapdelete", "-D", self.admin, "-w", "boss-password", user_dn("anna"))
        self.assertEqual(done.returncode, 0, done.stderr)
        for code, dn in ((32, user_dn("anna")), (66, USERS), (66, BASE), (34, "no dn")):
            done = self.server.client("ldapdelete", "-D", self.admin, "-w", "boss-password", dn)
            self.assertEqual(done.returncode, code, dn + done.stderr)

    def test_binary_and_textual_keys(self):
        self.add_anna("jpegPhoto:: /9j/4AAQSkZJRgABAQ==\nsshPublicKey: ssh-ed25519 AAAA anna@host\n")
        shown = self.entry(user_dn("anna"))
        self.assertEqual(shown["sshpublickey"], ["ssh-ed25519 AAAA anna@host"])


class Groups(UpdatesCase):
    def members(self, name):
        return sorted(self.entry(group_dn(name)).get("member", []))

    def test_members_by_dn_and_by_name_and_groups_in_groups(self):
        self.add_anna()
        self.add(f"dn: {user_dn('berta')}\n{PERSON}sn: B\n\n"
                 f"dn: {group_dn('inner')}\nobjectClass: groupOfNames\nmember: {user_dn('berta')}\n\n"
                 f"dn: {group_dn('staff')}\nobjectClass: groupOfUniqueNames\nobjectClass: posixGroup\ngidNumber: 7100\n"
                 f"uniqueMember: {user_dn('anna')}\nmemberUid: anna\nmember: {group_dn('inner')}\ndescription: all\n")
        self.assertEqual(self.members("staff"), sorted([user_dn("anna"), group_dn("inner")]))
        head = f"dn: {group_dn('staff')}\nchangetype: modify\n"
        self.modify(head + f"delete: member\nmember: {user_dn('anna')}\n-\nadd: memberUid\nmemberUid: berta\n")
        self.assertEqual(self.members("staff"), sorted([user_dn("berta"), group_dn("inner")]))
        for code, change in ((20, f"add: member\nmember: {user_dn('berta')}\n"),
                             (16, f"delete: member\nmember: {user_dn('anna')}\n"),
                             (19, f"add: member\nmember: {user_dn('nobody')}\n"),
                             (67, "replace: cn\ncn: other\n")):
            done = self.modify(head + change, code=None)
            self.assertEqual(done.returncode, code, change + done.stderr)
        self.modify(head + f"replace: member\nmember: {user_dn('anna')}\n-\nreplace: description\n")
        self.assertEqual(self.members("staff"), [user_dn("anna")])
        self.assertEqual(self.entry(user_dn("anna"), ("memberOf",)).get("memberof"), [group_dn("staff")])
        self.modify(f"dn: {group_dn('staff')}\nchangetype: modrdn\nnewrdn: cn=people\ndeleteoldrdn: 1\n")
        self.assertEqual(self.members("people"), [user_dn("anna")])

    def test_nobody_gains_power_by_writing(self):
        self.add_anna()
        admins = group_dn("authentik Admins")
        for change in (f"dn: {admins}\nchangetype: modify\nadd: member\nmember: {self.admin}\n",
                       f"dn: {user_dn('akadmin')}\nchangetype: modify\nreplace: title\ntitle: x\n",
                       f"dn: {user_dn('akadmin')}\nchangetype: delete\n"):
            self.modify(change, code=50)
        self.add(f"dn: {group_dn('root')}\nobjectClass: groupOfNames\nak-superuser: TRUE\n", code=50)
        self.add(f"dn: {group_dn('mine')}\nobjectClass: groupOfNames\nmember: {self.admin}\n")
        self.modify(f"dn: {admins}\nchangetype: modify\nadd: member\nmember: {group_dn('mine')}\n", code=50)


class Rights(UpdatesCase):
    def test_oneself_as_far_as_the_provider_allows(self):
        self.add_anna("userPassword: long-enough-Secret-9\n")
        me = {"who": "anna", "password": "long-enough-Secret-9"}
        head = f"dn: {user_dn('anna')}\nchangetype: modify\n"
        self.modify(head + "replace: loginShell\nloginShell: /bin/fish\n", **me)
        self.assertEqual(self.entry(user_dn("anna"))["loginshell"], ["/bin/fish"])
        self.modify(head + "replace: loginShell\nloginShell: /bin/sh\n-\nreplace: title\ntitle: x\n", code=50, **me)
        self.assertEqual(self.entry(user_dn("anna"))["loginshell"], ["/bin/fish"])
        self.modify(f"dn: {self.admin}\nchangetype: modify\nreplace: title\ntitle: x\n", code=32, **me)
        self.add(f"dn: {user_dn('x')}\n{PERSON}sn: x\n", code=50, **me)

    def test_without_the_setting_nothing_but_passwords(self):
        self.server.apply(WRITES.replace("writes: 'on', self_write: [loginShell, telephoneNumber, sshPublicKey]",
                                         "writes: self"))
        done = self.add(f"dn: {user_dn('x')}\n{PERSON}sn: x\n", code=53)
        self.assertIn("writes: self", done.stderr)
        self.modify(f"dn: {self.admin}\nchangetype: modify\nreplace: title\ntitle: x\n", code=50)

    def test_anonymous_may_nothing(self):
        path = self.server.folder / "anonymous.ldif"
        path.write_text(f"dn: {user_dn('x')}\n{PERSON}sn: x\n")
        self.assertEqual(self.server.client("ldapadd", "-f", str(path)).returncode, 50)


class RoundTrip(UpdatesCase):
    def test_1000_users_written_are_what_is_shown(self):
        people = {f"user{i}": {"sn": f"Family {i % 37}", "givenName": f"Given {i}", "mail": f"user{i}@example.org",
                               "description": f"number {i} – ünïcode", "uidNumber": str(20000 + i)}
                  for i in range(1000)}
        self.add("\n".join(
            f"dn: {user_dn(name)}\n{PERSON}" + "".join(f"{k}: {v}\n" for k, v in values.items())
            for name, values in people.items()))
        changed = {name: {"title": f"title {i}", "mail": f"new{i}@example.org"}
                   for i, name in enumerate(people) if i % 3 == 0}
        self.modify("\n".join(
            f"dn: {user_dn(name)}\nchangetype: modify\n" + "-\n".join(f"replace: {k}\n{k}: {v}\n"
                                                                       for k, v in values.items())
            for name, values in changed.items()))
        for name, values in changed.items():
            people[name].update(values)
        renamed = [name for i, name in enumerate(people) if i % 10 == 5]
        self.modify("\n".join(f"dn: {user_dn(name)}\nchangetype: modrdn\nnewrdn: cn=re-{name}\ndeleteoldrdn: 1\n"
                              for name in renamed))
        for name in renamed:
            people["re-" + name] = people.pop(name)
        gone = [name for i, name in enumerate(people) if i % 7 == 0]
        self.modify("\n".join(f"dn: {user_dn(name)}\nchangetype: delete\n" for name in gone))
        for name in gone:
            del people[name]

        found = self.server.search((self.admin, "boss-password"), base=USERS, filter="(uidNumber>=20000)")
        shown = {entry["cn"][0]: entry for entry in found}
        self.assertEqual(sorted(shown), sorted(people))
        listed = json.loads(self.server.run("user", "list", "--json", "--limit", 5000).stdout)
        stored = {user["username"]: user for user in listed if user["uid_number"] >= 20000}
        self.assertEqual(sorted(stored), sorted(people))
        for name, values in people.items():
            entry = shown[name]
            for key, value in values.items():
                self.assertEqual(entry[key.lower()], [value], (name, key))
            self.assertEqual(stored[name]["email"], values["mail"])
            self.assertEqual(stored[name]["attributes"]["description"], values["description"])
            self.assertEqual(stored[name]["name"], f"{values['givenName']} {values['sn']}")

    def test_kill_in_the_middle_leaves_nothing_half(self):
        self.add_anna("title: 0\ndescription: 0\n")
        path = self.server.folder / "stream.ldif"
        path.write_text("\n".join(
            f"dn: {user_dn('anna')}\nchangetype: modify\nreplace: title\ntitle: {i}\n-\nreplace: description\n"
            f"description: {i}\n" for i in range(1, 3000)))
        client = subprocess.Popen([tool("ldapmodify"), "-x", "-H", self.server.url(), "-D", self.admin, "-w",
                                   "boss-password", "-f", str(path)], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, env=self.server.client_environment())
        self.addCleanup(client.kill)
        eventually(lambda: self.entry(user_dn("anna"))["title"] != ["0"], "the first changes")
        self.server.kill()
        client.wait(30)
        self.server.start()
        shown = self.entry(user_dn("anna"))
        self.assertEqual(shown["title"], shown["description"])


class Controls(UpdatesCase):
    def counter(self):
        self.add_anna("employeeNumber: 0\nroomNumber: 0\n")
        self.dn = user_dn("anna")

    def parallel(self, count, work):
        threads = [threading.Thread(target=work, args=(i,)) for i in range(count)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()

    def test_Rfc4528_3_a_false_assertion_is_122_and_changes_nothing(self):
        self.counter()
        change = f"dn: {self.dn}\nchangetype: modify\nreplace: roomNumber\nroomNumber: 1\n"
        self.modify(change, options=("-e", "!assert=(roomNumber=7)"), code=122)
        self.assertEqual(self.entry(self.dn)["roomnumber"], ["0"])
        self.modify(change, options=("-e", "!assert=(&(roomNumber=0)(!(title=*)))"))
        self.assertEqual(self.entry(self.dn)["roomnumber"], ["1"])

    def test_Rfc4528_3_of_50_writers_one_wins(self):
        self.counter()
        codes = []

        def write(i):
            done = self.modify(f"dn: {self.dn}\nchangetype: modify\nreplace: roomNumber\nroomNumber: w{i}\n",
                               options=("-e", "!assert=(roomNumber=0)"), code=None)
            codes.append((done.returncode, i))

        self.parallel(50, write)
        self.assertEqual(sorted(code for code, _ in codes), [0] + [122] * 49)
        winner = next(i for code, i in codes if code == 0)
        self.assertEqual(self.entry(self.dn)["roomnumber"], [f"w{winner}"])

    def test_Rfc4527_3_2_50_increments_give_50_numbers(self):
        self.add_anna("uidNumber: 30000\n")
        seen = []

        def draw(i):
            done = self.modify(f"dn: {user_dn('anna')}\nchangetype: modify\nincrement: uidNumber\nuidNumber: 1\n",
                               options=("-e", "!postread=uidNumber", "-e", "!preread=uidNumber"), code=None)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            seen.append([int(line.split()[1]) for line in done.stdout.splitlines()
                         if line.startswith("uidNumber:")])

        self.parallel(50, draw)
        self.assertEqual(sorted(max(pair) for pair in seen), list(range(30001, 30051)))
        self.assertTrue(all(max(pair) - min(pair) == 1 for pair in seen), seen)

    def test_no_lost_update_among_writers_that_look_first(self):
        self.counter()

        def count(_):
            for _ in range(4):
                while True:
                    now = int(self.entry(self.dn)["roomnumber"][0])
                    done = self.modify(f"dn: {self.dn}\nchangetype: modify\nreplace: roomNumber\n"
                                       f"roomNumber: {now + 1}\n",
                                       options=("-e", f"!assert=(roomNumber={now})"), code=None)
                    if done.returncode == 0:
                        break
                    self.assertEqual(done.returncode, 122, done.stderr)

        self.parallel(6, count)
        self.assertEqual(self.entry(self.dn)["roomnumber"], ["24"])

    def test_Rfc4527_3_1_what_is_read_before_a_delete_is_what_was(self):
        self.counter()
        path = self.server.folder / "delete.ldif"
        path.write_text(f"dn: {self.dn}\nchangetype: delete\n")
        done = self.server.client("ldapmodify", "-e", "!preread=mail", "-D", self.admin, "-w", "boss-password",
                                  "-f", str(path))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("mail: anna@example.org", done.stdout)


if __name__ == "__main__":
    unittest.main()
