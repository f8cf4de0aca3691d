"""Searches with controls, by ldapsearch and python-ldap3: pages, sorting, list views, matched values, dereferencing,
persistent search, Cancel."""

import signal
import subprocess
import threading
import unittest

from support import BASE, CALM, GROUPS, USERS, PosternCase, SharedCase, eventually, tool, user_dn

COUNT = 3000


def names(entries):
    return [entry["dn"] for entry in entries]


class Searches(SharedCase):
    """3,000 people; their display names run against their user names."""

    settings = CALM

    @classmethod
    def populate(cls, server):
        server.start()
        cls.all = server.search_account()
        people = server.folder / "people.csv"
        for first in range(0, COUNT, 1000):
            people.write_text("username,name,email\n" + "".join(
                f"u{i:05d},Name {99999 - i},u{i:05d}@example.org\n" for i in range(first, first + 1000)))
            server.run("import", people)
        server.run("group", "create", "team", "--member", "u00001", "--member", "u00002")

    def find(self, filter="(objectClass=user)", attributes=("1.1",), options=(), base=USERS, scope="one"):
        return self.server.search(self.all, filter, attributes, base, scope, options)

    def test_Rfc2696_3_every_page_size_gives_every_entry_once(self):
        expected = names(self.find())
        self.assertEqual(len(expected), len(set(expected)))
        self.assertGreaterEqual(len(expected), COUNT)
        for size in (1, 500, 1000):
            found = self.find(options=("-E", f"pr={size}/noprompt"))
            self.assertEqual(found.code, 0, found.text[-500:])
            self.assertEqual(names(found), expected, size)

    def test_Rfc2696_3_the_last_page_has_an_empty_cookie(self):
        found = self.find("(cn=u0000*)", options=("-E", "pr=5/noprompt"))
        cookies = [line.partition("cookie=")[2] for line in found.text.splitlines() if "pagedresults" in line]
        self.assertEqual([bool(cookie) for cookie in cookies], [True, False], found.text)

    def test_Rfc2696_3_size_limit_over_the_whole_series(self):
        found = self.find(options=("-E", "pr=100/noprompt", "-z", "250"))
        self.assertEqual((found.code, len(found)), (4, 250))
        found = self.find(options=("-E", "pr=300/noprompt", "-z", "250"))
        self.assertEqual((found.code, len(found)), (4, 250))

    def test_Rfc2891_3_with_pages_the_whole_set_is_sorted(self):
        found = self.find(attributes=("displayName",), options=("-E", "pr=700/noprompt", "-E", "!sss=displayName"),
                          filter="(displayName=Name*)")
        shown = [entry["displayname"][0] for entry in found]
        self.assertEqual(len(shown), COUNT)
        self.assertEqual(shown, sorted(shown))

    def test_ldap3_paged_search(self):
        from ldap3 import Connection, Server
        host, port = self.server.address()
        with Connection(Server(host, port), *self.all, auto_bind=True) as connection:
            found = list(connection.extend.standard.paged_search(
                USERS, "(objectClass=user)", attributes=["cn"], paged_size=250, generator=True))
            self.assertEqual(sorted(entry["dn"] for entry in found), sorted(names(self.find())))

    def test_a_cookie_is_good_on_another_connection_but_not_for_another_search_or_identity(self):
        from ldap3 import SUBTREE, Connection, Server
        host, port = self.server.address()

        def page(filter="(cn=u*)", base=USERS, cookie=None, bind=None):
            with Connection(Server(host, port), *(bind or self.all), auto_bind=True) as connection:
                connection.search(base, filter, SUBTREE, attributes=["cn"], paged_size=10, paged_criticality=True,
                                  paged_cookie=cookie)
                control = connection.result["controls"]["1.2.840.113556.1.4.319"]["value"]
                return connection.result["result"], [e["dn"] for e in connection.response], control["cookie"]
        code, first, cookie = page()
        self.assertEqual((code, len(first)), (0, 10))
        code, second, _ = page(cookie=cookie)
        self.assertEqual((code, len(second)), (0, 10))
        self.assertFalse(set(first) & set(second))
        other = self.server.search_account("other")
        damaged = bytes([cookie[0], cookie[1] ^ 1]) + cookie[2:]
        for changed in (page("(cn=u0*)", cookie=cookie), page(base=BASE, cookie=cookie), page(cookie=damaged),
                        page(cookie=cookie, bind=other), page(cookie=b"x")):
            self.assertEqual(changed[:2], (53, []))

    def test_Rfc2891_1_1_rule_and_direction(self):
        for key, backwards in (("uidNumber", False), ("-uidNumber", True), ("cn:caseIgnoreOrderingMatch", False),
                               ("-cn:2.5.13.3", True)):
            found = self.find("(cn=u*)", ("cn",), ("-E", "!sss=" + key))
            shown = [entry["cn"][0] for entry in found]
            self.assertEqual(len(shown), COUNT)
            self.assertEqual(shown, sorted(shown, reverse=backwards), key)
            self.assertIn("sortResult: (0)", found.text)

    def test_Rfc2891_2_critical_and_impossible(self):
        for key, reason in (("noSuchThing", 16), ("member", 18), ("cn:noSuchRule", 18), ("cn/cn", 53),
                            ("cn/sn/uid/mail", 53)):
            found = self.find("(cn=u0000*)", options=("-E", "!sss=" + key))
            self.assertEqual((found.code, names(found)), (12, []), key)
            self.assertIn(f"sortResult: ({reason})", found.text)

    def test_Rfc2891_2_not_critical_and_impossible_is_unsorted(self):
        found = self.find("(cn=u0000*)", options=("-E", "sss=noSuchThing"))
        self.assertEqual((found.code, len(found)), (0, 10))
        self.assertIn("sortResult: (16)", found.text)

    def test_Rfc2891_2_without_entries_there_is_no_response_control(self):
        found = self.find("(cn=nobody)", options=("-E", "!sss=cn"))
        self.assertEqual((found.code, len(found)), (0, 0))
        self.assertNotIn("sortResult", found.text)

    def test_vlv(self):
        view = self.find("(cn=u*)", ("cn",), ("-E", "!sss=cn", "-E", "vlv=1/2/100/0"))
        self.assertEqual([entry["cn"][0] for entry in view[:4]], ["u00098", "u00099", "u00100", "u00101"])
        self.assertIn(f"vlvResultpos=100 count={COUNT} context= (0)", view.text)
        view = self.find("(cn=u*)", ("cn",), ("-E", "!sss=cn", "-E", "vlv=0/1:u002"))
        self.assertEqual([entry["cn"][0] for entry in view[:2]], ["u00200", "u00201"])
        self.assertIn(f"vlvResultpos=201 count={COUNT}", view.text)

    def test_Rfc3672_subentries_alone_are_none(self):
        found = self.find(options=("-E", "!subentries=true"))
        self.assertEqual((found.code, len(found)), (0, 0))
        self.assertEqual(self.find(options=("-E", "!subentries=true"), base=f"ou=nowhere,{BASE}").code, 32)
        self.assertEqual(len(self.find("(cn=u00001)", options=("-E", "!subentries=false"))), 1)

    def test_Rfc3876_matched_values(self):
        found = self.find("(cn=u00001)", ("objectClass", "mail"), ("-E", "mv=((objectClass=person)(mail=u*))"))
        self.assertEqual(found.one(), {"dn": user_dn("u00001"), "objectclass": ["person"],
                                       "mail": ["u00001@example.org"]})

    def test_deref_fetches_members_in_one_search(self):
        found = self.find("(cn=team)", ("cn",), ("-E", "!deref=member:uid,mail"), base=GROUPS)
        for name in ("u00001", "u00002"):
            self.assertIn(f"# member: <uid={name}>;<mail={name}@example.org>;{user_dn(name)}", found.text)

    def test_Rfc4512_5_1_root_dse_lists_them_and_not_syncrepl(self):
        dse = self.server.search(None, "(objectClass=*)", ("+",), "", "base").one()
        self.assertLessEqual({"1.2.840.113556.1.4.319", "1.2.840.113556.1.4.473", "2.16.840.1.113730.3.4.9",
                              "1.2.826.0.1.3344810.2.3", "1.3.6.1.4.1.4203.666.5.16"},
                             set(dse["supportedcontrol"]))
        self.assertIn("1.3.6.1.1.8", dse["supportedextension"])
        self.assertNotIn("1.3.6.1.4.1.4203.1.9.1.1", dse["supportedcontrol"])


class Writes(PosternCase):
    def test_L29_writes_between_pages_lose_and_repeat_no_entry_that_they_do_not_touch(self):
        server = self.postern(start=True)
        account = server.search_account()
        people = server.folder / "people.csv"
        rows = [f"u{i:04d},Name {9999 - i}\n" for i in range(600)]
        people.write_text("username,name\n" + "".join(rows))
        server.run("import", people)
        stop = threading.Event()

        def write():
            step = 0
            while not stop.is_set():
                step += 1
                changed = server.folder / "changed.csv"
                changed.write_text("username,name\n" + "".join(f"u{i:04d},Moved {step}-{i}\n" for i in range(0, 600, 4)))
                server.run("import", "--update", changed)
        writer = threading.Thread(target=write)
        writer.start()
        try:
            for options in (("-E", "pr=7/noprompt"), ("-E", "pr=50/noprompt", "-E", "!sss=displayName")):
                found = server.search(account, "(cn=u*)", ("1.1",), USERS, "one", options)
                self.assertEqual(found.code, 0, found.text[-300:])
                untouched = [user_dn(f"u{i:04d}") for i in range(600) if i % 4 != 0]
                seen = names(found)
                for dn in untouched:
                    self.assertEqual(seen.count(dn), 1, dn)
        finally:
            stop.set()
            writer.join()

    def test_L78_looked_at_entries_and_sizes_are_limited_by_identity(self):
        server = self.postern(CALM + "limits: {search_examined: 50, full_search_size: 20}\n", start=True)
        account = server.search_account()
        people = server.folder / "people.csv"
        people.write_text("username,name\n" + "".join(f"u{i:04d},N\n" for i in range(100)))
        server.run("import", people)
        self.assertEqual(server.search(account, "(cn=u0007)").code, 0)
        self.assertEqual(server.search(account, "(!(cn=u*))", base=USERS).code, 11)
        found = server.search(account, "(cn=u00*)", ("1.1",), USERS)
        self.assertEqual((found.code, len(found)), (4, 20))


class Watching(PosternCase):
    """Persistent search, and ldapsearch's own way to cancel one."""

    def watch(self, server, account, *options):
        process = subprocess.Popen(
            [tool("ldapsearch"), "-x", "-LLL", "-H", server.url(), "-D", account[0], "-w", account[1], "-b", USERS,
             *options, "(objectClass=user)", "mail"],
            env=server.client_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def read_until(self, process, word):
        lines = []
        while not lines or word not in lines[-1]:
            line = process.stdout.readline()
            self.assertTrue(line, f"ended before {word!r}: {''.join(lines)}")
            lines.append(line)
        return "".join(lines)

    def test_L38_changes_come_as_they_happen_until_it_is_canceled(self):
        server = self.postern(start=True)
        account = server.search_account()
        server.add_user("anna", None, "--email", "anna@example.org")
        process = self.watch(server, account, "-e", "cancel", "-E", "!ps=15/0/1")
        self.read_until(process, "mail: anna@example.org")  # what is there comes first
        server.add_user("bert", None, "--email", "bert@example.org")
        self.read_until(process, "mail: bert@example.org")
        server.run("user", "set", "anna", "email=anna@example.com")
        self.read_until(process, "mail: anna@example.com")
        server.run("user", "delete", "bert")
        self.read_until(process, "dn: cn=bert")
        # ldapsearch looks at the signal when a message comes (or ends at once when it waits for one): the signal
        # may fall in between, so one more comes.
        process.send_signal(signal.SIGINT)
        server.add_user("dora", None, "--email", "dora@example.org")
        eventually(lambda: process.poll() is not None, "ldapsearch ends once its search is canceled")
        # Another one, beside which the same connection's bind still works, ends with its connection.
        second = self.watch(server, account, "-E", "!ps=1/1/0")
        server.add_user("carl", None, "--email", "carl@example.org")
        self.read_until(second, "mail: carl@example.org")


if __name__ == "__main__":
    unittest.main()
