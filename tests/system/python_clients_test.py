"""Python's two LDAP libraries through everything that their applications use: python-ldap (libldap) and ldap3."""

import unittest

import ldap
import ldap.filter
import ldap.schema
import ldap3
from ldap.controls.libldap import SimplePagedResultsControl
from support import BASE, USERS, SharedCase, group_dn, user_dn

PAGED = SimplePagedResultsControl.controlType


class Clients(SharedCase):
    @classmethod
    def populate(cls, server):
        server.start()
        for number in range(25):
            server.add_user(f"user{number:02}", None, "--email", f"user{number:02}@example.org")
        server.add_user("zoë (ops), *", "pw-of-zoë", "--name", "Zoë", "--email", "zoe@example.org")
        server.run("group", "create", "crew", "--member", "user01", "--member", "zoë (ops), *")
        cls.account = server.search_account()
        cls.served = set(server.search(base="", scope="base", attributes=("+",)).one().get("supportedcontrol", ()))


class PythonLdap(Clients):
    def open(self, secure=False):
        connection = ldap.initialize(self.server.url(), bytes_mode=False)
        self.addCleanup(connection.unbind_s)
        if secure:
            connection.set_option(ldap.OPT_X_TLS_CACERTFILE, str(self.server.ca))
            connection.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_HARD)
            connection.set_option(ldap.OPT_X_TLS_NEWCTX, 0)
            connection.start_tls_s()
        return connection

    def test_login_as_web_applications_do_it(self):
        name = "zoë (ops), *"
        searcher = self.open()
        searcher.simple_bind_s(*self.account)
        (dn, entry), = searcher.search_s(USERS, ldap.SCOPE_SUBTREE, ldap.filter.filter_format("(&(objectClass=user)(uid=%s))", [name]),
                                         ["mail", "memberOf"])
        self.assertEqual(entry["mail"], [b"zoe@example.org"])
        self.assertEqual(entry["memberOf"], [group_dn("crew").encode()])
        user = self.open()
        user.simple_bind_s(dn, "pw-of-zoë")
        self.assertEqual(user.whoami_s(), "dn:" + dn)
        with self.assertRaises(ldap.INVALID_CREDENTIALS):
            user.simple_bind_s(dn, "wrong")
        self.assertEqual(user.whoami_s(), "")
        with self.assertRaises(ldap.INSUFFICIENT_ACCESS):
            user.search_s(BASE, ldap.SCOPE_SUBTREE)

    def test_start_tls(self):
        connection = self.open(secure=True)
        connection.simple_bind_s(*self.account)
        self.assertEqual(connection.whoami_s(), "dn:" + self.account[0])

    def test_schema(self):
        connection = self.open()
        entry = connection.read_subschemasubentry_s(connection.search_subschemasubentry_s(""))
        schema = ldap.schema.SubSchema(entry)
        self.assertIsNotNone(schema.get_obj(ldap.schema.ObjectClass, "inetOrgPerson"))
        must, may = schema.attribute_types(["inetOrgPerson", "posixAccount"])
        self.assertLessEqual({"sn", "uidNumber"}, {kind.names[0] for kind in must.values()})
        self.assertIn("mail", {kind.names[0] for kind in may.values()})

    def test_compare(self):
        connection = self.open()
        connection.simple_bind_s(*self.account)
        self.assertTrue(connection.compare_s(group_dn("crew"), "member", user_dn("user01").encode()))
        self.assertFalse(connection.compare_s(group_dn("crew"), "member", user_dn("user02").encode()))
        with self.assertRaises(ldap.NO_SUCH_ATTRIBUTE):
            connection.compare_s(user_dn("user01"), "mobile", b"1")

    def test_size_limit_keeps_what_came(self):
        connection = self.open()
        connection.simple_bind_s(*self.account)
        number = connection.search_ext(USERS, ldap.SCOPE_ONELEVEL, "(uid=user*)", ["1.1"], sizelimit=3)
        with self.assertRaises(ldap.SIZELIMIT_EXCEEDED):
            connection.result(number)

    def test_pages(self):
        if PAGED not in self.served:
            self.skipTest("paging is not served")
        connection = self.open()
        connection.simple_bind_s(*self.account)
        control, names = SimplePagedResultsControl(True, size=10, cookie=""), []
        while True:
            number = connection.search_ext(USERS, ldap.SCOPE_ONELEVEL, "(uid=user*)", ["1.1"], serverctrls=[control])
            _, entries, _, controls = connection.result3(number)
            names += [dn for dn, _ in entries]
            control.cookie, = [each.cookie for each in controls if each.controlType == PAGED]
            if not control.cookie:
                break
        self.assertEqual(sorted(names), [user_dn(f"user{number:02}") for number in range(25)])


class Ldap3(Clients):
    def open(self, **more):
        host, port = self.server.address()
        connection = ldap3.Connection(ldap3.Server(host, port=port, get_info=ldap3.ALL), *self.account, auto_bind=True, **more)
        self.addCleanup(connection.unbind)
        return connection

    def test_info_and_schema(self):
        connection = self.open()
        info = connection.server.info
        self.assertIn(BASE, info.naming_contexts)
        self.assertEqual(info.supported_ldap_versions, ["3"])
        self.assertTrue(connection.server.schema.is_valid())
        self.assertIn("uidNumber", connection.server.schema.attribute_types)

    def test_reader_by_object_definition(self):
        connection = self.open()
        definition = ldap3.ObjectDef(["inetOrgPerson", "posixAccount"], connection)
        reader = ldap3.Reader(connection, definition, USERS, "uid: user01")
        entry, = reader.search()
        self.assertEqual(entry.mail.value, "user01@example.org")
        self.assertIsInstance(entry.uidNumber.value, int)

    def test_safe_and_asynchronous_strategies(self):
        safe = self.open(client_strategy=ldap3.SAFE_SYNC)
        fine, _, response, _ = safe.search(USERS, "(uid=user02)", attributes=["cn"])
        self.assertTrue(fine)
        self.assertEqual(response[0]["attributes"]["cn"], ["user02"])
        later = self.open(client_strategy=ldap3.ASYNC)
        numbers = [later.search(USERS, f"(uid=user{number:02})", attributes=["cn"]) for number in range(10)]
        for number, message in enumerate(numbers):
            response, result = later.get_response(message)
            self.assertEqual(result["result"], 0)
            self.assertEqual(response[0]["dn"], user_dn(f"user{number:02}"))

    def test_rebind_and_who_am_i(self):
        connection = self.open()
        self.assertEqual(connection.extend.standard.who_am_i(), "dn:" + self.account[0])
        self.assertFalse(connection.rebind(user_dn("user01"), "wrong"))
        self.assertFalse(connection.bound)

    def test_pages(self):
        if PAGED not in self.served:
            self.skipTest("paging is not served")
        connection = self.open()
        found = connection.extend.standard.paged_search(USERS, "(uid=user*)", ldap3.LEVEL, attributes=["uid"], paged_size=7,
                                                        generator=False)
        self.assertEqual(len([each for each in found if each["type"] == "searchResEntry"]), 25)


if __name__ == "__main__":
    unittest.main()
