"""A small LDAP client on bare sockets, which also sends what no library would. Source: RFC 4511, X.690."""

import socket
import ssl

STARTTLS = b"1.3.6.1.4.1.1466.20037"
WHOAMI = b"1.3.6.1.4.1.4203.1.11.3"
NOTICE = b"1.3.6.1.4.1.1466.20036"

BIND_RESPONSE, ENTRY, SEARCH_DONE, EXTENDED_RESPONSE = 0x61, 0x64, 0x65, 0x78


def octets(value):
    return value.encode(errors="surrogateescape") if isinstance(value, str) else value


def tlv(tag, *content):
    body = b"".join(content)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + body


def integer(value, tag=0x02):
    return tlv(tag, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def text(value, tag=0x04):
    return tlv(tag, octets(value))


def message(number, operation, controls=b""):
    return tlv(0x30, integer(number), operation, controls)


def bind(number, dn, password, version=3):
    return message(number, tlv(0x60, integer(version), text(dn), text(password, 0x80)))


def present(attribute):
    return text(attribute, 0x87)


def equal(attribute, value):
    return tlv(0xA3, text(attribute), text(value))


def negation(inner):
    return tlv(0xA2, inner)


def search(number, base, scope=2, query=present("objectClass"), attributes=(), size=0, seconds=0, types_only=False,
           controls=b""):
    return message(number, tlv(
        0x63, text(base), integer(scope, 0x0A), integer(0, 0x0A), integer(size), integer(seconds),
        tlv(0x01, b"\xff" if types_only else b"\x00"), query, tlv(0x30, *[text(name) for name in attributes])),
        controls)


def control(oid, critical=False, value=None):
    return tlv(0x30, text(oid), b"\x01\x01\xff" if critical else b"", b"" if value is None else text(value))


def extended(number, oid):
    return message(number, tlv(0x77, text(oid, 0x80)))


def unbind(number):
    return message(number, b"\x42\x00")


def abandon(number, target):
    return message(number, integer(target, 0x50))


def read_tlv(data, at=0):
    """(tag, content, end); IndexError when it is not all there."""
    tag, size, at = data[at], data[at + 1], at + 2
    if size & 0x80:
        count = size & 0x7F
        size, at = int.from_bytes(data[at:at + count], "big"), at + count
    if at + size > len(data):
        raise IndexError("incomplete")
    return tag, data[at:at + size], at + size


def parts(data):
    out, at = [], 0
    while at < len(data):
        tag, content, at = read_tlv(data, at)
        out.append((tag, content))
    return out


class Answer:
    """One LDAPMessage of the server: number, operation tag, and its result or entry."""

    def __init__(self, content):
        inner = parts(content)
        self.number = int.from_bytes(inner[0][1], "big")
        self.operation, self.body = inner[1]
        self.code = None
        self.oid = b""
        self.value = None
        self.dn = ""
        if self.operation == ENTRY:
            self.dn = parts(self.body)[0][1].decode()
        else:
            fields = parts(self.body)
            self.code = int.from_bytes(fields[0][1], "big")
            for tag, content in fields[3:]:
                if tag == 0x8A:
                    self.oid = content
                if tag == 0x8B:
                    self.value = content

    def is_notice(self):
        return self.number == 0 and self.operation == EXTENDED_RESPONSE and self.oid == NOTICE


class Wire:
    """One connection. receive() gives the next Answer, or None at its end."""

    def __init__(self, connection):
        self.connection = connection
        self.buffer = b""
        self.number = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.connection.close()

    def next_number(self):
        self.number += 1
        return self.number

    def send(self, *data):
        self.connection.sendall(b"".join(data))

    def receive(self):
        while True:
            try:
                _, content, end = read_tlv(self.buffer)
                self.buffer = self.buffer[end:]
                return Answer(content)
            except IndexError:
                pass
            try:
                piece = self.connection.recv(65536)
            except (ConnectionResetError, ssl.SSLError):
                return None
            if not piece:
                return None
            self.buffer += piece

    def receive_all(self):
        out = []
        while True:
            answer = self.receive()
            if answer is None:
                return out
            out.append(answer)

    def bind(self, dn, password):
        """The result code."""
        number = self.next_number()
        self.send(bind(number, dn, password))
        answer = self.receive()
        if answer is None or answer.number != number or answer.operation != BIND_RESPONSE:
            raise AssertionError(f"no BindResponse: {answer and vars(answer)}")
        return answer.code

    def search(self, base, **options):
        """(code, DNs). The code is None when the connection ended."""
        number = self.next_number()
        self.send(search(number, base, **options))
        names = []
        while True:
            answer = self.receive()
            if answer is None:
                return None, names
            if answer.operation == ENTRY:
                names.append(answer.dn)
            else:
                return answer.code, names

    def whoami(self):
        number = self.next_number()
        self.send(extended(number, WHOAMI))
        answer = self.receive()
        return None if answer is None else (answer.value or b"").decode()

    def start_tls(self, ca):
        number = self.next_number()
        self.send(extended(number, STARTTLS))
        code = self.receive().code
        if code == 0:
            self.wrap(ca)
        return code

    def wrap(self, ca):
        context = ssl.create_default_context(cafile=str(ca))
        self.connection = context.wrap_socket(self.connection, server_hostname="localhost")


def connect(server, tls=False, patience=30.0):
    wire = Wire(socket.create_connection(server.address(tls), timeout=patience))
    if tls:
        wire.wrap(server.ca)
    return wire
