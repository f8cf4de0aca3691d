"""postern sealing-key rotate: everything that is sealed opens with the new key alone, and a rotation that is
ended at any point leaves a state that works."""

import contextlib
import fcntl
import hashlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
import unittest

from radiuswire import ACCEPT, LISTEN, SECRET, blueprint, radclient
from support import CALM, LONG, PosternCase, binary, eventually, oath, user_dn
from web import Client

WEB = "  http: 127.0.0.1:0\n"
PSK = "000102030405060708090a0b0c0d0e0f"


def mark(key):
    return "01" + hashlib.sha256(key).hexdigest()[:8]


class Rotation(PosternCase):
    def key_file(self, server):
        return server.state / "sealing.key"

    def places(self, server, key):
        """Where something lies that is sealed under `key`."""
        found = []
        # Closed here and now: reading the file itself later would drop this process's locks.
        with contextlib.closing(sqlite3.connect(server.database)) as database:
            for table, in database.execute("select name from sqlite_schema where type = 'table'").fetchall():
                for row in database.execute(f'pragma table_info("{table}")').fetchall():
                    count, = database.execute(f'select count(*) from "{table}" where instr("{row[1]}", ?)',
                                              (mark(key),)).fetchone()
                    found += [f"{table}.{row[1]}"] * count
        return sorted(found)

    def populated(self):
        server = self.postern(CALM, listen=False)
        server.write_config(LISTEN + WEB + CALM)
        server.start()
        server.web = dict(word.split("=", 1) for word in server.ready.split()[1:])
        server.apply(blueprint())
        self.alice = server.add_user("alice", "wonderland-1")
        self.bob = server.add_user("bob", "wonderland-2")
        self.totp = server.add_totp("alice")
        self.ahead = -30  # each code works once, so every look takes the next one
        self.codes = server.run("device", "add-static", "--user", "alice", "--count", "3").stdout.split()
        self.network = server.run("user", "network-password", "add", "bob", "--device", "laptop").stdout.strip()
        token = server.run("token", "create", "--user", "akadmin", "--intent", "api", "--identifier", "t").stdout.strip()
        self.admin = Client(server.web["http"], token=token)
        # A webhook that nobody answers: what it is to get waits in the outbox.
        server.apply("""version: 1
entries:
  - model: authentik_events.notificationtransport
    id: hook
    identifiers: {name: hook}
    attrs: {mode: webhook, webhook_url: "http://127.0.0.1:1/key-of-the-hook"}
  - model: authentik_policies_event_matcher.eventmatcherpolicy
    id: created
    identifiers: {name: created}
    attrs: {action: model_created}
  - model: authentik_events.notificationrule
    id: rule
    identifiers: {name: created}
    attrs: {transports: [!KeyOf hook], destination_group: !Find [authentik_core.group, [name, authentik Admins]]}
  - model: authentik_policies.policybinding
    identifiers: {target: !KeyOf rule, order: 0}
    attrs: {policy: !KeyOf created}
""", name="hook.yaml")
        made = self.admin.api("POST", "/core/tokens/", {"identifier": "kept", "intent": "api"})
        self.assertEqual(made.status, 201, made)
        eventually(lambda: server.query("select 1 from outbox"), "a notice waits")
        key, certificate = server.folder / "k.pem", server.folder / "c.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", key, "-out", certificate, "-subj", "/CN=x"], check=True, capture_output=True)
        server.apply(f"""version: 1
entries:
  - model: authentik_crypto.certificatekeypair
    identifiers: {{name: wifi}}
    attrs: {{certificate_data: !File {certificate}, key_data: !File {key}}}
  - model: authentik_stages_captcha.captchastage
    identifiers: {{name: captcha}}
    attrs: {{public_key: p, private_key: captchas-private-key}}
  - model: authentik_providers_radius.radiusprovider
    identifiers: {{name: keyed}}
    attrs:
      client_networks: 192.0.2.0/24
      attributes: {{postern: {{secrets: [another-old-secret], coa_secret: of-the-gateway, radsec: {{psk: {{nas-7: "hex:{PSK}"}}}}}}}}
""", name="more.yaml")
        return server

    def works(self, server):
        """Everything that was made before the rotation."""
        server.web = dict(word.split("=", 1) for word in server.ready.split()[1:])
        self.admin.address = server.web["http"]
        self.assertEqual(server.bind(self.alice, f"wonderland-1;{self.codes.pop()}"), 0)
        self.assertEqual(server.bind(self.alice, f"wonderland-1;{oath(self.totp, self.ahead)}"), 0)
        self.ahead += 30
        self.assertEqual(radclient(server, f'User-Name = "bob", CHAP-Password = "{self.network}"').code, ACCEPT)
        self.assertEqual(self.admin.api("GET", "/core/users/me/").status, 200)
        hook, = self.admin.api("GET", "/events/transports/?name=hook").json["results"]
        self.assertEqual(hook["webhook_url"], "http://127.0.0.1:1/key-of-the-hook")
        self.assertIn(SECRET, server.run("radius", "secret", "radius").stdout)
        self.assertIn("whole", server.run("events", "verify").stdout)

    def test_everything_opens_with_the_new_key_and_nothing_is_left_of_the_old_one(self):
        server = self.populated()
        self.works(server)
        old = self.key_file(server).read_bytes()
        sealed = [place for place in self.places(server, old) if not place.startswith("meta")]
        for place in ("totp_devices.sealed_key", "tokens.sealed_key", "certificates.settings", "stages.settings",
                      "providers.settings", "notification_transports.settings", "outbox.sealed"):
            self.assertIn(place, sealed)
        refused = server.run("sealing-key", "rotate", code=1)
        self.assertIn("stop it first", refused.stderr)
        server.stop()
        mode = self.key_file(server).stat()
        done = server.run("sealing-key", "rotate")
        self.assertRegex(done.stdout, r"[1-9]\d* secrets resealed")
        new = self.key_file(server).read_bytes()
        self.assertNotEqual(new, old)
        self.assertEqual((self.key_file(server).stat().st_mode, self.key_file(server).stat().st_uid),
                         (mode.st_mode, mode.st_uid))
        self.assertFalse((server.state / "sealing.key.next").exists())
        kept, = server.state.glob("sealing.key.before-*")
        self.assertEqual(kept.read_bytes(), old)
        self.assertEqual(self.places(server, old), [])
        self.assertEqual([place for place in self.places(server, new) if not place.startswith("meta")], sealed)
        self.assertNotIn(bytes.fromhex(mark(old)).hex().encode(), server.database.read_bytes())
        server.start()
        self.works(server)
        # Once more: what outlives a rotation outlives the next.
        server.stop()
        time.sleep(1.1)  # the former key's name is its time
        server.run("sealing-key", "rotate")
        server.start()
        self.works(server)

    def test_a_copy_from_before_needs_the_former_key_and_says_so(self):
        server = self.populated()
        copy = server.folder / "copy.db"
        server.run("backup", copy)
        server.stop()
        server.run("sealing-key", "rotate")
        server.run("restore", copy)
        done = server.run("serve", code=1)
        self.assertIn("the database is sealed under another key", done.stderr)
        former, = server.state.glob("sealing.key.before-*")
        shutil.copy(former, self.key_file(server))
        server.start()
        self.works(server)

    def test_ended_before_its_transaction_the_old_key_counts(self):
        server = self.populated()
        server.stop()
        (server.state / "sealing.key.next").write_bytes(os.urandom(32))
        server.start()
        self.assertFalse((server.state / "sealing.key.next").exists())
        self.works(server)

    def test_ended_after_its_transaction_the_new_key_counts(self):
        server = self.populated()
        server.stop()
        server.run("sealing-key", "rotate")
        former, = server.state.glob("sealing.key.before-*")
        self.key_file(server).rename(server.state / "sealing.key.next")
        former.rename(self.key_file(server))
        server.start()
        self.assertIn("sealing_key.rotation_finished", server.log_text())
        self.works(server)

    def test_a_rotation_that_was_ended_is_finished_by_the_next(self):
        server = self.populated()
        server.stop()
        server.run("sealing-key", "rotate")
        former, = server.state.glob("sealing.key.before-*")
        self.key_file(server).rename(server.state / "sealing.key.next")
        former.rename(self.key_file(server))
        self.assertIn("an earlier rotation is finished now", server.run("sealing-key", "rotate").stdout)
        server.start()
        self.works(server)

    @unittest.skipUnless(os.geteuid() == 0, "needs root and another user")
    def test_a_key_in_a_folder_of_root_and_a_state_folder_of_the_service_user(self):
        """As the package has it: /etc/postern is root's, /var/lib/postern is postern's."""
        nobody = 65534
        server = self.postern(CALM, listen=False)
        keys = server.folder / "etc"
        keys.mkdir(mode=0o755)
        key = keys / "sealing.key"
        key.write_bytes(os.urandom(32))
        os.chown(key, 0, nobody)
        key.chmod(0o640)
        server.folder.chmod(0o755)
        server.state.mkdir(mode=0o700)
        os.chown(server.state, nobody, nobody)
        server.write_config(f"sealing_key: {key}\nlisten:\n  ldap: 127.0.0.1:0\n" + CALM)
        server.start()
        alice = server.add_user("alice", "wonderland-1")
        codes = server.run("device", "add-static", "--user", "alice", "--count", "2").stdout.split()
        totp = server.add_totp("alice")
        server.stop()
        server.run("sealing-key", "rotate")
        self.assertEqual((key.stat().st_uid, key.stat().st_gid, key.stat().st_mode & 0o777), (0, nobody, 0o640))
        former, = keys.glob("sealing.key.before-*")
        server.start()
        self.assertEqual(server.bind(alice, f"wonderland-1;{codes[0]}"), 0)
        self.assertEqual(server.bind(alice, f"wonderland-1;{oath(totp)}"), 0)
        server.stop()
        # Ended before its last step: the service may not write there and goes on all the same.
        key.rename(keys / "sealing.key.next")
        former.rename(key)
        server.start()
        self.assertIn("sealing_key.rotation_unfinished", server.log_text())
        self.assertEqual(server.bind(alice, f"wonderland-1;{codes[1]}"), 0)
        server.stop()
        self.assertIn("an earlier rotation is finished now", server.run("sealing-key", "rotate").stdout)
        server.start()
        self.assertNotIn("sealing_key.rotation_unfinished", server.log_text().split("server.ready")[-1])

    def test_kill_9_at_any_point(self):
        source = random.Random(31)
        server = self.populated()
        server.stop()
        began = time.monotonic()
        server.run("sealing-key", "rotate")
        whole = time.monotonic() - began
        for _ in range(60 if LONG else 8):
            process = subprocess.Popen([binary(), "--config", str(server.config), "sealing-key", "rotate"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
            time.sleep(source.random() * whole)
            os.killpg(process.pid, signal.SIGKILL)  # with the child that works on the database
            process.wait()
            eventually(lambda: self.nobody_holds(server), "the lock to be free")
            server.start()
            self.assertEqual(radclient(server, f'User-Name = "bob", CHAP-Password = "{self.network}"').code, ACCEPT)
            server.stop()
            self.assertEqual(len(self.key_file(server).read_bytes()), 32)

    @staticmethod
    def nobody_holds(server):
        with open(server.state / "lock") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                return False

    def test_what_does_not_open_refuses_the_rotation(self):
        server = self.populated()
        server.stop()
        old = self.key_file(server).read_bytes()
        with sqlite3.connect(server.database) as database:
            database.execute("""update totp_devices set "sealed_key" = ? """, (mark(old) + "00" * 60,))
        before = self.places(server, old)
        done = server.run("sealing-key", "rotate", code=1)
        self.assertIn("does not open: totp_devices.sealed_key", done.stderr)
        self.assertEqual(self.places(server, old), before)
        self.assertEqual(self.key_file(server).read_bytes(), old)
        server.run("sealing-key", "rotate", "--leave-unreadable")
        self.assertEqual(self.places(server, old), ["totp_devices.sealed_key"])
        server.start()


if __name__ == "__main__":
    unittest.main()
