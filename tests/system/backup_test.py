"""backup, restore, export: a copy made under load is whole, a restore brings it back, LDIF goes round."""

import os
import shutil
import sqlite3
import threading
import unittest

from support import BASE, PosternCase, parse_ldif, user_dn


class Backup(PosternCase):
    def copies(self, folder):
        return sorted(p.name for p in folder.iterdir())

    def test_beside_a_server_that_writes_and_restored_elsewhere(self):
        server = self.postern(start=True)
        server.add_user("anna", "annas-first-password")
        stop = threading.Event()

        def write():
            number = 0
            while not stop.is_set():
                server.run("user", "create", f"filler{number}")
                number += 1

        writer = threading.Thread(target=write)
        writer.start()
        try:
            copy = server.folder / "copy.db"
            done = server.run("backup", copy)
        finally:
            stop.set()
            writer.join()
        self.assertIn("verified", done.stdout)
        self.assertEqual(copy.stat().st_mode & 0o777, 0o600)
        self.assertFalse((server.folder / "copy.db.part").exists())
        with sqlite3.connect(copy) as database:
            self.assertEqual(database.execute("pragma integrity_check").fetchone(), ("ok",))
            self.assertEqual(database.execute("select count(*) from users where username = 'anna'").fetchone(), (1,))
        server.run("changepassword", "anna", "--password-stdin", text="annas-second-password\n")
        self.assertEqual(server.bind(user_dn("anna"), "annas-second-password"), 0)

        refused = server.run("restore", copy, code=1)
        self.assertIn("stop it first", refused.stderr)
        server.stop()
        done = server.run("restore", copy)
        self.assertRegex(done.stdout, r"restored: \d+ users")
        self.assertIn("before-restore-", done.stdout)
        server.start()
        self.assertEqual(server.bind(user_dn("anna"), "annas-first-password"), 0)
        self.assertEqual(server.bind(user_dn("anna"), "annas-second-password"), 49)

    def test_an_existing_file_is_never_overwritten(self):
        server = self.postern(start=True)
        precious = server.folder / "precious"
        precious.write_text("data")
        self.assertIn("exists already", server.run("backup", precious, code=1).stderr)
        self.assertEqual(precious.read_text(), "data")

    def test_folder_keeps_the_newest_and_touches_nothing_else(self):
        server = self.postern(start=True)
        folder = server.folder / "backups"
        folder.mkdir()
        for name in ("postern-20200101T000000Z.db", "postern-20210101T000000Z.db", "notes.txt", "postern-mine.db"):
            (folder / name).write_text("old")
        server.run("backup", "--keep", 2, folder)
        names = self.copies(folder)
        self.assertNotIn("postern-20200101T000000Z.db", names)
        self.assertIn("postern-20210101T000000Z.db", names)
        self.assertIn("notes.txt", names)
        self.assertIn("postern-mine.db", names)
        self.assertEqual(len(names), 4)

    def test_works_without_a_server(self):
        server = self.postern(start=True)
        server.add_user("berta")
        server.stop()
        copy = server.folder / "cold.db"
        self.assertIn("verified", server.run("backup", copy).stdout)

    def test_a_file_that_is_none_restores_nothing(self):
        server = self.postern(start=True)
        server.stop()
        before = server.database.read_bytes()
        rubbish = server.folder / "rubbish"
        rubbish.write_bytes(os.urandom(4096))
        server.run("restore", rubbish, code=1)
        foreign = server.folder / "foreign.db"
        with sqlite3.connect(foreign) as database:
            database.execute("create table t (a)")
        self.assertIn("no database of postern", server.run("restore", foreign, code=1).stderr)
        newer = server.folder / "newer.db"
        shutil.copy(server.database, newer)
        with sqlite3.connect(newer) as database:
            database.execute("""update meta set "value" = '9999' where "key" = 'schema_version'""")
        self.assertIn("newer version", server.run("restore", newer, code=1).stderr)
        self.assertEqual(server.database.read_bytes(), before)

    def test_restore_over_a_broken_database(self):
        server = self.postern(start=True)
        server.add_user("carl", "carls-password-1")
        copy = server.folder / "copy.db"
        server.run("backup", copy)
        server.stop()
        server.database.write_bytes(b"\0" * 8192)
        server.run("restore", copy)
        server.start()
        self.assertEqual(server.bind(user_dn("carl"), "carls-password-1"), 0)


class Export(PosternCase):
    def test_rfc2849_what_is_exported_can_be_imported(self):
        server = self.postern(start=True)
        server.add_user("Zoë", "zoes-password-1", "--email", "zoe@example.org")
        server.run("group", "create", "staff", "--member", "Zoë")
        plain = server.run("export", "--ldif").stdout
        self.assertTrue(plain.startswith("version: 1\n"))
        self.assertNotIn("userPassword", plain)
        self.assertTrue(all(len(line.encode()) <= 76 for line in plain.splitlines()))
        entries = {entry["dn"]: entry for entry in parse_ldif(plain)}
        self.assertEqual(entries[user_dn("Zoë")]["mail"], ["zoe@example.org"])
        self.assertIn(f"cn=staff,ou=groups,{BASE}", entries)

        whole = server.folder / "whole.ldif"
        whole.write_text(server.run("export", "--ldif", "--with-password-hashes").stdout)
        other = self.postern(start=True)
        other.run("import", whole, "--update")
        self.assertEqual(other.bind(user_dn("Zoë"), "zoes-password-1"), 0)
        found = other.search((user_dn("Zoë"), "zoes-password-1"), "(uid=Zoë)", ["entryUUID"]).one()
        self.assertEqual(found["entryuuid"], entries[user_dn("Zoë")]["entryuuid"])

    def test_an_unknown_provider_is_refused(self):
        server = self.postern(start=True)
        self.assertIn("there is no LDAP provider nothing", server.run("export", "--provider", "nothing", code=1).stderr)


if __name__ == "__main__":
    unittest.main()
