"""What postern talks to in tests: a mail server (aiosmtpd), and services over HTTP and HTTPS that look at what
they are sent."""

import base64
import datetime
import email
import email.policy
import hashlib
import hmac
import http.server
import json
import ssl
import threading
import urllib.parse

from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from support import eventually


class AnyPort(Controller):
    """Controller asks its own port to see that it serves; it has to know which one that is."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class MailServer:
    """Keeps what it is sent; addresses that begin with `no` are refused for good."""

    def __init__(self, port=0):
        self.messages = []
        self.controller = AnyPort(self, hostname="127.0.0.1", port=port)
        self.controller.start()
        self.port = self.controller.port

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("no"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.messages.append((list(envelope.rcpt_tos), email.message_from_bytes(envelope.content,
                                                                                policy=email.policy.default)))
        return "250 OK"

    def wait(self, count):
        eventually(lambda: len(self.messages) >= count, f"{count} mails")
        to, message = self.messages[count - 1]
        return to, message, message.get_body(("plain",)).get_content()

    def settings(self, notices="off"):
        return f"email: {{host: 127.0.0.1, port: {self.port}, from: sso@example.org, account_notices: {notices}}}\n"

    def close(self):
        self.controller.stop()


def certificate(folder):
    """A certificate of localhost that signs itself: (path, path of the key)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.utcnow()
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(1).not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False).sign(key, hashes.SHA256()))
    chain, secret = folder / "outside.pem", folder / "outside.key"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                         serialization.NoEncryption()))
    return chain, secret


class Service:
    """An HTTP service: `answer(method, path, headers, body)` gives (status, JSON)."""

    def __init__(self, answer, tls=None, port=0):
        self.requests = []
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def handle_one(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                service.requests.append((self.command, self.path, dict(self.headers), body))
                status, value = answer(self.command, self.path, self.headers, body)
                text = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = handle_one

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*map(str, tls))
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class DuoService:
    """Duo's Auth API as far as it is used; every request's signature is verified (duo.com/docs/authapi)."""

    KEY, SECRET = "DIWJ8X6AEYOR5OMC6TQ1", "Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep"

    def __init__(self, folder):
        self.chain, secret = certificate(folder)
        self.service = Service(self.answer, (self.chain, secret))
        self.host = f"localhost:{self.service.port}"
        self.activated, self.verdict, self.bad = False, "allow", []

    def signed(self, method, path, headers, body):
        path, _, query = path.partition("?")
        pairs = sorted(urllib.parse.parse_qsl(query if method == "GET" else body, keep_blank_values=True))
        form = "&".join(f"{urllib.parse.quote(k, '~')}={urllib.parse.quote(v, '~')}" for k, v in pairs)
        canonical = "\n".join([headers["Date"], method, self.host, path, form])
        wanted = hmac.new(self.SECRET.encode(), canonical.encode(), hashlib.sha1).hexdigest()
        given = base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode()
        return given == f"{self.KEY}:{wanted}"

    def answer(self, method, path, headers, body):
        if not self.signed(method, path, headers, body):
            self.bad.append(path)
            return 401, {"stat": "FAIL", "code": 40103, "message": "Invalid signature in request credentials"}
        place, given = path.partition("?")[0], dict(urllib.parse.parse_qsl(body or path.partition("?")[2]))
        answers = {
            "/auth/v2/enroll": {"user_id": "DU1", "activation_code": "duo://abc", "username": given.get("username"),
                                "activation_barcode": "https://duo.example/qr"},
            "/auth/v2/enroll_status": "success" if self.activated else "waiting",
            "/auth/v2/auth": {"txid": "tx-1"},
            "/auth/v2/auth_status": {"result": self.verdict, "status": self.verdict, "status_msg": ""},
        }
        return 200, {"stat": "OK", "response": answers[place]}

    def close(self):
        self.service.close()
