"""Upgrades: from every earlier schema, with a copy of what was there; never from a later one."""

import re
import sqlite3
import unittest
from pathlib import Path

from support import CALM, PosternCase, group_dn, oath, user_dn

SCHEMAS = Path(__file__).resolve().parent / "schemas"
FILES = sorted(SCHEMAS.glob("schema_*.sql"), key=lambda file: int(file.stem.split("_")[1]))


def put(server, file):
    """A state folder as an earlier version left it; what was made with it."""
    text = file.read_text()
    server.state.mkdir(mode=0o700, parents=True)
    with sqlite3.connect(server.database) as database:
        database.executescript(text)
    server.database.chmod(0o600)
    (server.state / "sealing.key").write_bytes(bytes.fromhex(re.search(r"Sealing key: ([0-9a-f]+)", text).group(1)))
    return re.search(r"alice: (\S+), TOTP key (\S+), app password (\S+)", text).groups()


def copies(server):
    return sorted(path.name for path in server.state.iterdir() if ".before-schema-" in path.name
                  and not path.name.endswith(("-wal", "-shm")))


class Upgrade(PosternCase):
    def schema(self, file):
        with sqlite3.connect(file) as database:
            return int(database.execute("""select "value" from meta where "key" = 'schema_version'""").fetchone()[0])

    def test_there_is_a_database_of_every_earlier_schema(self):
        # A migration that is added needs one of the schema before it: schemas/make.py.
        newest = len(list((SCHEMAS.parents[2] / "src/store/migrations").glob("m[0-9]*.cpp")))
        self.assertEqual([int(file.stem.split("_")[1]) for file in FILES][:newest - 1], list(range(1, newest)))

    def test_from_every_earlier_schema_everybody_logs_in_as_before(self):
        for file in FILES:
            with self.subTest(file.name):
                server = self.postern()
                password, key, app_password = put(server, file)
                before = self.schema(server.database)
                server.start()
                alice = user_dn("alice")
                self.assertEqual(server.bind(alice, password), 49)  # she owns a code device
                self.assertEqual(server.bind(alice, f"{password};{oath(key)}"), 0)
                self.assertEqual(server.bind(alice, app_password), 0)
                self.assertEqual(server.bind(user_dn("bob"), password), 0)
                found = server.search(server.search_account(), "(cn=staff)", ["member"]).one()
                self.assertEqual(found["dn"], group_dn("staff"))
                self.assertEqual(sorted(found["member"]), [alice, user_dn("bob")])
                self.assertIn("correct-horse-battery", server.run("radius", "secret", "office").stdout)
                now = self.schema(server.database)
                kept = copies(server)
                if before == now:
                    self.assertEqual(kept, [])
                else:
                    self.assertEqual(len(kept), 1, kept)
                    self.assertIn(f"store.migrating from={before} to={now}", server.log_text())
                    self.assertEqual(self.schema(server.state / kept[0]), before)
                    self.assertEqual((server.state / kept[0]).stat().st_mode & 0o777, 0o600)
                    self.assertIn("whole", server.run("events", "verify").stdout)
                server.stop()
                server.start()  # once is enough
                self.assertEqual(copies(server), kept)
                server.stop()

    def test_so_many_copies_stay_and_none_if_none_are_wanted(self):
        server = self.postern(CALM + "store: {upgrade_copies: 2}\n")
        put(server, FILES[0])
        for stamp in ("20200101T000000Z", "20210101T000000Z", "20220101T000000Z"):
            (server.state / f"postern.db.before-schema-1-{stamp}").write_text("old")
        server.start()
        self.assertEqual([name for name in copies(server) if "-20200101" in name or "-20210101" in name], [])
        self.assertEqual(len(copies(server)), 2)
        other = self.postern(CALM + "store: {upgrade_copies: 0}\n")
        put(other, FILES[0])
        other.start()
        self.assertEqual(copies(other), [])

    def test_without_a_copy_nothing_is_migrated(self):
        server = self.postern()
        put(server, FILES[0])
        before = self.schema(server.database)
        newest = len(list((SCHEMAS.parents[2] / "src/store/migrations").glob("m[0-9]*.cpp")))
        # Whatever second it is: the copy's working name is taken by a folder that is not empty.
        import time
        for ahead in range(20):
            stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() + ahead))
            (server.state / f"postern.db.before-schema-{newest}-{stamp}.part" / "x").mkdir(parents=True)
        done = server.run("serve", code=1)
        self.assertIn("is not migrated, because no copy of it can be kept", done.stderr)
        self.assertEqual(self.schema(server.database), before)

    def test_a_copy_can_be_restored_and_is_migrated_again(self):
        server = self.postern()
        password, _, _ = put(server, FILES[0])
        server.start()
        server.run("user", "delete", "bob")
        server.stop()
        server.run("restore", server.state / copies(server)[0])
        server.start()
        self.assertEqual(server.bind(user_dn("bob"), password), 0)

    def test_a_newer_schema_is_refused_and_left_alone(self):
        server = self.postern(start=True)
        server.stop()
        with sqlite3.connect(server.database) as database:
            database.execute("""update meta set "value" = '9999' where "key" = 'schema_version'""")
        done = server.run("serve", code=1)
        self.assertIn("made by a newer version of postern", done.stderr)
        self.assertEqual(self.schema(server.database), 9999)
        self.assertEqual(copies(server), [])
        with sqlite3.connect(server.database) as database:
            database.execute("""update meta set "value" = ? where "key" = 'schema_version'""",
                             (str(len(list((SCHEMAS.parents[2] / "src/store/migrations").glob("m[0-9]*.cpp")))),))


if __name__ == "__main__":
    unittest.main()
