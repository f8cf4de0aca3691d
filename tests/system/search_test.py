"""Searches by ldapsearch and python-ldap3: who sees what, attributes, scopes, filters, names, limits, schema."""

import json
import re
import unittest

import ldapwire
from support import BASE, GROUPS, USERS, VIRTUAL, SharedCase, group_dn, user_dn

ODD = 'Doe, John "x" #1'
HASHED = "#lead +sign"
CASED = "Zoë Müller"


class Directory(SharedCase):
    """One population for all tests here, which only read."""

    @classmethod
    def populate(cls, server):
        server.start()
        cls.all = server.search_account()
        attributes = {"department": "R&D", "telephoneNumber": ["+49 30 1", "+49 30 2"], "mobilePhone": None,
                      "company/site": "Berlin", "a.b": "dotless", "isVip": True, "shoeSize": 43, "deep": {"a": 1},
                      "home": "/srv/%s", "goauthentik.io/user/sources": ["x"], "postern:profile": "x",
                      "secretPassword": server.secret("stored-in-attributes")}
        server.add_user("anna", "pw-of-anna", "--name", "Anna Maria Schmidt", "--email", "anna@example.org",
                        "attributes=" + json.dumps(attributes))
        server.add_user("bert", "pw-of-bert", "--name", "Bert", "--email", "bert@example.com")
        server.add_user("carl", None, "--inactive", 'attributes={"uidNumber": 77777, "loginShell": "/bin/zsh"}')
        for name in (ODD, HASHED, CASED):
            server.add_user(name)
        server.run("group", "create", "staff", "--member", "anna", "--member", "bert",
                   'attributes={"description": "Everybody here"}')
        server.run("group", "create", "leads", "--parent", "staff", "--member", "anna")
        server.run("group", "create", "chiefs", "--parent", "leads", "--member", "carl", "--superuser")
        server.run("group", "create", "empty, group")

    def find(self, filter, attributes=("1.1",), base=BASE, scope="sub", bind=None, options=()):
        return self.server.search(bind or self.all, filter, attributes, base, scope, options)

    def names(self, filter, **options):
        found = self.find(filter, **options)
        self.assertEqual(found.code, 0, found.text)
        return {entry["dn"] for entry in found}

    def users(self, filter):
        """Short names of the users found."""
        out = set()
        for dn in self.names(filter, base=USERS, scope="one"):
            out.add(dn[len("cn="):-len("," + USERS)])
        return out - {"akadmin", "ldap-search", "searcher"}

    def entry(self, dn, *attributes, **options):
        return self.find("(objectClass=*)", attributes or ("*",), base=dn, scope="base", **options).one()


class Attributes(Directory):
    def test_user(self):
        entry = self.entry(user_dn("anna"))
        numbers = [entry.pop("uidnumber"), entry.pop("gidnumber")]
        self.assertTrue(all(len(n) == 1 and int(n[0]) >= 2000 for n in numbers), numbers)
        self.assertEqual(sorted(entry.pop("memberof")), [group_dn("leads"), group_dn("staff")])
        self.assertEqual(sorted(entry.pop("telephonenumber")), ["+49 30 1", "+49 30 2"])
        self.assertEqual(entry, {
            "dn": user_dn("anna"),
            "objectclass": ["top", "person", "organizationalPerson", "inetOrgPerson", "user", "posixAccount",
                            "goauthentik.io/ldap/user"],
            "cn": ["anna"], "uid": ["anna"], "samaccountname": ["anna"], "name": ["Anna Maria Schmidt"],
            "displayname": ["Anna Maria Schmidt"], "sn": ["Anna Maria Schmidt"], "givenname": ["Anna Maria"],
            "mail": ["anna@example.org"], "homedirectory": ["/home/anna"], "loginshell": ["/bin/bash"],
            "ak-active": ["TRUE"], "ak-superuser": ["FALSE"], "department": ["R&D"], "company-site": ["Berlin"],
            "ab": ["dotless"], "isvip": ["TRUE"], "shoesize": ["43"], "home": ["/srv/anna"]})

    def test_user_operational(self):
        entry = self.entry(user_dn("anna"), "+")
        uuid, = self.server.query("select uuid from users where username = 'anna'")[0]
        self.assertEqual(entry["entryuuid"], [uuid.lower()])
        for name in ("createtimestamp", "modifytimestamp"):
            self.assertRegex(entry[name][0], r"^20\d{12}Z$")
        self.assertEqual(entry["subschemasubentry"], ["cn=subschema"])
        self.assertEqual(entry["structuralobjectclass"], ["inetOrgPerson"])
        self.assertNotIn("cn", entry)

    def test_inactive_user_attributes_that_replace_built_in_ones_and_superuser_by_group(self):
        entry = self.entry(user_dn("carl"))
        self.assertEqual(entry["ak-active"], ["FALSE"])
        self.assertEqual(entry["ak-superuser"], ["TRUE"])
        self.assertEqual(entry["uidnumber"], ["77777"])
        self.assertEqual(entry["loginshell"], ["/bin/zsh"])
        self.assertNotIn("mail", entry)
        self.assertEqual(entry["sn"], ["carl"])

    def test_group(self):
        entry = self.entry(group_dn("staff"))
        uuid, number = self.server.query("select pk, gid_number from groups where name = 'staff'")[0]
        self.assertEqual(set(entry.pop("member")), {user_dn("anna"), user_dn("bert"), group_dn("leads")})
        self.assertLessEqual({user_dn("anna"), user_dn("bert")}, set(entry.pop("uniquemember")))
        self.assertEqual(sorted(entry.pop("memberuid")), ["anna", "bert"])
        self.assertEqual(entry, {
            "dn": group_dn("staff"), "cn": ["staff"], "samaccountname": ["staff"], "uid": [uuid.lower()],
            "gidnumber": [str(number)], "description": ["Everybody here"], "ak-superuser": ["FALSE"],
            "objectclass": ["top", "group", "groupOfUniqueNames", "groupOfNames", "posixGroup",
                            "goauthentik.io/ldap/group"]})

    def test_nested_groups(self):
        self.assertEqual(self.entry(group_dn("leads"), "memberOf")["memberof"], [group_dn("staff")])
        self.assertIn(group_dn("chiefs"), self.entry(group_dn("leads"), "member")["member"])
        self.assertEqual(self.names(f"(&(objectClass=group)(member={group_dn('chiefs')}))"), {group_dn("leads")})
        self.assertEqual(self.users(f"(memberOf={group_dn('staff')})"), {"anna", "bert"})

    def test_virtual_group(self):
        entry = self.entry(f"cn=anna,{VIRTUAL}")
        self.assertEqual(entry["member"], [user_dn("anna")])
        self.assertEqual(entry["memberuid"], ["anna"])
        self.assertIn("goauthentik.io/ldap/virtual-group", entry["objectclass"])
        self.assertEqual(entry["gidnumber"], self.entry(user_dn("anna"), "gidNumber")["gidnumber"])

    def test_containers_have_ou_and_cn(self):
        for dn, name in ((USERS, "users"), (GROUPS, "groups"), (VIRTUAL, "virtual-groups")):
            entry = self.entry(dn)
            self.assertIn(name, entry["ou"])
            self.assertIn(name, entry["cn"])
        self.assertEqual(self.names("(ou=users)"), {USERS})

    def test_hasSubordinates(self):
        self.assertEqual(self.entry(USERS, "hasSubordinates")["hassubordinates"], ["TRUE"])
        self.assertEqual(self.entry(user_dn("anna"), "hasSubordinates")["hassubordinates"], ["FALSE"])
        for dn in (BASE, USERS, GROUPS, VIRTUAL):
            entry = self.entry(dn, "createTimestamp", "modifyTimestamp", "entryUUID", "structuralObjectClass")
            self.assertEqual(len(entry), 5, entry)

    def test_secrets_and_settings_are_no_attributes(self):
        text = self.find("(objectClass=*)", ("*", "+")).text.lower()
        for word in ("password", "goauthentik.io/user/sources", "postern", "stored-in-attributes", "argon2"):
            self.assertNotIn(word, text.replace("cn=postern", ""), word)
        self.assertEqual(self.names("(userPassword=*)"), set())
        self.assertEqual(self.names("(secretPassword=*)"), set())

    def test_numbers_are_unique_over_users_and_groups(self):
        found = self.find("(|(objectClass=posixAccount)(objectClass=group))", ("uidNumber", "gidNumber", "objectClass"))
        own = [entry["uidnumber"][0] if "uidnumber" in entry else entry["gidnumber"][0] for entry in found
               if "goauthentik.io/ldap/virtual-group" not in entry["objectclass"]]
        self.assertEqual(len(own), len(set(own)))


class Selection(Directory):
    def test_Rfc4511_4_5_1_8_list(self):
        entry = self.entry(user_dn("anna"), "MAIL", "cn", "noSuchThing")
        self.assertEqual(entry, {"dn": user_dn("anna"), "mail": ["anna@example.org"], "cn": ["anna"]})

    def test_star_and_operational(self):
        entry = self.entry(user_dn("anna"), "*", "entryUUID")
        self.assertIn("mail", entry)
        self.assertIn("entryuuid", entry)
        self.assertNotIn("createtimestamp", entry)

    def test_no_attributes(self):
        self.assertEqual(self.entry(user_dn("anna"), "1.1"), {"dn": user_dn("anna")})

    def test_Rfc4529_object_class(self):
        entry = self.entry(user_dn("anna"), "@posixAccount")
        self.assertIn("homedirectory", entry)
        self.assertNotIn("mail", entry)

    def test_by_oid_and_by_supertype(self):
        self.assertEqual(self.entry(user_dn("anna"), "0.9.2342.19200300.100.1.1")["uid"], ["anna"])
        self.assertIn("cn", self.entry(user_dn("anna"), "name"))

    def test_types_only(self):
        with ldapwire.connect(self.server) as wire:
            self.assertEqual(wire.bind(*self.all), 0)
            wire.send(ldapwire.search(9, user_dn("anna"), scope=0, attributes=("mail", "cn"), types_only=True))
            attributes = ldapwire.parts(ldapwire.parts(wire.receive().body)[1][1])
            found = {ldapwire.parts(content)[0][1].lower(): ldapwire.parts(content)[1][1] for _, content in attributes}
            self.assertEqual(found, {b"mail": b"", b"cn": b""})


class Scopes(Directory):
    def test_base(self):
        self.assertEqual(self.names("(objectClass=*)", scope="base"), {BASE})

    def test_one(self):
        self.assertEqual(self.names("(objectClass=*)", scope="one"), {USERS, GROUPS, VIRTUAL})

    def test_sub_holds_everything_below(self):
        everything = self.names("(objectClass=*)")
        for base in (USERS, GROUPS, VIRTUAL):
            below = self.names("(objectClass=*)", base=base)
            self.assertEqual(below, {dn for dn in everything if dn.endswith(base)})
        self.assertIn(BASE, everything)

    def test_Rfc4511_children(self):
        below = self.names("(objectClass=*)", base=USERS, scope="children")
        self.assertEqual(below, self.names("(objectClass=*)", base=USERS) - {USERS})

    def test_leaf_one_level_is_empty(self):
        self.assertEqual(self.names("(objectClass=*)", base=user_dn("anna"), scope="one"), set())

    def test_base_in_any_case_and_spacing(self):
        dn = f"CN=ANNA , OU=Users,{BASE.upper()}"
        self.assertEqual(self.names("(objectClass=*)", base=dn, scope="base"), {user_dn("anna")})

    def test_missing_base_is_32_with_what_was_matched(self):
        found = self.find("(objectClass=*)", base=f"cn=nobody,{USERS}", scope="base")
        self.assertEqual((found.code, list(found)), (32, []))
        self.assertIn(f"Matched DN: {USERS}", found.text)
        self.assertEqual(self.find("(objectClass=*)", base="dc=elsewhere").code, 32)
        self.assertEqual(self.find("(objectClass=*)", base=f"ou=nothing,{BASE}").code, 32)

    def test_malformed_base_is_34(self):
        with ldapwire.connect(self.server) as wire:
            self.assertEqual(wire.bind(*self.all), 0)
            self.assertEqual(wire.search("not a dn"), (34, []))


class Filters(Directory):
    EVERYBODY = {"anna", "bert", "carl", 'Doe\\, John \\"x\\" #1', "\\#lead \\+sign", CASED}

    def test_table(self):
        everybody = self.EVERYBODY
        odd = 'Doe\\, John \\"x\\" #1'
        for filter, expected in [
            ("(uid=anna)", {"anna"}), ("(UID=ANNA)", {"anna"}), ("(uid= anna )", {"anna"}), ("(uid=nobody)", set()),
            ("(cn=anna)", {"anna"}), ("(sAMAccountName=bert)", {"bert"}), ("(mail=ANNA@example.org)", {"anna"}),
            ("(displayName=anna maria schmidt)", {"anna"}), ("(givenName=Anna Maria)", {"anna"}),
            ("(objectClass=person)", everybody), ("(objectClass=PosixAccount)", everybody),
            ("(objectClass=group)", set()), ("(objectClass=2.5.6.6)", everybody),
            ("(mail=*)", {"anna", "bert"}), ("(department=*)", {"anna"}), ("(department=r&d)", {"anna"}),
            ("(uid=an*)", {"anna"}), ("(uid=*na)", {"anna"}), ("(uid=*nn*)", {"anna"}), ("(uid=a*n*a)", {"anna"}),
            ("(mail=*@example.*)", {"anna", "bert"}), ("(mail=a*@*.org)", {"anna"}), ("(mail=a*x*.org)", {"anna"}),
            ("(mail=a*org*x)", set()), ("(cn=ann*nna)", set()),
            ("(&(uid=a*)(mail=*))", {"anna"}), ("(|(uid=anna)(uid=bert)(uid=x))", {"anna", "bert"}),
            ("(&(objectClass=user)(!(mail=*)))", everybody - {"anna", "bert"}),
            ("(!(uid=anna))", everybody - {"anna"}), ("(!(!(uid=anna)))", {"anna"}),
            ("(&(|(uid=anna)(uid=carl))(!(ak-active=FALSE)))", {"anna"}),
            ("(ak-active=FALSE)", {"carl"}), ("(ak-active=false)", {"carl"}), ("(ak-superuser=TRUE)", {"carl"}),
            ("(uidNumber=77777)", {"carl"}), ("(uidNumber=077777)", set()), ("(uidNumber>=77777)", {"carl"}),
            ("(!(uidNumber>=77777))", everybody - {"carl"}), ("(loginShell=/bin/zsh)", {"carl"}),
            (f"(memberOf=CN=Leads, {GROUPS.upper()})", {"anna"}), (f"(memberOf={user_dn('anna')})", set()),
            ("(telephoneNumber=+49 302)", {"anna"}), ("(uid=Doe, John \"x\" #1)", {odd}), ("(uid=Doe*#1)", {odd}),
            ("(uid=#lead \\2bsign)", {"\\#lead \\+sign"}), ("(uid=zoë müller)", {CASED}), ("(uid=ZOË*)", {CASED}),
            ("(uid=Zo\\c3\\ab M\\c3\\bcller)", {CASED}), ("(uid=*ë m*)", {CASED}),
            ("(cn:=anna)", {"anna"}), ("(cn:caseIgnoreMatch:=ANNA)", {"anna"}), ("(uid~=anna)", {"anna"}),
            # RFC 4511 4.5.1.7: three values of truth
            ("(noSuchAttribute=x)", set()), ("(!(noSuchAttribute=x))", set()),
            ("(|(uid=anna)(noSuchAttribute=x))", {"anna"}), ("(&(uid=anna)(noSuchAttribute=x))", set()),
            ("(&(uid=anna)(!(noSuchAttribute=x)))", set()), ("(uidNumber=many)", set()), ("(!(uidNumber=many))", set()),
            # RFC 4526
            ("(&)", everybody), ("(|)", set()), ("(!(&))", set()),
        ]:
            with self.subTest(filter=filter):
                self.assertEqual(self.users(filter), expected)

    def test_groups(self):
        for filter, expected in [
            ("(cn=staff)", {"staff"}), (f"(member={user_dn('anna')})", {"staff", "leads"}),
            (f"(uniqueMember={user_dn('carl')})", {"chiefs"}), ("(memberUid=bert)", {"staff"}),
            ("(cn=empty, group)", {"empty\\, group"}), ("(&(objectClass=groupOfNames)(!(member=*)))", {"empty\\, group"}),
            ("(description=*here)", {"staff"}),
        ]:
            with self.subTest(filter=filter):
                found = {dn[3:-len("," + GROUPS)] for dn in self.names(filter, base=GROUPS, scope="one")}
                self.assertEqual(found - {"authentik Admins"}, expected)

    def test_by_entryUUID(self):
        uuid = self.entry(user_dn("anna"), "entryUUID")["entryuuid"][0]
        self.assertEqual(self.names(f"(entryUUID={uuid.upper()})"), {user_dn("anna")})

    def test_same_answer_at_every_scope_and_size_of_turn(self):
        one = self.names("(objectClass=user)", base=USERS, scope="one")
        self.assertEqual(one, self.names("(objectClass=user)"))


class Names(Directory):
    def test_Rfc4514_2_4_escaped_names_come_back_and_go_in(self):
        for name in (ODD, HASHED, CASED):
            entry = self.find(f"(uid={name})", ("uid",)).one()
            self.assertEqual(entry["dn"], user_dn(name))
            self.assertEqual(self.entry(entry["dn"], "uid")["uid"], [name])

    def test_hexadecimal_and_quoted_spelling(self):
        dn = f'cn=Doe\\2C John \\22x\\22 #1,{USERS}'
        self.assertEqual(self.entry(dn, "uid")["uid"], [ODD])

    def test_escaped_name_binds(self):
        self.server.run("changepassword", ODD, "--password-stdin", text="pw-of-odd\n")
        self.assertEqual(self.server.bind(user_dn(ODD), self.server.secret("pw-of-odd")), 0)

    def test_utf8_in_another_case(self):
        self.assertEqual(self.entry(f"cn=zOË mÜLLER,{USERS}", "uid")["uid"], [CASED])

    def test_group_with_a_comma(self):
        self.assertEqual(self.entry(group_dn("empty, group"), "cn")["cn"], ["empty, group"])


class Views(Directory):
    def test_search_account_sees_all(self):
        seen = self.names("(objectClass=*)")
        for dn in [user_dn(n) for n in ("akadmin", "anna", "carl", ODD)] + [group_dn("staff"), f"cn=bert,{VIRTUAL}"]:
            self.assertIn(dn, seen)

    def test_user_sees_itself_its_groups_and_the_containers(self):
        anna = (user_dn("anna"), "pw-of-anna")
        self.assertEqual(self.names("(objectClass=*)", bind=anna),
                         {BASE, USERS, GROUPS, VIRTUAL, user_dn("anna"), group_dn("staff"), group_dn("leads"),
                          f"cn=anna,{VIRTUAL}"})
        staff = self.entry(group_dn("staff"), bind=anna)
        self.assertEqual(staff["member"], [user_dn("anna")])
        self.assertEqual(staff["memberuid"], ["anna"])

    def test_user_finds_no_trace_of_others(self):
        anna = (user_dn("anna"), "pw-of-anna")
        for filter in ("(uid=bert)", f"(member={user_dn('bert')})", "(memberUid=bert)", "(mail=bert*)"):
            self.assertEqual(self.names(filter, bind=anna), set(), filter)
        self.assertEqual(self.find("(objectClass=*)", base=user_dn("bert"), scope="base", bind=anna).code,
                         self.find("(objectClass=*)", base=user_dn("nobody"), scope="base", bind=anna).code)

    def test_compare_follows_the_view(self):
        def compare(dn, assertion, bind):
            return self.server.client("ldapcompare", "-D", bind[0], "-w", bind[1], dn, assertion).returncode
        anna = (user_dn("anna"), "pw-of-anna")
        self.assertEqual(compare(user_dn("anna"), "uid:ANNA", anna), 6)
        self.assertEqual(compare(user_dn("anna"), "uid:bert", anna), 5)
        self.assertEqual(compare(user_dn("bert"), "uid:bert", anna), 32)
        self.assertEqual(compare(user_dn("bert"), "uid:bert", self.all), 6)
        self.assertEqual(compare(group_dn("staff"), f"member:{user_dn('bert')}", self.all), 6)
        self.assertIn(compare(group_dn("staff"), f"member:{user_dn('bert')}", anna), (5, 16))
        self.assertEqual(compare(user_dn("carl"), "mail:x", self.all), 16)

    def test_write_operations_are_refused(self):
        with ldapwire.connect(self.server) as wire:
            delete = ldapwire.text(user_dn("bert"), 0x4A)
            wire.send(ldapwire.message(1, delete))
            self.assertEqual(wire.receive().code, 50)
            self.assertEqual(wire.bind(*self.all), 0)
            wire.send(ldapwire.message(7, delete))
            self.assertEqual(wire.receive().code, 53)
        self.assertEqual(self.users("(uid=bert)"), {"bert"})


class Limits(Directory):
    def test_Rfc4511_4_5_1_4_size_limit(self):
        found = self.find("(objectClass=user)", options=("-z", "2"))
        self.assertEqual((found.code, len(found)), (4, 2))
        self.assertEqual(self.find("(uid=anna)", options=("-z", "1")).code, 0)

    def test_time_limit_is_taken(self):
        self.assertEqual(self.find("(uid=anna)", options=("-l", "30")).code, 0)

    def test_Rfc4511_4_1_11_unknown_critical_control_is_12(self):
        control = ldapwire.tlv(0xA0, ldapwire.tlv(0x30, ldapwire.text("1.2.3.4"), ldapwire.tlv(0x01, b"\xff")))
        with ldapwire.connect(self.server) as wire:
            self.assertEqual(wire.bind(*self.all), 0)
            query = ldapwire.parts(ldapwire.read_tlv(ldapwire.search(5, BASE, scope=0))[1])[1]
            wire.send(ldapwire.message(5, ldapwire.tlv(query[0], query[1]), control))
            self.assertEqual(wire.receive().code, 12)

    def test_pipelined_searches_are_all_answered(self):
        with ldapwire.connect(self.server) as wire:
            self.assertEqual(wire.bind(*self.all), 0)
            wire.send(*[ldapwire.search(100 + n, user_dn("anna"), scope=0) for n in range(50)])
            done = {}
            while len(done) < 50:
                answer = wire.receive()
                if answer.operation == ldapwire.SEARCH_DONE:
                    done[answer.number] = answer.code
            self.assertEqual(done, {100 + n: 0 for n in range(50)})


class RootAndSchema(Directory):
    def test_root_dse_anonymously(self):
        entry = self.server.search(base="", scope="base", attributes=("*", "+")).one()
        self.assertEqual(entry["dn"], "")
        self.assertEqual(entry["namingcontexts"], [BASE])
        self.assertEqual(entry["supportedldapversion"], ["3"])
        self.assertEqual(entry["subschemasubentry"], ["cn=subschema"])
        self.assertIn("1.3.6.1.4.1.1466.20037", entry["supportedextension"])
        self.assertIn("1.3.6.1.4.1.4203.1.5.1", entry["supportedfeatures"])
        self.assertTrue(entry["vendorname"])

    def test_what_is_not_served_is_not_advertised(self):
        entry = self.server.search(base="", scope="base", attributes=("*", "+")).one()
        for name in ("supportedcapabilities", "altserver"):
            self.assertNotIn(name, entry)

    def test_subschema_anonymously(self):
        entry = self.server.search(base="cn=subschema", scope="base", filter="(objectClass=subschema)",
                                   attributes=("*", "+")).one()
        self.assertTrue(any("NAME 'cn'" in t or "'cn'" in t for t in entry["attributetypes"]))
        self.assertTrue(any("goauthentik.io/ldap/user" in c for c in entry["objectclasses"]))

    def test_tree_anonymously_is_50(self):
        for base in (BASE, USERS, user_dn("anna")):
            found = self.server.search(base=base)
            self.assertEqual((found.code, list(found)), (50, []))

    def test_schema_is_parsed_by_ldap3(self):
        try:
            import ldap3
        except ImportError:
            self.fail("ldap3 is missing; install the package python3-ldap3")
        host, port = self.server.address()
        server = ldap3.Server(host, port=port, get_info=ldap3.ALL)
        with ldap3.Connection(server, *self.all) as connection:
            self.assertTrue(connection.bound)
            self.assertTrue(server.schema.is_valid())
            self.assertIn("goauthentik.io/ldap/user", server.schema.object_classes)
            self.assertIn("ak-active", server.schema.attribute_types)
            self.assertEqual(server.info.naming_contexts, [BASE])
            # ldap3 checks filter and attributes against the schema.
            self.assertTrue(connection.search(BASE, "(&(objectClass=goauthentik.io/ldap/user)(uid=anna))",
                                              attributes=["cn", "memberOf", "uidNumber", "entryUUID", "ak-active"]))
            entry = connection.entries[0]
            self.assertEqual(entry["ak-active"].value, True)
            self.assertTrue(re.fullmatch(r"[0-9]+", str(entry.uidNumber.value)))

    def test_every_published_attribute_and_class_is_in_the_schema(self):
        schema = self.server.search(base="cn=subschema", scope="base", attributes=("attributeTypes", "objectClasses"))
        known = set(re.findall(r"'([^']+)'", " ".join(
            re.search(r"NAME (\([^)]*\)|'[^']*')", line).group(1)
            for line in schema.one()["attributetypes"] + schema.one()["objectclasses"])))
        folded = {name.lower() for name in known}
        custom = {"department", "company-site", "ab", "isvip", "shoesize", "home"}
        for entry in self.find("(objectClass=*)", ("*", "+")):
            for name in set(entry) - {"dn"} - custom:
                self.assertIn(name, folded, entry["dn"])
            for name in entry["objectclass"] if "objectclass" in entry else []:
                self.assertIn(name.lower(), folded)


if __name__ == "__main__":
    unittest.main()
