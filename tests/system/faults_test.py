"""Faults: the disk, the clock, descriptors, floods and kill -9, against the real binary. Quick variants by default;
POSTERN_LONG=1 makes them what a release has to bear."""

import os
import random
import resource
import socket
import sqlite3
import subprocess
import threading
import time
import unittest

import ldapwire
from radiuswire import LISTEN, blueprint, login
from support import BASE, CALM, LONG, USERS, PosternCase, eventually, more_files, user_dn
from web import Client

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


def descriptors(process):
    return len(os.listdir(f"/proc/{process.pid}/fd"))


class Fault(PosternCase):
    def served(self, server, account):
        with ldapwire.connect(server) as wire:
            self.assertEqual(wire.bind(*account), 0)
            self.assertEqual(wire.search(BASE)[0], 0)

    def assert_whole(self, server):
        with sqlite3.connect(f"file:{server.database}?mode=ro", uri=True, timeout=30) as database:
            self.assertEqual(database.execute("pragma integrity_check").fetchall(), [("ok",)])
            self.assertEqual(database.execute("pragma foreign_key_check").fetchall(), [])


class Killed(Fault):
    def test_kill_9_leaves_no_half_applied_change_and_loses_none(self):
        """Each change is three objects in one transaction. Rounds: 8, long 500."""
        source = random.Random(41)
        server = self.postern(start=True)
        account = server.search_account()
        applied = []

        def write(number, stop):
            change = 0
            while not stop.is_set():
                name = f"k{number}n{change}"
                done = server.apply(f"""version: 1
entries:
  - {{model: authentik_core.user, identifiers: {{username: {name}a}}}}
  - {{model: authentik_core.user, identifiers: {{username: {name}b}}}}
  - {{model: authentik_core.group, identifiers: {{name: {name}g}}}}
""", code=None, name=f"{name}.yaml")
                if done.returncode != 0:
                    return
                applied.append(name)
                change += 1

        for number in range(500 if LONG else 8):
            stop = threading.Event()
            before = len(applied)
            writer = threading.Thread(target=write, args=(number, stop))
            writer.start()
            eventually(lambda b=before: len(applied) > b, "a change", pause=0.001)
            time.sleep(source.random() * 0.05)
            server.kill()
            stop.set()
            writer.join(60)
            server.start()
            people = {name for name, in server.query("select username from users where username like 'k%n%'")}
            groups = {name for name, in server.query("select name from groups where name like 'k%n%'")}
            whole = {name[:-1] for name in people}
            self.assertEqual(people, {name + letter for name in whole for letter in "ab"})
            self.assertEqual(groups, {name + "g" for name in whole})
            self.assertLessEqual(set(applied), whole)
        self.assert_whole(server)
        with ldapwire.connect(server) as wire:
            wire.bind(*account)
            code, names = wire.search(USERS, scope=1, attributes=("1.1",))
        self.assertEqual(code, 0)
        self.assertLessEqual({user_dn(name) for name in people}, set(names))


@unittest.skipUnless(os.geteuid() == 0, "mounting needs root")
class Disk(Fault):
    def small(self, octets, options=""):
        """A postern whose state folder is a file system of its own."""
        server = self.postern()
        server.state.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={octets},mode=700{options}", "postern-test", server.state],
                       check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", server.state], check=False, stderr=subprocess.DEVNULL)
        return server

    def fill(self, server):
        with open(server.state / "filler", "wb") as filler:
            try:
                while True:
                    filler.write(b"x" * 65536)
                    filler.flush()
            except OSError:
                pass
        with open(server.state / "filler", "ab", buffering=0) as filler:
            try:
                while True:
                    filler.write(b"x")
            except OSError:
                pass

    def test_full_disk_refuses_changes_in_words_serves_logins_and_recovers(self):
        server = self.small(24 * 1024 * 1024)
        server.start()
        account = server.search_account()
        anna = server.add_user("anna", "pw-of-anna")
        self.assertEqual(server.bind(anna, "pw-of-anna"), 0)
        self.fill(server)
        refused = 0
        for number in range(30):
            done = server.run("user", "create", f"full{number}", "--name", "x" * 200, code=None)
            self.assertIn(done.returncode, (0, 1))
            if done.returncode == 1:
                refused += 1
                self.assertRegex(done.stderr, "postern: .*(full|disk|space)")
            self.served(server, account)
            self.assertEqual(server.bind(anna, "pw-of-anna"), 0)
        self.assertGreater(refused, 0, "the disk was not full")
        (server.state / "filler").unlink()
        eventually(lambda: server.run("user", "create", "after", code=None).returncode == 0, "changes again")
        found = eventually(lambda: server.search(account, "(uid=after)"), "the change in searches")
        self.assertEqual(len(found), 1)
        self.assert_whole(server)
        server.stop()
        server.start()
        self.served(server, account)

    def test_start_on_a_full_disk_is_a_sentence_and_harms_nothing(self):
        server = self.small(24 * 1024 * 1024)
        server.start()
        account = server.search_account()
        server.stop()
        self.fill(server)
        try:
            server.start()
            server.stop()
        except AssertionError:
            self.assertIsNone(server.process)
            self.assertNotIn("terminate called", server.log_text())
        (server.state / "filler").unlink()
        server.start()
        self.served(server, account)
        self.assert_whole(server)

    def test_read_only_disk_is_a_sentence(self):
        server = self.small(24 * 1024 * 1024)
        server.start()
        account = server.search_account()
        server.stop()
        subprocess.run(["mount", "-o", "remount,ro", server.state], check=True)
        done = server.run("serve", code=1)
        self.assertRegex(done.stderr, "postern: .*(read-only|Read-only)")
        subprocess.run(["mount", "-o", "remount,rw", server.state], check=True)
        server.start()
        self.served(server, account)


class Descriptors(Fault):
    def test_without_descriptors_others_wait_and_who_is_connected_goes_on(self):
        more_files()
        server = self.postern(start=True)
        account = server.search_account()
        held = ldapwire.connect(server)
        self.assertEqual(held.bind(*account), 0)
        allowed = descriptors(server.process) + 20
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (allowed, allowed))
        flood = []
        for _ in range(60):
            flood.append(socket.create_connection(server.address(), timeout=30))
        for _ in range(20):
            self.assertEqual(held.search(BASE)[0], 0)
        self.assertIn("net.accept.paused", server.log_text())
        for connection in flood:
            connection.close()
        self.served(server, account)  # by itself
        server.run("user", "create", "afterwards")
        held.close()


class Floods(Fault):
    def test_flood_of_connections_leaves_nothing_behind(self):
        more_files()
        server = self.postern(CALM + "limits: {connections: 400, per_address: 400}\n", start=True)
        account = server.search_account()
        self.served(server, account)
        before = descriptors(server.process)
        memory = server.resident_kib()
        for _ in range(30 if LONG else 3):
            flood = []
            for _ in range(1000):
                connection = socket.socket()
                connection.setblocking(False)
                connection.connect_ex(server.address())
                flood.append(connection)
            for connection in flood:
                connection.close()
            eventually(lambda: self.answers(server, account), "service after the flood")
        eventually(lambda: descriptors(server.process) <= before + 8, "the descriptors back")
        self.assertLess(server.resident_kib() - memory, 30 * 1024)

    def answers(self, server, account):
        try:
            self.served(server, account)
            return True
        except (AssertionError, OSError):
            return False

    def test_idle_connections_cost_little(self):
        """1,000, long 8,000 (both ends are descriptors of this machine)."""
        more_files()
        many = 8000 if LONG else 1000
        server = self.postern(CALM + f"limits: {{connections: {many + 100}, per_address: {many + 100}}}\n", start=True)
        account = server.search_account()
        self.served(server, account)
        memory = server.resident_kib()
        idle = [server.connect() for _ in range(many)]
        try:
            self.served(server, account)
            self.assertLess(server.resident_kib() - memory, 8 * many + 8 * 1024)
        finally:
            for connection in idle:
                connection.close()
        self.served(server, account)

    def test_slow_readers_hold_up_nobody_and_little_memory(self):
        server = self.postern(start=True)
        lines = "".join(f"u{n},User {n} {'x' * 150},u{n}@example.org\n" for n in range(2000))
        (server.folder / "in.csv").write_text("username,name,email\n" + lines)
        server.run("import", "in.csv")
        account = server.search_account()
        self.served(server, account)
        memory = server.resident_kib()
        slow = []
        for _ in range(40):
            wire = ldapwire.connect(server)
            wire.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            self.assertEqual(wire.bind(*account), 0)
            wire.send(*[ldapwire.search(100 + n, BASE, attributes=("*", "+")) for n in range(5)])
            slow.append(wire)
        for _ in range(20):
            self.served(server, account)
        self.assertLess(server.resident_kib() - memory, 60 * 1024)
        for wire in slow:
            wire.close()
        self.served(server, account)


class Reload(Fault):
    def test_reload_under_load_drops_nothing(self):
        server = self.postern(start=True)
        account = server.search_account()
        anna = server.add_user("anna", "pw-of-anna")
        stop = threading.Event()
        faults, done = [], [0]

        def stay():
            with ldapwire.connect(server) as wire:
                while not stop.is_set():
                    if wire.bind(*account) != 0 or wire.search(anna, scope=0) != (0, [anna]):
                        faults.append("a connection that stays")
                    done[0] += 1

        def come_and_go():
            while not stop.is_set():
                try:
                    with ldapwire.connect(server) as wire:
                        if wire.bind(*account) != 0:
                            faults.append("a new connection")
                except OSError as error:
                    faults.append(repr(error))
                done[0] += 1

        clients = [threading.Thread(target=work) for work in (stay, stay, come_and_go)]
        for client in clients:
            client.start()
        for number in range(100 if LONG else 10):
            server.write_config(CALM + f"limits: {{idle: {60 + number}s}}\nlog: {{level: info}}\n")
            server.reload("config.reloaded")
            if number % 3 == 0:
                server.config.write_text(server.config.read_text() + "nonsense: 1\n")
                server.reload("config.reload.refused")
        stop.set()
        for client in clients:
            client.join(60)
        self.assertEqual(faults, [])
        self.assertGreater(done[0], 20)


class Clock(Fault):
    """The wall clock jumps (libfaketime); the steady one does not."""

    def start_with_clock(self):
        if not os.path.exists(FAKETIME):
            self.fail("libfaketime is missing; install the package libfaketime")
        server = self.postern()
        self.clock = server.folder / "clock"
        self.jump("+0")
        server.start(environment={**os.environ, "LD_PRELOAD": FAKETIME, "FAKETIME_TIMESTAMP_FILE": str(self.clock),
                                  "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_NO_CACHE": "1"})
        return server

    def jump(self, offset):
        self.clock.write_text(offset + "\n")

    def test_logins_and_changes_go_on_whatever_the_clock_does(self):
        server = self.start_with_clock()
        account = server.search_account()
        anna = server.add_user("anna", "pw-of-anna")
        for number, offset in enumerate(("+1h", "-1h", "+30d", "-30d", "+0", "+3650d", "+0")):
            with self.subTest(offset):
                self.jump(offset)
                time.sleep(1.2)  # a turn of housekeeping by the new clock
                self.assertEqual(server.bind(anna, "pw-of-anna"), 0)
                self.assertEqual(server.bind(anna, "wrong"), 49)
                self.served(server, account)
                server.run("user", "create", f"jumped{number}")
                self.assertEqual(len(server.search(account, f"(uid=jumped{number})")), 1)
        self.assertIn("whole", server.run("events", "verify").stdout)

    def test_what_expired_while_the_clock_was_wrong_is_good_again(self):
        server = self.start_with_clock()
        anna = server.add_user("anna", "pw-of-anna")
        key = server.run("token", "create", "--user", "anna", "--identifier", "t", "--expires",
                         time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))).stdout.strip()
        self.assertEqual(server.bind(anna, key), 0)
        self.jump("+2h")
        self.assertEqual(server.bind(anna, key), 49)
        self.jump("+0")
        self.assertEqual(server.bind(anna, key), 0)


class Endurance(Fault):
    def test_traffic_of_a_day_grows_nothing(self):
        """Logins, searches, refusals and changes as fast as they go: some seconds, long 20 minutes."""
        server = self.postern(CALM, listen=False)
        server.write_config(LISTEN + "  http: 127.0.0.1:0\n" + CALM + "threads: {loops: 2, hash: 1}\n")
        server.start()
        web = dict(word.split("=", 1) for word in server.ready.split()[1:])["http"]
        server.apply(blueprint())
        account = server.search_account()
        people = [server.add_user(f"p{n}", f"pw-of-p{n}") for n in range(10 if LONG else 4)]
        rounds = 0

        def day():
            nonlocal rounds
            for number, dn in enumerate(people):
                with ldapwire.connect(server) as wire:
                    self.assertEqual(wire.bind(dn, f"pw-of-p{number}"), 0)
                    self.assertEqual(wire.bind(dn, f"not-{rounds}"), 49)
                    self.assertEqual(wire.bind(*account), 0)
                    for _ in range(20):
                        self.assertEqual(wire.search(dn, scope=0)[0], 0)
                    self.assertEqual(wire.search(BASE)[0], 0)
                login(server, f"p{number}", f"pw-of-p{number}")
                login(server, f"p{number}", "wrong")
                Client(web).get("/api/v3/root/config/")
            server.run("user", "set", "p0", f"name=Round {rounds}")
            rounds += 1

        def measured():
            return {"memory": server.resident_kib(), "descriptors": descriptors(server.process),
                    "threads": len(os.listdir(f"/proc/{server.process.pid}/task")),
                    "files": sum(1 for _ in server.state.rglob("*")),
                    "directory": sum(path.stat().st_blocks * 512 for path in (server.state / "directory").iterdir()),
                    "database": sum(path.stat().st_size for path in server.state.glob("postern.db*"))}

        until = time.monotonic() + (120 if LONG else 3)
        while time.monotonic() < until or rounds < 3:
            day()
        before, first = measured(), rounds
        until = time.monotonic() + (1200 if LONG else 6)
        while time.monotonic() < until or rounds < first + 3:
            day()
        after = measured()
        told = f"{first} rounds {before}, {rounds} rounds {after}"
        self.assertLess(after["memory"] - before["memory"], 12 * 1024, told)
        self.assertLessEqual(after["descriptors"], before["descriptors"] + 4, told)
        # The thread that has served the last command may still be ending.
        eventually(lambda: measured()["threads"] <= before["threads"], told)
        self.assertLessEqual(after["files"], before["files"] + 1, told)
        self.assertLess(after["directory"] - before["directory"], 4 * 1024 * 1024, told)
        # Events of a minute are counted together, so the trail grows by time and not by traffic.
        self.assertLess(after["database"] - before["database"], (64 if LONG else 8) * 1024 * 1024, told)
        if LONG:
            print(told)


if __name__ == "__main__":
    unittest.main()
