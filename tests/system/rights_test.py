"""Who sees what: search rules of a provider made by a blueprint, seen through ldapsearch and ldapcompare."""

import unittest

import ldapwire
from support import BASE, GROUPS, USERS, PosternCase, SharedCase, group_dn, user_dn

PASSWORD = "pw-of-everybody-here"
POPULATION = f"""version: 1
entries:
  - {{model: authentik_core.group, id: wiki, identifiers: {{name: wiki}}}}
  - {{model: authentik_core.group, id: editors, identifiers: {{name: editors}}, attrs: {{parents: [!KeyOf wiki]}}}}
  - {{model: authentik_core.group, id: readers, identifiers: {{name: readers}}, attrs: {{parents: [!KeyOf wiki]}}}}
  - {{model: authentik_core.group, id: board, identifiers: {{name: board}}}}
  - model: authentik_core.user
    identifiers: {{username: wikibot}}
    attrs: {{type: service_account, password: {PASSWORD}, groups: [!KeyOf readers]}}
  - model: authentik_core.user
    identifiers: {{username: anna}}
    attrs: {{name: Anna A, email: anna@example.org, password: {PASSWORD}, groups: [!KeyOf editors, !KeyOf board]}}
  - model: authentik_core.user
    identifiers: {{username: bert}}
    attrs: {{name: Bert B, email: bert@example.org, password: {PASSWORD}, groups: [!KeyOf board]}}
  - model: authentik_core.user
    identifiers: {{username: carl}}
    attrs: {{name: Carl C, email: carl@example.org, password: {PASSWORD}, groups: [!KeyOf wiki]}}
  - model: authentik_core.user
    identifiers: {{username: dora}}
    attrs: {{password: {PASSWORD}, groups: [!KeyOf wiki], is_active: false}}
  - model: authentik_core.user
    identifiers: {{username: overseer}}
    attrs:
      password: {PASSWORD}
      groups: [!KeyOf wiki]
      permissions: [authentik_providers_ldap.search_full_directory]
  - model: authentik_core.application
    id: app
    identifiers: {{slug: ldap}}
  - model: authentik_policies.policybinding
    identifiers: {{target: !KeyOf app, order: 0}}
    attrs: {{group: !KeyOf wiki}}
"""
RULES = """version: 1
entries:
  - model: authentik_providers_ldap.ldapprovider
    identifiers: {name: ldap}
    attrs:
      attributes:
        postern:
          search:
%s
"""
READERS = """            - {group: readers, sees: members, attributes: [cn, uid, displayName, memberOf, member]}
            - {group: editors, sees: own_groups, with_members: true}
            - {anonymous: true, sees: members, attributes: [cn]}
          search_default: self
"""


class Reader(SharedCase):
    """One population for all tests here, which only read."""

    @classmethod
    def populate(cls, server):
        server.secret(PASSWORD)
        server.start()
        server.apply(POPULATION)
        server.apply(RULES % READERS)
        cls.bot = (user_dn("wikibot"), PASSWORD)
        cls.everything = (user_dn("overseer"), PASSWORD)

    def users(self, bind, filter="(objectClass=user)"):
        return sorted(dn.split(",")[0][3:] for dn in self.server.search(bind, filter, ("1.1",), USERS, "one").names())

    def compare(self, bind, dn, assertion):
        return self.server.client("ldapcompare", "-D", bind[0], "-w", bind[1], dn, assertion).returncode

    def test_a_reader_sees_who_may_use_the_service(self):
        self.assertEqual(self.users(self.bot), ["anna", "carl", "overseer", "wikibot"])
        for filter in ("(uid=bert)", "(mail=bert@example.org)", "(cn=be*)", "(|(uid=bert)(uid=dora))",
                       "(memberOf=%s)" % group_dn("nobody"), "(&(objectClass=user)(!(uid=*a*))(!(uid=w*))(!(uid=o*)))"):
            self.assertEqual(self.users(self.bot, filter), [], filter)
        self.assertEqual(self.users(self.bot, f"(memberOf:1.2.840.113556.1.4.1941:={group_dn('wiki')})"),
                         ["anna", "carl", "overseer", "wikibot"])

    def test_groups_are_cut_to_them(self):
        board = self.server.search(self.bot, "(cn=board)", ("member",), GROUPS).one()
        self.assertEqual(board["member"], [user_dn("anna")])
        self.assertEqual(self.compare(self.bot, group_dn("board"), "member:" + user_dn("anna")), 6)
        self.assertEqual(self.compare(self.bot, group_dn("board"), "member:" + user_dn("bert")), 5)

    def test_a_hidden_base_answers_as_a_missing_one(self):
        for scope in ("base", "one", "sub"):
            texts = set()
            for name in ("bert", "dora", "nobody"):
                found = self.server.search(self.bot, base=user_dn(name), scope=scope)
                self.assertEqual(found.code, 32)
                texts.add(found.text)
            self.assertEqual(len(texts), 1, texts)
            self.assertIn("Matched DN: " + USERS, texts.pop())
        self.assertEqual({self.compare(self.bot, user_dn(name), "cn:x") for name in ("bert", "nobody")}, {32})

    def test_attributes_outside_the_list_are_not_there(self):
        anna = self.server.search(self.bot, "(uid=anna)", ("*", "+"), USERS).one()
        self.assertEqual(set(anna), {"dn", "objectclass", "cn", "uid", "displayname", "memberof"})
        for filter in ("(mail=*)", "(!(mail=x))", "(mail=anna@example.org)", "(uidNumber>=1)", "(name=Anna A)"):
            self.assertEqual(self.users(self.bot, filter), [], filter)
        self.assertEqual(self.compare(self.bot, user_dn("anna"), "mail:anna@example.org"), 16)
        self.assertEqual(self.compare(self.bot, user_dn("anna"), "uid:anna"), 6)

    def test_own_groups_with_their_members(self):
        anna = (user_dn("anna"), PASSWORD)
        self.assertEqual(self.users(anna), ["anna", "bert"])  # both are in board
        self.assertEqual(self.server.search(anna, "(cn=wiki)", base=GROUPS).names(), [])

    def test_the_default_and_permissions(self):
        carl = (user_dn("carl"), PASSWORD)
        self.assertEqual(self.users(carl), ["carl"])
        self.assertEqual(self.server.search(carl, "(objectClass=group)", base=GROUPS).names(), [])
        self.assertNotIn("memberof", self.server.search(carl, "(uid=carl)", base=USERS).one())
        self.assertIn("bert", self.users(self.everything))

    def test_anonymous_sees_what_a_rule_opens(self):
        found = self.server.search(None, "(objectClass=user)", base=USERS)
        self.assertEqual(sorted(entry["cn"][0] for entry in found), ["anna", "carl", "overseer", "wikibot"])
        self.assertEqual({key for entry in found for key in entry}, {"dn", "cn", "objectclass"})
        self.assertEqual(self.server.search(None, base=user_dn("bert"), scope="base").code, 32)

    def test_N06_N07_nothing_undefined_is_true_and_nothing_is_an_error(self):
        for filter in ("(nosuchattr=1)", "(!(nosuchattr=1))", "(cn:1.2.3.4:=x)", "(!(cn:1.2.3.4:=x))",
                       "(cn;lang-de=anna)", "(!(uidNumber=many))", "(cn:integerMatch:=1)", "(|)", "(:1.2.840.113556.1.4.803:=x)"):
            found = self.server.search(self.everything, filter, ("1.1",), USERS, "one")
            self.assertEqual((found.code, found.names()), (0, []), filter)

    def test_N08_size_limit_and_types_only(self):
        found = self.server.search(self.everything, "(objectClass=user)", ("cn",), USERS, "one", ("-z", "1"))
        self.assertEqual((found.code, len(found)), (4, 1))
        found = self.server.search(self.bot, "(objectClass=user)", ("cn",), USERS, "one", ("-z", "4"))
        self.assertEqual((found.code, len(found)), (0, 4))  # hidden ones do not count
        found = self.server.search(self.everything, "(uid=anna)", ("cn",), USERS, "one", ("-A",))
        self.assertRegex(found.text, r"(?m)^cn:\s*$")

    def test_N21_names_of_bases_in_any_case(self):
        self.assertEqual(self.server.search(self.bot, base="CN=subSchema", scope="base",
                                            filter="(objectClass=subschema)").code, 0)
        self.assertEqual(len(self.server.search(self.bot, "(uid=anna)", base=USERS.upper())), 1)


class Rules(PosternCase):
    def server_with(self, rules):
        server = self.postern(start=True)
        server.secret(PASSWORD)
        server.apply(POPULATION)
        server.apply(RULES % rules, name="rules.yaml")
        return server

    def test_a_wrong_rule_is_refused_with_its_place_and_what_is_allowed(self):
        server = self.postern(start=True)
        for rule, text in (("{group: wiki, sees: all}",
                            "attributes.postern.search[0].sees must be one of nothing, self, own_groups, members, everything"),
                           ("{group: wiki, see: self}", "attributes.postern.search[0].see is unknown, allowed are group"),
                           ("{sees: self}", "must name exactly one of group, user, bound, anonymous and anyone")):
            done = server.apply(RULES % ("            - " + rule), name="rules.yaml", code=1)
            self.assertRegex(done.stderr, r"rules\.yaml:\d+: ")
            self.assertIn(text, done.stderr)

    def test_an_open_connection_loses_its_sight_with_the_rule(self):
        server = self.server_with("            - {group: readers, sees: everything}\n")
        with ldapwire.connect(server) as wire:
            self.assertEqual(wire.bind(user_dn("wikibot"), PASSWORD), 0)
            self.assertIn(user_dn("bert"), wire.search(USERS)[1])
            server.apply(RULES % "            - {group: readers, sees: members}\n", name="rules.yaml")
            self.assertNotIn(user_dn("bert"), wire.search(USERS)[1])
            self.assertIn(user_dn("anna"), wire.search(USERS)[1])
            server.apply(RULES % "            - {group: readers, sees: nothing}\n", name="rules.yaml")
            self.assertEqual(wire.search(BASE), (32, []))

    def test_a_group_leaving_the_bindings_takes_its_people_out_of_sight(self):
        server = self.server_with("            - {user: wikibot, sees: members}\n")
        bot = (user_dn("wikibot"), PASSWORD)
        self.assertIn(user_dn("anna"), server.search(bot, "(objectClass=user)", ("1.1",)).names())
        server.run("user", "set", "anna", "groups=[]")
        self.assertNotIn(user_dn("anna"), server.search(bot, "(objectClass=user)", ("1.1",)).names())


if __name__ == "__main__":
    unittest.main()
