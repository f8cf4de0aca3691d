"""Many requests on one connection, and answers in a form that two servers can be compared by."""

import re
import socket

import ldapwire
from support import eventually

DEPTH = 32  # requests under way; servers stop reading above their own limit
RESULT_TAGS = {0x65, 0x6F, 0x61, 0x78}  # search, compare, bind, extended


class Answered:
    """code, matched DN, entries as raw bodies, response controls {oid: value}."""

    def __init__(self):
        self.code, self.matched, self.controls, self.entries, self.references = None, "", {}, [], 0


class Pipeline:
    def __init__(self, address, bind=None, patience=60.0):
        self.socket = socket.create_connection(address, timeout=patience)
        self.buffer = bytearray()
        self.number = 0
        if bind is not None:
            eventually(lambda: self.bind(bind), f"a bind of {bind[0]}")

    def bind(self, bind):
        """False when the server is too busy (51) or its read model behind (52) at the moment."""
        answer, = self.ask([lambda number: ldapwire.bind(number, *bind)])
        if answer.code not in (0, 51, 52):
            raise AssertionError(f"bind of {bind[0]}: {answer.code}")
        return answer.code == 0

    def close(self):
        self.socket.close()

    def ask(self, makers):
        """Sends make(number) of each; their answers in the same order."""
        out = []
        for first in range(0, len(makers), DEPTH):
            group = makers[first:first + DEPTH]
            base = self.number
            self.number += len(group)
            self.socket.sendall(b"".join(make(base + 1 + at) for at, make in enumerate(group)))
            answers = [Answered() for _ in group]
            self._receive(base + 1, answers)
            out += answers
        return out

    def _receive(self, first, answers):
        left = len(answers)
        while left:
            at, view = 0, bytes(self.buffer)
            while left:
                try:
                    _, content, end = ldapwire.read_tlv(view, at)
                except IndexError:
                    break
                at = end
                left -= self._take(content, first, answers)
            del self.buffer[:at]
            if left:
                piece = self.socket.recv(262144)
                if not piece:
                    raise ConnectionError("the server closed the connection")
                self.buffer += piece

    @staticmethod
    def _take(content, first, answers):
        _, number, at = ldapwire.read_tlv(content)
        operation, body, at = ldapwire.read_tlv(content, at)
        index = int.from_bytes(number, "big") - first
        if not 0 <= index < len(answers):
            raise AssertionError(f"an answer to no request: number {number.hex()}, tag {operation:#x}")
        answer = answers[index]
        if operation == ldapwire.ENTRY:
            answer.entries.append(body)
            return 0
        if operation == 0x73:
            answer.references += 1
            return 0
        if operation not in RESULT_TAGS:
            raise AssertionError(f"unexpected answer {operation:#x}")
        fields = ldapwire.parts(body)
        answer.code, answer.matched = int.from_bytes(fields[0][1], "big"), fields[1][1].decode()
        if at < len(content):
            for _, control in ldapwire.parts(ldapwire.read_tlv(content, at)[1]):
                inner = ldapwire.parts(control)
                answer.controls[inner[0][1].decode()] = inner[-1][1] if len(inner) > 1 else None
        return 1


HEX = re.compile(r"\\([0-9a-fA-F]{2})")


def plain_dn(text):
    """One spelling of a DN: types in lower case, escapes undone (control characters keep the parts apart)."""
    out, part, at = [], bytearray(), 0
    raw = text.encode()
    while at < len(raw):
        if raw[at] == 0x5C:
            pair = raw[at + 1:at + 3]
            if re.fullmatch(rb"[0-9a-fA-F]{2}", pair):
                part.append(int(pair, 16))
                at += 3
                continue
            part.append(raw[at + 1])
            at += 2
            continue
        if raw[at] in b",+":
            out.append(bytes(part))
            out.append(raw[at:at + 1])
            part = bytearray()
        else:
            part.append(raw[at])
        at += 1
    out.append(bytes(part))
    for index in range(0, len(out), 2):
        name, _, value = out[index].partition(b"=")
        out[index] = name.strip().lower() + b"=" + value
    return b"\x1f".join(out)


class Forms:
    """Entries in a comparable form, remembered by their octets."""

    def __init__(self, change):
        self.change = change  # (dn, {type: values}) -> {type: values}: the allowed differences
        self.known = {}

    def of(self, body):
        form = self.known.get(body)
        if form is None:
            form = self.known[body] = self._parse(body)
        return form

    def _parse(self, body):
        _, dn, at = ldapwire.read_tlv(body)
        attributes = {}
        for _, attribute in ldapwire.parts(ldapwire.read_tlv(body, at)[1]):
            _, name, at = ldapwire.read_tlv(attribute)
            key = name.decode().lower()
            if key in attributes:
                raise AssertionError(f"{dn!r}: {key} comes twice")
            values = [value for _, value in ldapwire.parts(ldapwire.read_tlv(attribute, at)[1])]
            attributes[key] = values
        changed = self.change(dn.decode(), attributes)
        return plain_dn(dn.decode()), tuple(sorted((name, tuple(sorted(values))) for name, values in changed.items()))
