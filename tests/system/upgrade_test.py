"""Upgrades: from every earlier schema, with a copy of what was there; never from a later one."""

import re
import sqlite3
import time
import unittest
from pathlib import Path

from support import CALM, PosternCase, group_dn, oath, user_dn

SCHEMAS = Path(__file__).resolve().parent / "schemas"
MIGRATIONS = Path(__file__).resolve().parents[2] / "src/store/migrations"
NEWEST = len(list(MIGRATIONS.glob("m[0-9]*.cpp")))
KEPT = sorted(int(file.stem.split("_")[1]) for file in SCHEMAS.glob("schema_*.sql"))


def dump_of(schema):
    """The database as a version with this schema left it. Where none was kept (schemas/make.py): the one before,
    with the steps in between."""
    start = max(number for number in KEPT if number <= schema)
    text = (SCHEMAS / f"schema_{start}.sql").read_text()
    for number in range(start + 1, schema + 1):
        file, = MIGRATIONS.glob(f"m{number:03}_*.cpp")
        text += re.search(r'R"sql\((.*?)\)sql"', file.read_text(), re.S).group(1).replace(
            "@serial@", "integer primary key autoincrement")
        text += f"""update meta set "value" = '{number}' where "key" = 'schema_version';\n"""
    return text


def put(server, schema):
    """A state folder as an earlier version left it; what was made with it."""
    text = dump_of(schema)
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

    def test_from_every_earlier_schema_everybody_logs_in_as_before(self):
        for schema in range(1, NEWEST + 1):
            with self.subTest(schema=schema):
                server = self.postern()
                password, key, app_password = put(server, schema)
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
        put(server, 1)
        for stamp in ("20200101T000000Z", "20210101T000000Z", "20220101T000000Z"):
            (server.state / f"postern.db.before-schema-1-{stamp}").write_text("old")
        server.start()
        self.assertEqual([name for name in copies(server) if "-20200101" in name or "-20210101" in name], [])
        self.assertEqual(len(copies(server)), 2)
        other = self.postern(CALM + "store: {upgrade_copies: 0}\n")
        put(other, 1)
        other.start()
        self.assertEqual(copies(other), [])

    def test_without_a_copy_nothing_is_migrated(self):
        server = self.postern()
        put(server, 1)
        before = self.schema(server.database)
        # Whatever second it is: the copy's working name is taken by a folder that is not empty.
        for ahead in range(20):
            stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() + ahead))
            (server.state / f"postern.db.before-schema-{NEWEST}-{stamp}.part" / "x").mkdir(parents=True)
        done = server.run("serve", code=1)
        self.assertIn("is not migrated, because no copy of it can be kept", done.stderr)
        self.assertEqual(self.schema(server.database), before)

    def test_a_copy_can_be_restored_and_is_migrated_again(self):
        server = self.postern()
        password, _, _ = put(server, 1)
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
                             (str(NEWEST),))


if __name__ == "__main__":
    unittest.main()
