"""Client profiles: every shipped one over the wire, by ldapsearch and by `postern profile test`; profiles of one's own;
typed custom attributes; several providers in one process."""

import re
import unittest

from support import CALM, PosternCase, SharedCase, eventually

PROFILES = ["active-directory", "authentik", "generic", "gitlab", "jellyfin", "keycloak", "lldap", "nextcloud", "openldap",
            "opnsense", "pfsense", "proxmox", "qnap", "rfc2307", "rfc2307bis", "synology", "truenas"]


def base_of(profile):
    return f"dc={profile},dc=example"


def provider(name, base, profile):
    """A provider and its application, as blueprint entries."""
    return f"""
  - model: authentik_providers_ldap.ldapprovider
    id: {name}
    identifiers: {{name: {name}}}
    attrs:
      base_dn: "{base}"
      authorization_flow: !Find [authentik_flows.flow, [slug, default-authentication-flow]]
      attributes: {{postern: {{profile: {profile}}}}}
  - model: authentik_core.application
    identifiers: {{slug: {name}}}
    attrs: {{name: {name}, provider: !KeyOf {name}}}
"""


def blueprint(*entries):
    return "version: 1\nentries:" + "".join(entries)


class EveryProfile(SharedCase):
    """One process, one provider for each shipped profile."""

    @classmethod
    def populate(cls, server):
        server.start()
        server.run("group", "create", "everyone")
        server.run("group", "create", "staff", "--parent", "everyone")
        server.add_user("alice", "wonderland", "--name", "Alice Liddell", "--email", "alice@example.org",
                        "--group", "staff")
        cls.password = server.run("service-account", "create", "reader", "--search", "--quiet").stdout.strip()
        server.apply(blueprint(*(provider(f"p-{name}", base_of(name), name) for name in PROFILES)))

    def reader(self, profile):
        shape = {"authentik": "cn=reader,ou=users", "generic": "cn=reader,ou=users",
                 "active-directory": "cn=reader,cn=Users"}.get(profile, "uid=reader,ou=people")
        return f"{shape},{base_of(profile)}", self.password

    def search(self, profile, filter, attributes=(), base=None, scope="sub"):
        return self.server.search(self.reader(profile), filter, attributes, base or base_of(profile), scope)

    def test_profile_test_says_that_all_is_well(self):
        for name in PROFILES:
            with self.subTest(name):
                done = self.server.run("profile", "test", name, code=None)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertIn("ok", done.stdout)
                self.assertNotIn("FAILS", done.stdout)
        # It leaves nothing behind.
        self.assertEqual(self.server.query("select count(*) from users where username like 'postern-profile-test%'"),
                         [(0,)])
        self.assertEqual(self.server.query("select count(*) from groups where name like 'postern-profile-test%'"),
                         [(0,)])

    def test_profile_test_about_a_user(self):
        done = self.server.run("profile", "test", "openldap", "--user", "alice", "--password-stdin", text="wonderland\n")
        self.assertIn("bound as uid=alice,ou=people,dc=openldap,dc=example", done.stdout)
        wrong = self.server.run("profile", "test", "openldap", "--user", "alice", "--password-stdin", text="wrong\n", code=1)
        self.assertIn("FAILS", wrong.stdout)
        self.assertIn("so nobody can log in", wrong.stdout)
        self.assertIn("there is no profile opnldap", self.server.run("profile", "test", "opnldap", code=1).stderr)

    def test_users_bind_and_are_found_by_the_name_of_the_profile(self):
        for name in PROFILES:
            with self.subTest(name):
                attribute = "cn" if name == "authentik" else "sAMAccountName" if name == "active-directory" else "uid"
                user = self.search(name, f"(&(objectClass=person)({attribute}=alice))").one()
                self.assertEqual(self.server.bind(user["dn"], "wonderland"), 0, user["dn"])
                staff = next(dn for dn in user["memberof"] if dn.startswith("cn=staff,"))
                group = self.search(name, "(objectClass=*)", base=staff, scope="base").one()
                for member in group.get("member", []):
                    self.assertTrue(self.search(name, "(objectClass=*)", ["1.1"], base=member, scope="base").one())

    def test_names_of_another_profile_do_not_bind(self):
        base = base_of("openldap")
        for dn in (f"cn=alice,ou=people,{base}", f"uid=alice,ou=users,{base}", f"cn=alice,ou=users,{base}"):
            self.assertEqual(self.server.bind(dn, "wonderland"), 49, dn)
        self.assertEqual(self.server.bind(f"cn=alice,ou=users,{base_of('generic')}", "wonderland"), 0)

    def test_openldap_entries_look_like_openldap(self):
        user = self.search("openldap", "(uid=alice)", ["*", "+"]).one()
        self.assertEqual(user["dn"], "uid=alice,ou=people,dc=openldap,dc=example")
        self.assertEqual(user["cn"], ["Alice Liddell"])
        self.assertEqual(user["sn"], ["Liddell"])
        self.assertNotIn("ak-active", user)
        self.assertEqual(user["structuralobjectclass"], ["inetOrgPerson"])
        self.assertEqual(self.search("openldap", "(ou=*)").names(),
                         ["ou=groups,dc=openldap,dc=example", "ou=people,dc=openldap,dc=example"])

    def test_rfc2307_flattens_groups(self):
        group = self.search("rfc2307", "(&(objectClass=posixGroup)(cn=everyone))").one()
        self.assertIn("alice", group["memberuid"])
        self.assertNotIn("member", group)
        bis = self.search("rfc2307bis", "(&(objectClass=posixGroup)(cn=everyone))").one()
        self.assertEqual(bis["member"], ["cn=staff,ou=groups,dc=rfc2307bis,dc=example"])

    def test_active_directory_names_and_binds(self):
        user = self.search("active-directory", "(sAMAccountName=alice)").one()
        self.assertEqual(user["userprincipalname"], ["alice@active-directory.example"])
        self.assertEqual(user["useraccountcontrol"], ["512"])
        self.assertEqual(self.server.bind("alice@active-directory.example", "wonderland"), 0)
        self.assertEqual(self.server.bind("ACTIVE-DIRECTORY\\alice", "wonderland"), 0)
        self.assertEqual(self.server.bind("alice@openldap.example", "wonderland"), 34)
        self.assertEqual(self.server.bind("alice@active-directory.example", "wrong"), 49)

    def test_authentik_has_the_hash(self):
        user = self.search("authentik", "(&(objectClass=user)(cn=alice))").one()
        self.assertRegex(user["uid"][0], "^[0-9a-f]{64}$")

    def test_list_and_show(self):
        listed = self.server.run("profile", "list").stdout
        for name in PROFILES:
            self.assertRegex(listed, rf"(?m)^{name}  +\S")
        self.assertIn("container: people", self.server.run("profile", "show", "openldap").stdout)


class OwnProfiles(PosternCase):
    def test_an_unknown_profile_is_refused_with_file_and_line(self):
        server = self.postern(start=True)
        done = server.apply(blueprint(provider("x", "dc=x", "synologi")), code=1)
        self.assertRegex(done.stderr, r"test\.yaml:\d+: .*there is no profile synologi; there are active-directory, ")

    def test_a_base_dn_is_taken_however_it_is_written(self):
        server = self.postern(start=True)
        server.apply(blueprint(provider("x", "dc=Example,dc=org", "generic")))
        done = server.apply(blueprint(provider("y", "DC=example, dc=ORG", "generic")), code=1)
        self.assertIn("base_dn", done.stderr)

    def test_a_folder_of_ones_own_and_reload(self):
        server = self.postern()
        folder = server.folder / "profiles"
        folder.mkdir()
        (folder / "club.yaml").write_text(
            "name: club\nusers:\n  rdn: uid\n  container: players\n  attributes:\n"
            "    mail: \"%(username)s@corp.example\"\nvirtual_groups: off\n")
        server.write_config(CALM + f"profiles: [{folder}]\n")
        server.start()
        server.add_user("alice", "wonderland")
        server.apply(blueprint(provider("club", "dc=club", "club")))
        reader = server.run("service-account", "create", "reader", "--search", "--quiet").stdout.strip()
        bind = ("uid=reader,ou=players,dc=club", reader)
        user = server.search(bind, "(uid=alice)", base="dc=club").one()
        self.assertEqual((user["dn"], user["mail"]), ("uid=alice,ou=players,dc=club", ["alice@corp.example"]))
        # A changed file is taken by SIGHUP, built beside what serves.
        (folder / "club.yaml").write_text("name: club\nusers: {rdn: uid, container: members}\n")
        server.reload("config.reloaded")
        eventually(lambda: server.bind("uid=alice,ou=members,dc=club", "wonderland") == 0, "the new shape serves")
        # A broken one is refused, and what was goes on.
        (folder / "club.yaml").write_text("name: club\nusers: {rdn: uid, contaner: x}\n")
        check = server.run("check", code=2)
        self.assertRegex(check.stderr, r"club\.yaml:2: .*contaner.*container")

    def test_declared_attribute_types(self):
        server = self.postern(CALM + "attributes:\n  badgeNumber: {type: integer, of: users}\n"
                                     "  hiredOn: {type: timestamp}\n  aliases: {multi: true}\n", start=True)
        server.add_user("alice", "wonderland", 'attributes={"badgeNumber": 42, "hiredOn": "2026-01-01T00:00:00Z", '
                                               '"aliases": ["al", "ali"], "shoeSize": 41}')
        bind = server.search_account()
        self.assertEqual(server.search(bind, "(badgeNumber>=40)", ["badgeNumber"]).one()["badgenumber"], ["42"])
        self.assertEqual(len(server.search(bind, "(badgeNumber>=43)")), 0)
        self.assertEqual(len(server.search(bind, "(hiredOn<=20260101000000Z)")), 1)
        schema = server.search(base="cn=subschema", scope="base", attributes=["attributeTypes"]).one()["attributetypes"]
        badge = next(line for line in schema if "'badgeNumber'" in line)
        self.assertRegex(badge, r"EQUALITY integerMatch .*SINGLE-VALUE")
        self.assertTrue(any("'shoeSize'" in line for line in schema), "undeclared ones are published, too")
        names = {name.lower() for line in schema for name in re.findall(r"'([^']+)'", line.split(" DESC ")[0])}
        for attribute in server.search(bind, "(&(objectClass=user)(cn=alice))", ["*", "+"]).one():
            self.assertIn(attribute, names | {"dn"})

    def test_a_wrong_type_is_found_by_check(self):
        server = self.postern(CALM + "attributes:\n  mail: {type: string}\n  x: {type: number}\n")
        done = server.run("check", code=2)
        self.assertRegex(done.stderr, r"postern\.yaml:\d+: .*\"mail\".*schema")
        self.assertRegex(done.stderr, r"postern\.yaml:\d+: .*number")

    def test_the_change_number_of_the_root_dse(self):
        server = self.postern(start=True)
        bind = server.search_account()

        def committed():
            return int(server.search(bind, base="", scope="base", attributes=["highestCommittedUSN"]).one()
                       ["highestcommittedusn"][0])
        before = committed()
        server.add_user("alice", "wonderland")
        self.assertGreater(committed(), before)
        changed = server.search(bind, f"(&(objectClass=user)(entryUSN>={before + 1}))", ["entryUSN"]).one()
        self.assertLessEqual(int(changed["entryusn"][0]), committed())


if __name__ == "__main__":
    unittest.main()
