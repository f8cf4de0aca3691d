"""Postfix's LDAP tables by postmap: mailboxes by address, aliases by group with the members' addresses."""

import os
import unittest

import private_world
from private_world import add_account, run, write
from support import GROUPS, USERS, SharedCase

private_world.enter()


@unittest.skipIf(private_world.lacks_accounts(), private_world.lacks_accounts())
class Postfix(SharedCase):
    @classmethod
    def populate(cls, server):
        server.start()
        server.add_user("anna", "pw-of-anna", "--email", "anna@example.org")
        server.add_user("bert", "pw-of-bert", "--email", "bert@example.org")
        server.add_user("gone", None, "--inactive", "--email", "gone@example.org")
        server.run("group", "create", "crew", "--member", "anna", "--member", "bert")
        dn, password = server.search_account()
        common = (f"server_host = ldap://{server.ldap}\nversion = 3\nbind = yes\nbind_dn = {dn}\nbind_pw = {password}\nscope = sub\n")
        add_account("postfix", 64003)
        add_account("postdrop", 64004)
        write("/etc/postfix/main.cf", "compatibility_level = 3.6\n")
        write("/etc/postfix/dynamicmaps.cf", "ldap postfix-ldap.so dict_ldap_open\n")
        write("/etc/postfix/mailbox.cf", f"{common}search_base = {USERS}\nquery_filter = (&(mail=%s)(ak-active=TRUE))\n"
                                         "result_attribute = uid\nresult_format = %s/Maildir/\n", 0o600)
        write("/etc/postfix/crew.cf", f"{common}search_base = {GROUPS}\nquery_filter = (&(objectClass=groupOfNames)(cn=%u))\n"
                                      "special_result_attribute = member\nresult_attribute =\nleaf_result_attribute = mail\n", 0o600)
        os.makedirs("/var/spool/postfix", exist_ok=True)

    def query(self, table, key, code=0):
        return run("postmap", "-q", key, f"ldap:/etc/postfix/{table}.cf", code=code).stdout.strip()

    def test_mailbox(self):
        self.assertEqual(self.query("mailbox", "Anna@Example.org"), "anna/Maildir/")
        self.query("mailbox", "gone@example.org", 1)
        self.query("mailbox", "nobody@example.org", 1)
        self.query("mailbox", "a)(uid=*@example.org", 1)

    def test_members_of_a_group_by_their_dns(self):
        self.assertEqual(set(self.query("crew", "crew@example.org").split(",")), {"anna@example.org", "bert@example.org"})


if __name__ == "__main__":
    unittest.main()
