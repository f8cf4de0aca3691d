"""What systemd would say and hear: readiness, reload, watchdog, and sockets that outlive the process."""

import os
import select
import signal
import socket
import subprocess
import unittest

from support import PATIENCE, PosternCase, binary, eventually


class Manager(PosternCase):
    def setUp(self):
        super().setUp()
        self.server = self.postern(listen=False)
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind(str(self.server.folder / "notify"))
        self.addCleanup(self.notify.close)
        self.heard = []

    def listening(self, kind=socket.SOCK_STREAM):
        made = socket.socket(socket.AF_INET, kind)
        made.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            made.listen(128)
        self.addCleanup(made.close)
        return made

    def start(self, sockets=(), **variables):
        environment = {**os.environ, "NOTIFY_SOCKET": str(self.server.folder / "notify"), **variables}
        if sockets:
            environment["LISTEN_FDS"] = str(len(sockets))
        handed = [os.dup(s.fileno()) for s in sockets]

        def place():
            # First out of the way, so that no descriptor is overwritten before it is moved.
            high = [os.dup2(fd, 100 + i) for i, fd in enumerate(handed)]
            for i, fd in enumerate(high):
                os.dup2(fd, 3 + i)
                os.close(fd)

        log = open(self.server.log, "ab")
        process = subprocess.Popen(
            ["sh", "-c", 'LISTEN_PID=$$ exec "$0" "$@"', binary(), "--config", str(self.server.config), "serve"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, env=environment, close_fds=False,
            preexec_fn=place)
        log.close()
        for fd in handed:
            os.close(fd)
        self.server.process = process
        self.hear("READY=1")
        return process

    def hear(self, wanted):
        """Waits for a datagram that holds `wanted`."""
        while not any(wanted in text for text in self.heard):
            if not select.select([self.notify], [], [], PATIENCE)[0]:
                raise AssertionError(f"{wanted} was not said; heard {self.heard}\n{self.server.log_tail()}")
            self.heard.append(self.notify.recv(4096).decode())
        return self.heard

    def write(self, ldap, more=""):
        self.server.write_config(f"listen:\n  ldap: {ldap}\n" + more)

    def test_ready_reload_stop(self):
        self.write("127.0.0.1:0")
        process = self.start()
        self.assertIn("ldap=127.0.0.1:", self.heard[-1])
        self.heard.clear()
        process.send_signal(signal.SIGHUP)
        self.hear("RELOADING=1\nMONOTONIC_USEC=")
        self.hear("READY=1")
        process.send_signal(signal.SIGTERM)
        self.hear("STOPPING=1")

    def test_watchdog_is_told_while_the_loops_turn(self):
        self.write("127.0.0.1:0")
        self.start(WATCHDOG_USEC="2000000")
        self.hear("WATCHDOG=1")
        self.heard.clear()
        self.hear("WATCHDOG=1")

    def test_sockets_are_taken_by_their_address_and_a_restart_refuses_nobody(self):
        stream, packets = self.listening(), self.listening(socket.SOCK_DGRAM)
        host, port = stream.getsockname()
        self.write(f"{host}:{port}", f"  radius: 127.0.0.1:{packets.getsockname()[1]}\n")
        process = self.start([packets, stream])
        self.server.ldap = f"{host}:{port}"
        self.assertEqual(self.server.bind("", ""), 0)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(PATIENCE), 0)
        process.stdout.close()
        # Nobody serves, yet the connection is taken and waits.
        waiting = socket.create_connection((host, port), timeout=PATIENCE)
        self.addCleanup(waiting.close)
        waiting.sendall(bytes.fromhex("300c020101600702010304008000"))
        self.heard.clear()
        self.start([packets, stream])
        waiting.settimeout(PATIENCE)
        self.assertEqual(waiting.recv(64), bytes.fromhex("300c02010161070a010004000400"))

    def test_a_socket_of_another_process_is_not_taken(self):
        stream = self.listening()
        host, port = stream.getsockname()
        self.write("127.0.0.1:0")
        self.start([stream])
        ready = eventually(lambda: [t for t in self.heard if "STATUS=" in t], "status")[-1]
        self.assertNotIn(f":{port}", ready)


if __name__ == "__main__":
    unittest.main()
