"""kill -9 and damaged files: nothing that was acknowledged is lost, and the read model is built anew."""

import random
import signal
import threading
import time
import unittest

import ldapwire
from support import BASE, LONG, USERS, PosternCase, eventually

ROUNDS = 500 if LONG else 10


def directory_files(server):
    return [path for path in (server.state / "directory").iterdir() if path.suffix == ".mdb"]


class Crash(PosternCase):
    def test_kill_9_during_writes_loses_nothing_acknowledged(self):
        source = random.Random(21)
        server = self.postern(start=True)
        account = server.search_account()
        acknowledged = []

        def write(round_number, stop):
            number = 0
            while not stop.is_set():
                name = f"r{round_number}n{number}"
                if server.run("user", "create", name, code=None).returncode != 0:
                    return
                acknowledged.append(name)
                number += 1

        for round_number in range(ROUNDS):
            stop = threading.Event()
            before = len(acknowledged)
            writer = threading.Thread(target=write, args=(round_number, stop))
            writer.start()
            wanted = source.randrange(1, 8)
            eventually(lambda b=before, w=wanted: len(acknowledged) - b >= w, "writes to be under way", pause=0.001)
            time.sleep(source.random() * 0.01)  # a random moment within a write
            server.kill()
            stop.set()  # from now on the writer would work on the state folder itself
            writer.join(60)
            server.start()
            found = server.search(account, "(uid=r*)", ("uid",), base=USERS, scope="one")
            self.assertEqual(found.code, 0)
            names = {entry["uid"][0] for entry in found}
            self.assertLessEqual(set(acknowledged), names)
            self.assertEqual({name for name, in server.query("select username from users where username like 'r%n%'")}, names)

    def test_kill_9_during_password_changes(self):
        source = random.Random(22)
        server = self.postern(start=True)
        dn = server.add_user("anna", "pw-0")
        last = 0
        for _ in range(5):
            for number in range(last + 1, last + 1 + source.randrange(1, 4)):
                server.run("changepassword", "anna", "--password-stdin", text=f"pw-{number}\n")
                last = number
            server.kill()
            server.start()
            self.assertEqual(server.bind(dn, f"pw-{last}"), 0)
            self.assertEqual(server.bind(dn, f"pw-{last - 1}"), 49)

    def test_kill_9_under_load_of_logins(self):
        server = self.postern(start=True)
        dn = server.add_user("anna", "pw-of-anna")
        for _ in range(3):
            wires = [ldapwire.connect(server) for _ in range(10)]
            for wire in wires:
                wire.send(ldapwire.bind(1, dn, "pw-of-anna"), ldapwire.search(2, BASE))
            server.kill()
            for wire in wires:
                wire.receive_all()
                wire.close()
            server.start()
            self.assertEqual(server.bind(dn, "pw-of-anna"), 0)


class Directory(PosternCase):
    def populated(self):
        server = self.postern(start=True)
        lines = "".join(f"u{n},User {n},u{n}@example.org,g{n % 7}|all\n" for n in range(500))
        (server.folder / "in.csv").write_text("username,name,email,groups\n" + lines)
        server.run("import", "in.csv")
        self.account = server.search_account()
        return server

    def snapshot(self, server):
        found = server.search(self.account, "(objectClass=*)", ("*", "+"))
        self.assertEqual(found.code, 0)
        # A rebuild numbers its entries anew: whoever follows entryUSN then reads everything once.
        left_out = ("dn", "entryusn")
        return sorted((entry["dn"], sorted((k, sorted(v)) for k, v in entry.items() if k not in left_out))
                      for entry in found)

    def test_rebuild_gives_the_same_search_result(self):
        server = self.populated()
        before = self.snapshot(server)
        self.assertGreater(len(before), 1000)
        server.run("directory", "rebuild")
        self.assertEqual(self.snapshot(server), before)
        self.assertEqual(server.stop(), 0)
        server.run("directory", "rebuild")
        server.start()
        self.assertEqual(self.snapshot(server), before)

    def test_rebuild_while_searches_and_writes_go_on(self):
        server = self.populated()
        before = self.snapshot(server)
        stop = threading.Event()
        failures = []

        def search():
            with ldapwire.connect(server) as wire:
                wire.bind(*self.account)
                while not stop.is_set():
                    code, names = wire.search(USERS, scope=1, attributes=("1.1",))
                    if code != 0 or len(names) < 500:
                        failures.append((code, len(names)))

        readers = [threading.Thread(target=search) for _ in range(2)]
        for reader in readers:
            reader.start()
        for number in range(3):
            server.run("directory", "rebuild")
            server.run("user", "create", f"late{number}")
        stop.set()
        for reader in readers:
            reader.join()
        self.assertEqual(failures, [])
        # A new user is an entry and a virtual group.
        self.assertEqual(len(self.snapshot(server)), len(before) + 6)

    def test_deleted_directory_is_built_anew(self):
        server = self.populated()
        before = self.snapshot(server)
        self.assertEqual(server.stop(), 0)
        for path in (server.state / "directory").iterdir():
            path.unlink()
        server.start()
        self.assertEqual(self.snapshot(server), before)

    def test_truncated_file_is_built_anew(self):
        for divisor in (2, 10_000_000):
            server = self.populated()
            before = self.snapshot(server)
            self.assertEqual(server.stop(), 0)
            for path in directory_files(server):
                size = path.stat().st_size
                with open(path, "r+b") as file:
                    file.truncate(size // divisor)
            server.start()
            self.assertEqual(self.snapshot(server), before)

    def test_random_octets_in_the_file_are_built_anew(self):
        # LMDB has no checksums: damage is found when it is read, at the latest by a fault. Then the next start,
        # which a supervisor makes, builds the file anew.
        source = random.Random(23)
        for first in (0, 8192):
            server = self.populated()
            before = self.snapshot(server)
            self.assertEqual(server.stop(), 0)
            for path in directory_files(server):
                size = path.stat().st_size
                with open(path, "r+b") as file:
                    file.seek(first)
                    file.write(source.randbytes((8192 if first == 0 else size) - first))
            try:
                server.start()
            except AssertionError:
                self.assertIsNone(server.process)
                server.start()
            self.assertEqual(self.snapshot(server), before)

    def test_fault_of_the_server_makes_the_next_start_build_anew(self):
        server = self.populated()
        before = self.snapshot(server)
        mark = server.state / "directory" / "mark"
        server.process.send_signal(signal.SIGSEGV)
        eventually(lambda: not mark.exists(), "the mark to be gone")
        server.process.send_signal(signal.SIGSEGV)  # this one finds the default action
        self.assertEqual(server.process.wait(30), -signal.SIGSEGV)
        server.process.stdout.close()
        server.process = None
        server.start()
        self.assertEqual(self.snapshot(server), before)

    def test_garbage_in_the_mark_is_built_anew(self):
        server = self.populated()
        before = self.snapshot(server)
        for garbage in (b"", b"\0" * 100, b"clean\n" * 50):
            self.assertEqual(server.stop(), 0)
            for path in (server.state / "directory").iterdir():
                if path.suffix != ".mdb" and "lock" not in path.name:
                    path.write_bytes(garbage)
            server.start()
            self.assertEqual(self.snapshot(server), before)

    def test_directory_of_another_state_folder_is_not_believed(self):
        server, other = self.populated(), self.postern(start=True)
        before = self.snapshot(server)
        self.assertEqual((server.stop(), other.stop()), (0, 0))
        import shutil
        shutil.rmtree(server.state / "directory")
        shutil.copytree(other.state / "directory", server.state / "directory")
        server.start()
        self.assertEqual(self.snapshot(server), before)


class Database(PosternCase):
    def test_damaged_database_is_a_sentence_not_a_crash(self):
        server = self.postern(start=True)
        self.assertEqual(server.stop(), 0)
        octets = server.database.read_bytes()
        for damaged in (b"no database" * 100, b"\0" * 5000):
            server.database.write_bytes(damaged)
            done = server.run("serve", code=1)
            self.assertIn("postern", done.stderr)
            self.assertEqual(done.stdout, "")
        server.database.write_bytes(octets)
        server.start()

    def test_restored_older_database_is_followed(self):
        import shutil
        server = self.postern(start=True)
        account = server.search_account()
        self.assertEqual(server.stop(), 0)
        saved = server.folder / "backup.db"
        shutil.copy(server.database, saved)
        server.start()
        server.run("user", "create", "later")
        self.assertEqual(len(server.search(account, "(uid=later)")), 1)
        self.assertEqual(server.stop(), 0)
        shutil.copy(saved, server.database)
        server.start()
        self.assertEqual(len(server.search(account, "(uid=later)")), 0)
        server.run("user", "create", "another")
        self.assertEqual(len(server.search(account, "(uid=another)")), 1)


if __name__ == "__main__":
    unittest.main()
