"""Debian's pam_radius_auth through pamtester, and radcli's library: logins and accounting by clients in the field."""

import ctypes
import json
import os
import socket
import unittest

import private_world
from private_world import run, write
from radiuswire import SECRET, blueprint
from support import CALM, SharedCase, eventually

private_world.enter()

PAM = "auth required pam_radius_auth.so\naccount required pam_permit.so\nsession required pam_radius_auth.so\n"
OK_RC, REJECT_RC = 0, 2
START, STOP = 1, 2


def free_pair():
    """Two free UDP ports in a row, as old clients want them for logins and accounting."""
    for _ in range(100):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as first, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    raise AssertionError("no two ports in a row are free")


class Radcli:
    """radcli's library by ctypes: rc_auth() and rc_acct()."""

    def __init__(self, folder, port):
        self.library = ctypes.CDLL("libradcli.so.4")
        self.library.rc_read_config.restype = ctypes.c_void_p
        self.library.rc_avpair_add.restype = ctypes.c_void_p
        config = os.path.join(folder, "radcli.conf")
        servers = os.path.join(folder, "servers")
        write(servers, f"127.0.0.1 {SECRET}\n", 0o600)
        dictionary = str(private_world.ROOT / "etc/radcli/dictionary")
        write(config, f"nas-identifier radcli\nauthserver 127.0.0.1:{port}\nacctserver 127.0.0.1:{port + 1}\nservers {servers}\n"
                      f"dictionary {dictionary}\nradius_timeout 3\nradius_retries 2\nbindaddr *\n")
        self.handle = ctypes.c_void_p(self.library.rc_read_config(config.encode()))
        if not self.handle or self.library.rc_read_dictionary(self.handle, dictionary.encode()) != 0:
            raise AssertionError("radcli does not take its configuration")

    def _pairs(self, pairs):
        head = ctypes.c_void_p()
        for number, value in pairs:
            if isinstance(value, int):
                added = self.library.rc_avpair_add(self.handle, ctypes.byref(head), number, ctypes.byref(ctypes.c_uint32(value)), -1, 0)
            else:
                added = self.library.rc_avpair_add(self.handle, ctypes.byref(head), number, value.encode(), -1, 0)
            if not added:
                raise AssertionError(f"radcli knows no attribute {number}")
        return head

    def auth(self, user, password):
        received, message = ctypes.c_void_p(), ctypes.create_string_buffer(8192)
        return self.library.rc_auth(self.handle, 0, self._pairs([(1, user), (2, password)]), ctypes.byref(received), message)

    def acct(self, *pairs):
        return self.library.rc_acct(self.handle, 0, self._pairs(pairs))


@unittest.skipIf(private_world.REASON, private_world.REASON)
class FieldClients(SharedCase):
    @classmethod
    def populate(cls, server):
        cls.port = free_pair()
        server.listen = False
        server.write_config(f"listen:\n  ldap: 127.0.0.1:0\n  radius: 127.0.0.1:{cls.port}\n"
                            f"  radius_accounting: 127.0.0.1:{cls.port + 1}\n" + CALM)
        server.start()
        server.add_user("alice", "wonderland")
        server.apply(blueprint())
        write("/etc/pam.d/postern-radius", PAM)
        write("/etc/pam_radius_auth.conf", f"127.0.0.1:{cls.port} {SECRET} 5\n", 0o600)
        for path, line in (("/etc/passwd", "alice:x:70007:70007::/:/bin/false\n"), ("/etc/group", "alice:x:70007:\n")):
            with open(path, "a", encoding="utf-8") as file:
                file.write(line)
        cls.radcli = Radcli(server.folder, cls.port)

    def sessions(self):
        return json.loads(self.server.run("radius", "sessions", "--json").stdout)

    def pam(self, password, *operations, code=0):
        run("pamtester", "postern-radius", "alice", *operations, text=password + "\n", code=code)

    def test_pam_radius_auth_logs_in(self):
        self.pam("wonderland", "authenticate")
        self.pam("wrong", "authenticate", code=1)

    def test_pam_radius_auth_accounts_for_the_session(self):
        self.pam("wonderland", "authenticate", "open_session", "close_session")
        eventually(lambda: [s for s in self.sessions() if s["username"] == "alice" and s["stopped"] and s["nas_identifier"] != "radcli"],
                   "a session that began and ended")

    def test_radcli_logs_in(self):
        self.assertEqual(self.radcli.auth("alice", "wonderland"), OK_RC)
        self.assertEqual(self.radcli.auth("alice", "wrong"), REJECT_RC)

    def test_radcli_accounts(self):
        for status in (START, STOP):
            self.assertEqual(self.radcli.acct((1, "alice"), (40, status), (44, "by-radcli")), OK_RC)
        found, = [s for s in self.sessions() if s["session_id"] == "by-radcli"]
        self.assertEqual((found["username"], bool(found["stopped"])), ("alice", True))


if __name__ == "__main__":
    unittest.main()
