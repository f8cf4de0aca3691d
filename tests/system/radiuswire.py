"""RADIUS for system tests: radclient as a NAS, and packets by hand where radclient will not misbehave."""

import hashlib
import hmac
import os
import re
import socket
import struct
import subprocess

from support import CALM, PATIENCE, tool

SECRET = "testing-123-secret"
LISTEN = "listen:\n  ldap: 127.0.0.1:0\n  ldaps: 127.0.0.1:0\n  radius: 127.0.0.1:0\n"
SETTINGS = LISTEN + CALM

ACCEPT, REJECT, CHALLENGE = "Access-Accept", "Access-Reject", "Access-Challenge"


def blueprint(name="radius", secret=SECRET, networks="127.0.0.0/8, ::1", attributes="{}", more=""):
    return f"""version: 1
entries:
  - model: authentik_providers_radius.radiusprovider
    id: {name}
    identifiers: {{name: {name}}}
    attrs:
      client_networks: {networks}
      shared_secret: {secret}
      attributes: {attributes}
      authorization_flow: !Find [authentik_flows.flow, [slug, default-authentication-flow]]
{more}  - model: authentik_core.application
    identifiers: {{slug: {name}}}
    attrs:
      name: {name}
      provider: !KeyOf {name}
"""


def address(server, name="radius"):
    return dict(word.split("=", 1) for word in server.ready.split()[1:])[name]


class Reply:
    def __init__(self, text):
        self.text = text
        received = re.findall(r"^Received (\S+) Id \d+ from .*$((?:\n\t.*)*)", text, re.M)
        self.code = received[-1][0] if received else ""
        self.attributes = [tuple(line.strip().split(" = ", 1)) for line in
                           (received[-1][1].splitlines() if received else []) if " = " in line]

    def values(self, name):
        return [value.strip('"') for key, value in self.attributes if key == name]

    def one(self, name):
        found = self.values(name)
        if len(found) != 1:
            raise AssertionError(f"{name} is there {len(found)} times:\n{self.text}")
        return found[0]


def radclient(server, attributes, kind="auth", secret=SECRET, retries=1, timeout=8, port="radius", mac=True):
    """One request by radclient; attributes is text or a dict."""
    if isinstance(attributes, dict):
        attributes = ", ".join(f'{key} = "{value}"' for key, value in attributes.items())
    if mac:
        attributes = ", ".join(filter(None, [attributes, "Message-Authenticator = 0x00"]))
    done = subprocess.run([tool("radclient"), "-x", "-r", str(retries), "-t", str(timeout),
                           address(server, port), kind, secret],
                          input=attributes + "\n", capture_output=True, text=True, timeout=PATIENCE)
    return Reply(done.stdout + done.stderr)


def login(server, user, password, secret=SECRET, mac=True, **more):
    fields = {"User-Name": user, "User-Password": password,
              **{key.replace("_", "-"): value for key, value in more.items()}}
    return radclient(server, fields, secret=secret, mac=mac)


# ---- by hand ----

def attribute(number, value):
    return bytes([number, len(value) + 2]) + value


def hide(password, authenticator, secret=SECRET):
    octets = password.encode()
    octets += b"\0" * (-len(octets) % 16 if octets else 16)
    out, last = b"", authenticator
    for at in range(0, len(octets), 16):
        pad = hashlib.md5(secret.encode() + last).digest()
        last = bytes(a ^ b for a, b in zip(octets[at:at + 16], pad))
        out += last
    return out


def packet(code=1, identifier=1, attributes=b"", mac=True, secret=SECRET, authenticator=None):
    authenticator = authenticator or os.urandom(16)
    body = (attribute(80, bytes(16)) if mac else b"") + attributes
    head = bytes([code, identifier]) + struct.pack(">H", 20 + len(body))
    if mac:
        digest = hmac.new(secret.encode(), head + authenticator + body, "md5").digest()
        body = attribute(80, digest) + attributes
    return head + authenticator + body


def access_request(user, password, identifier=1, mac=True, secret=SECRET, more=b""):
    authenticator = os.urandom(16)
    return packet(1, identifier, attribute(1, user.encode()) +
                  attribute(2, hide(password, authenticator, secret)) + more, mac, secret, authenticator)


def verified(reply, request, secret=SECRET):
    """Both authenticators of a reply are right, and Message-Authenticator comes first."""
    response = hashlib.md5(reply[:4] + request[4:20] + reply[20:] + secret.encode()).digest()
    if response != reply[4:20] or reply[20:22] != b"\x50\x12":
        return False
    zeroed = reply[:4] + request[4:20] + reply[20:22] + bytes(16) + reply[38:]
    return hmac.new(secret.encode(), zeroed, "md5").digest() == reply[22:38]


class Nas:
    """A socket of a NAS."""

    def __init__(self, server, port="radius", timeout=PATIENCE):
        host, _, number = address(server, port).rpartition(":")
        self.socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect((host.strip("[]"), int(number)))
        self.socket.settimeout(timeout)

    def send(self, octets):
        self.socket.send(octets)

    def receive(self):
        return self.socket.recv(4096)

    def ask(self, octets):
        self.send(octets)
        return self.receive()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
