#!/usr/bin/python3
"""Makes schema_N.sql: a database as an earlier version of postern left it, to test upgrades from.

    POSTERN=.../postern tests/system/schemas/make.py FOLDER [N...]

The present binary makes users, groups, devices and tokens; then the migrations 1..N of the source make the
schema of that time, and what its tables and columns can hold is taken over. Files that are committed stay as
they are: a schema that has been released does not change, nor does what was kept under it. Make one for a new
schema before the next migration is written.
"""

import re
import shutil
import sqlite3
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from support import CALM, Postern  # noqa: E402

MIGRATIONS = HERE.parents[2] / "src/store/migrations"
# Without the marks of blueprints the built-in ones are applied anew at start, as at every upgrade.
LEFT_OUT = {"meta", "blueprints", "throttle", "code_guesses", "web_sessions", "events", "event_chain", "changes",
            "sqlite_sequence", "reputation"}
PASSWORD, TOTP_KEY = "wonderland-1865", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def steps(last):
    for number in range(1, last + 1):
        file, = MIGRATIONS.glob(f"m{number:03}_*.cpp")
        yield re.search(r'R"sql\((.*?)\)sql"', file.read_text(), re.S).group(1)


def populate(server):
    server.run("user", "create", "alice", "--password-stdin", "--name", "Alice Liddell", text=PASSWORD + "\n")
    server.run("user", "create", "bob", "--password-stdin", text=PASSWORD + "\n")
    server.run("group", "create", "staff", "--member", "alice", "--member", "bob")
    server.run("device", "add-totp", "--user", "alice", "--key-stdin", text=f"base32:{TOTP_KEY}\n")
    key = server.run("token", "create", "--user", "alice", "--identifier", "alice-mail").stdout.strip()
    server.apply("""version: 1
entries:
  - model: authentik_providers_radius.radiusprovider
    identifiers: {name: office}
    attrs: {client_networks: 127.0.0.1, shared_secret: correct-horse-battery}
""")
    return key


def at_schema(number, source, key, sealing):
    database = sqlite3.connect(":memory:")
    for step in steps(number):
        database.executescript(step.replace("@serial@", "integer primary key autoincrement"))
    database.execute('create table meta ("key" text not null primary key, "value" text not null)')
    database.executemany("insert into meta values (?, ?)", [("schema_version", str(number)), ("epoch", "0" * 32)])
    database.execute("attach ? as source", (str(source),))
    tables = [name for name, in database.execute("select name from main.sqlite_schema where type = 'table'")]
    database.execute("pragma foreign_keys = off")
    for table in tables:
        if table in LEFT_OUT:
            continue
        mine = [row[1] for row in database.execute(f'pragma main.table_info("{table}")')]
        theirs = [row[1] for row in database.execute(f'pragma source.table_info("{table}")')]
        columns = ", ".join(f'"{c}"' for c in mine if c in theirs)
        database.execute(f'insert into main."{table}" ({columns}) select {columns} from source."{table}"')
    database.commit()
    database.execute("detach source")
    head = (f"-- A database with schema {number}. alice: {PASSWORD}, TOTP key {TOTP_KEY}, app password {key}\n"
            f"-- Sealing key: {sealing}\n")
    return head + "\n".join(database.iterdump()) + "\n"


def main(folder, numbers):
    server = Postern(CALM + "threads: {hash: 1}\n")
    try:
        server.start()
        key = populate(server)
        server.stop()
        whole = Path(folder) / "whole.db"
        with sqlite3.connect(server.database) as database:
            database.execute("pragma wal_checkpoint(truncate)")
        shutil.copy(server.database, whole)
        sealing = (server.state / "sealing.key").read_bytes().hex()
        for number in numbers:
            (Path(folder) / f"schema_{number}.sql").write_text(at_schema(number, whole, key, sealing))
        whole.unlink()
    finally:
        server.close()


if __name__ == "__main__":
    main(sys.argv[1], [int(n) for n in sys.argv[2:]] or range(1, len(list(MIGRATIONS.glob("m0*.cpp"))) + 1))
