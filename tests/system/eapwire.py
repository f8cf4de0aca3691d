"""EAP over RADIUS for system tests: eapol_test as the stock supplicant, and a supplicant by hand (Python's ssl over
memory) for what a stock one will not do: challenges for a code, storms, endless fragments, replays."""

import hashlib
import os
import re
import ssl
import struct
import subprocess

from radiuswire import SECRET, Nas, address, attribute, packet
from support import PATIENCE, tool

IDENTITY, NAK, GTC, TLS, TTLS, PEAP, EXTENSIONS = 1, 3, 6, 13, 21, 25, 33
ACCEPT, REJECT, CHALLENGE = 2, 3, 11

# OpenSSL takes the lowest of several ranges: to mean 1.3, all below have to be off.
TLS_OF = {"1.2": "tls_disable_tlsv1_2=0 tls_disable_tlsv1_3=1",
          "1.3": "tls_disable_tlsv1_0=1 tls_disable_tlsv1_1=1 tls_disable_tlsv1_2=1 tls_disable_tlsv1_3=0"}


class Outcome:
    """What eapol_test says."""

    def __init__(self, done):
        self.text = done.stdout + done.stderr
        self.success = done.returncode == 0 and self.text.rstrip().endswith("SUCCESS")
        self.keys_match = "MPPE keys OK: 1  mismatch: 0" in self.text
        self.rounds = len(re.findall(r"^Sending RADIUS message to authentication server", self.text, re.M))
        largest = re.findall(r"EAP-Message.*?length=(\d+)", self.text)
        self.largest = max(map(int, largest), default=0)

    def attributes(self):
        """Of the last answer: lines such as 'Attribute 1 (User-Name) length=7'."""
        return self.text[self.text.rfind("Received RADIUS message"):]


def supplicant(server, eap, identity="alice", password=None, tls="1.2", mtu=1400, fragment=1398, ca=None, more=(),
               arguments=(), phase2=None, outer="anonymous", timeout=10, name="radius", phase1=""):
    """One authentication by eapol_test. `mtu` is the Framed-MTU that it names, `fragment` its own fragment size."""
    lines = ["ssid=\"test\"", "key_mgmt=WPA-EAP", f"eap={eap}", f"identity=\"{identity}\"",
             f"ca_cert=\"{ca or server.ca}\"", f"phase1=\"{TLS_OF[tls]}{' ' + phase1 if phase1 else ''}\"",
             f"fragment_size={fragment}"]
    if outer is not None:
        lines.append(f"anonymous_identity=\"{outer}\"")
    if password is not None:
        lines.append(f"password=\"{password}\"")
    if phase2:
        lines.append(f"phase2=\"{phase2}\"")
    config = server.folder / f"eapol-{os.urandom(4).hex()}.conf"
    config.write_text("network={\n" + "\n".join([*lines, *more]) + "\n}\n")
    host, _, port = address(server, name).rpartition(":")
    done = subprocess.run([tool("eapol_test"), "-c", str(config), "-a", host, "-p", port, "-s", SECRET,
                           "-t", str(timeout), "-N", f"12:d:{mtu}", *arguments],
                          capture_output=True, text=True, errors="replace", timeout=PATIENCE + timeout)
    return Outcome(done)


# ---- by hand ----

def eap_packet(identifier, kind, data=b"", code=2):
    return struct.pack(">BBHB", code, identifier, 5 + len(data), kind) + data


def avp(code, data, flags=0x40):
    return struct.pack(">IB", code, flags) + struct.pack(">I", 8 + len(data))[1:] + data + b"\0" * (-len(data) % 4)


def padded(text):
    octets = text.encode()
    return octets + b"\0" * (-len(octets) % 16)


def read_avps(octets):
    found = []
    while len(octets) >= 8:
        code, length = struct.unpack(">I", octets[:4])[0], int.from_bytes(octets[5:8], "big")
        found.append((code, octets[8:length]))
        octets = octets[length + -length % 4:]
    return found


class Answer:
    def __init__(self, octets):
        self.octets, self.code = octets, octets[0]
        self.attributes = []
        rest = octets[20:]
        while rest:
            self.attributes.append((rest[0], rest[2:rest[1]]))
            rest = rest[rest[1]:]
        self.eap = b"".join(value for number, value in self.attributes if number == 79)
        self.state = next((value for number, value in self.attributes if number == 24), b"")

    def values(self, number):
        return [value for kind, value in self.attributes if kind == number]


class Conversation:
    """A NAS and its supplicant in one: sends EAP responses with the State of the last answer."""

    def __init__(self, server, station="02-00-00-00-00-01", mtu=1400, timeout=PATIENCE, more=b""):
        self.nas = Nas(server, timeout=timeout)
        self.more = attribute(31, station.encode()) + attribute(12, struct.pack(">I", mtu)) + more
        self.state, self.identifier, self.number = b"", 0, os.urandom(1)[0]
        self.sent = b""

    def close(self):
        self.nas.socket.close()

    def request(self, eap, state=None, user=b"anonymous"):
        self.number = (self.number + 1) % 256
        pieces = b"".join(attribute(79, eap[at:at + 253]) for at in range(0, len(eap), 253)) if eap else attribute(79, b"")
        state = self.state if state is None else state
        self.sent = packet(1, self.number, attribute(1, user) + self.more + pieces +
                           (attribute(24, state) if state else b""))
        return self.sent

    def ask(self, eap, state=None):
        return self.take(self.nas.ask(self.request(eap, state)))

    def take(self, octets):
        answer = Answer(octets)
        if answer.code == CHALLENGE:
            self.state, self.identifier = answer.state, answer.eap[1]
        return answer

    def identity(self, name="anonymous"):
        self.state = b""
        return self.ask(eap_packet(self.identifier, IDENTITY, name.encode()))

    def respond(self, kind, data=b""):
        return self.ask(eap_packet(self.identifier, kind, data))

    def choose(self, method):
        """Identity, then Nak until the wanted method is offered."""
        answer = self.identity()
        while answer.code == CHALLENGE and answer.eap[4] != method:
            answer = self.respond(NAK, bytes([method]))
        return answer


class Tunnel:
    """The client's side of an EAP method made of TLS."""

    def __init__(self, conversation, method, ca, tls="1.2", before=None):
        """`before`: a tunnel whose session is to be taken up."""
        context = before.context if before else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.context = context
        if not before:
            context.load_verify_locations(str(ca))
            version = ssl.TLSVersion.TLSv1_2 if tls == "1.2" else ssl.TLSVersion.TLSv1_3
            context.minimum_version = context.maximum_version = version
        self.into, self.out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.ssl = context.wrap_bio(self.into, self.out, server_hostname="localhost",
                                    session=before.ssl.session if before else None)
        self.conversation, self.method = conversation, method
        self.answer = conversation.choose(method)
        self.established = False

    def exchange(self):
        """Sends what TLS has to say, takes a whole message of the server."""
        data = self.out.read()
        self.answer = self.conversation.respond(self.method, b"\0" + data)
        while self.answer.code == CHALLENGE:
            frame = self.answer.eap[5:]
            flags = frame[0] if frame else 0
            self.into.write(frame[5:] if flags & 0x80 else frame[1:])
            if not flags & 0x40:
                break
            self.answer = self.conversation.respond(self.method, b"\0")
        return self.answer

    def handshake(self):
        while not self.established:
            try:
                self.ssl.do_handshake()
                self.established = True
            except ssl.SSLWantReadError:
                pass
            if self.established and not self.out.pending:
                break
            self.exchange()
            if self.answer.code != CHALLENGE:
                break
        return self

    def say(self, plain):
        """One inner message; the inner answer, or b"" when the conversation has ended or nothing was said."""
        if plain:
            self.ssl.write(plain)
        self.exchange()
        return self.hear()

    def hear(self):
        if self.answer.code != CHALLENGE:
            return b""
        try:
            return self.ssl.read(65536)
        except ssl.SSLWantReadError:
            return b""


def session_of(answer):
    return hashlib.sha256(answer.octets).hexdigest()
