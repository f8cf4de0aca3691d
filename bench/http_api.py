#!/usr/bin/env python3
"""Latency of the HTTP API over one kept connection: GET /core/users/?page_size=100 of many users, and /core/users/me/.

    bench/http_api.py [--binary build/release/postern] [--users 100000] [--rounds 400]

Makes a server of its own with that many users, asks by an API token and by a session's cookie, checks each answer, and
prints p50 and p99 in milliseconds. The client is this script: its own time (parsing of the status line and the length)
is in the figures, the parsing of the JSON is not.
"""
import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BASE = "dc=ldap,dc=goauthentik,dc=io"


class Connection:
    def __init__(self, address, headers):
        host, _, port = address.rpartition(":")
        self.socket = socket.create_connection((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.headers = f"Host: {address}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items())

    def get(self, path):
        self.socket.sendall(f"GET {path} HTTP/1.1\r\n{self.headers}\r\n".encode())
        got = b""
        while b"\r\n\r\n" not in got:
            got += self.socket.recv(1 << 18)
        head, _, body = got.partition(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        while len(body) < length:
            body += self.socket.recv(1 << 18)
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"GET {path}: {head[:200]!r} {body[:200]!r}")
        return body


def measure(connection, path, rounds, check):
    for _ in range(20):
        check(json.loads(connection.get(path)))
    took = []
    for _ in range(rounds):
        begin = time.perf_counter()
        connection.get(path)
        took.append((time.perf_counter() - begin) * 1000)
    took.sort()
    return took[len(took) // 2], took[len(took) * 99 // 100]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=ROOT / "build/release/postern")
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=400)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="http-bench-") as folder:
        folder = Path(folder)
        config = folder / "postern.yaml"
        config.write_text(f"state_dir: {folder}/state\nlisten:\n  http: 127.0.0.1:0\nhttp: {{login_rate: 0}}\n"
                          "bootstrap: {password: correct horse 7 battery}\n")

        def run(*arguments):
            return subprocess.run([options.binary, "--config", config, *arguments], check=True, capture_output=True, text=True).stdout

        people = folder / "people.ldif"
        with people.open("w") as out:
            subprocess.run([sys.executable, ROOT / "bench/population.py", "--users", str(options.users), "--base", BASE],
                           check=True, stdout=out)
        run("import", people)
        token = run("token", "create", "--user", "akadmin", "--intent", "api", "--identifier", "bench").strip()
        server = subprocess.Popen([options.binary, "--config", config, "serve"], stdout=subprocess.PIPE,
                                  stderr=(folder / "log").open("w"), text=True)
        try:
            ready = server.stdout.readline()
            address = next(word.split("=", 1)[1] for word in ready.split() if word.startswith("http="))
            connection = Connection(address, {"Authorization": "Bearer " + token})

            def full(page):
                assert len(page["results"]) == 100 and page["pagination"]["count"] >= options.users, page["pagination"]

            for name, path, check in (
                    ("users, page 1", "/api/v3/core/users/?page_size=100", full),
                    ("users, page 500", "/api/v3/core/users/?page_size=100&page=500", full),
                    ("users by name", "/api/v3/core/users/?page_size=100&ordering=username&page=3", full),
                    ("me", "/api/v3/core/users/me/", lambda me: me["user"]["username"])):
                p50, p99 = measure(connection, path, options.rounds, check)
                print(f"{name:20} p50 {p50:7.2f} ms   p99 {p99:7.2f} ms", flush=True)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()


if __name__ == "__main__":
    os.environ.pop("POSTERN_CONFIG", None)
    main()
