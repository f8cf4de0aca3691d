"""A software authenticator (WebAuthn Level 3) for ES256, EdDSA and RS256, which can also do everything wrong;
and libfido2, which verifies what it makes, through ctypes."""

import base64
import ctypes
import ctypes.util
import datetime
import hashlib
import json
import os
import struct

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import NameOID

ES256, EDDSA, RS256 = -7, -8, -257
UP, UV, BE, BS, AT, ED = 1, 4, 8, 16, 64, 128


def b64(octets):
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def cbor(value):
    def head(major, number):
        if number < 24:
            return bytes([major << 5 | number])
        for info, form in ((24, ">B"), (25, ">H"), (26, ">I")):
            if number < 1 << (8 << (info - 24)):
                return bytes([major << 5 | info]) + struct.pack(form, number)
        raise ValueError(number)
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    return head(5, len(value)) + b"".join(cbor(k) + cbor(v) for k, v in value.items())


def _sign(key, data):
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(data, ec.ECDSA(hashes.SHA256()))
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(data)
    return key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def _generate(algorithm):
    if algorithm == ES256:
        return ec.generate_private_key(ec.SECP256R1())
    if algorithm == EDDSA:
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, 2048)


class Authenticator:
    """One credential. What it signs and says may be bent by keyword arguments of each call."""

    def __init__(self, origin, algorithm=ES256, aaguid=bytes(16)):
        self.origin, self.algorithm, self.aaguid = origin, algorithm, aaguid
        self.key = _generate(algorithm)
        self.id = os.urandom(32)
        self.count = 0
        self.flags = UP | UV
        self.user = None

    def cose(self):
        public = self.key.public_key()
        if self.algorithm == ES256:
            numbers = public.public_numbers()
            return {1: 2, 3: ES256, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        if self.algorithm == EDDSA:
            raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
            return {1: 1, 3: EDDSA, -1: 6, -2: raw}
        numbers = public.public_numbers()
        return {1: 3, 3: RS256, -1: numbers.n.to_bytes(256, "big"), -2: numbers.e.to_bytes(3, "big")}

    def client_data(self, **bent):
        data = {"type": "", "challenge": "", "origin": self.origin, "crossOrigin": False, **bent}
        return json.dumps({k: v for k, v in data.items() if v is not None}).encode()

    def data(self, rp_id, flags, count, attested=b"", extensions=b""):
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + struct.pack(">I", count) + attested + extensions

    def create(self, options, fmt="none", flags=None, rp_id=None, cose=None, client=None, id=None, aaguid=None,
               data=None, object=None, trailing=b"", statement=None, extensions=b"", raw_id=None, signer=None,
               certificate=None):
        """navigator.credentials.create(): the answer as JSON."""
        self.user = unb64(options["user"]["id"])
        flags = (self.flags if flags is None else flags) | AT | (ED if extensions else 0)
        identifier = self.id if id is None else id
        attested = ((self.aaguid if aaguid is None else aaguid) + struct.pack(">H", len(identifier)) + identifier +
                    (cbor(self.cose()) if cose is None else cose))
        if data is None:
            data = self.data(rp_id or options["rp"]["id"], flags, self.count, attested, extensions)
        client = self.client_data(**{"type": "webauthn.create", "challenge": options["challenge"], **(client or {})})
        signed = data + hashlib.sha256(client).digest()
        if statement is None:
            statement = {}
            if fmt == "packed":
                statement = {"alg": self.algorithm, "sig": _sign(signer or self.key, signed)}
                if certificate is not None:
                    statement["x5c"] = certificate if isinstance(certificate, list) else [certificate]
        self.last = {"client": client, "data": data, "statement": statement, "fmt": fmt}
        packed = object if object is not None else cbor({"fmt": fmt, "attStmt": statement, "authData": data})
        return {"id": b64(identifier), "rawId": b64(identifier if raw_id is None else raw_id), "type": "public-key",
                "registrationClientExtensions": "{}",
                "response": {"clientDataJSON": b64(client), "attestationObject": b64(packed + trailing),
                             "transports": ["usb"]}}

    def get(self, options, flags=None, rp_id=None, client=None, count=None, id=None, handle=True, signer=None,
            data=None, signature=None, extensions=b""):
        """navigator.credentials.get()."""
        self.count = self.count + 1 if count is None else count
        flags = (self.flags if flags is None else flags) | (ED if extensions else 0)
        if data is None:
            data = self.data(rp_id or options["rpId"], flags, self.count, b"", extensions)
        client = self.client_data(**{"type": "webauthn.get", "challenge": options["challenge"], **(client or {})})
        signed = data + hashlib.sha256(client).digest()
        if signature is None:
            signature = _sign(signer or self.key, signed)
        self.last = {"client": client, "data": data, "signature": signature}
        response = {"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature)}
        if handle:
            response["userHandle"] = b64(self.user if handle is True else handle)
        identifier = self.id if id is None else id
        return {"id": b64(identifier), "rawId": b64(identifier), "type": "public-key",
                "assertionClientExtensions": "{}", "response": response}


class Maker:
    """A maker of keys, or one that another vouches for: a certificate authority."""

    def __init__(self, name, above=None):
        self.key, self.name = _generate(ES256), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        above, now = above or self, datetime.datetime.utcnow()
        self.certificate = (x509.CertificateBuilder().subject_name(self.name).issuer_name(above.name)
                            .public_key(self.key.public_key()).serial_number(x509.random_serial_number())
                            .not_valid_before(now - datetime.timedelta(days=1))
                            .not_valid_after(now + datetime.timedelta(days=1))
                            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
                            .sign(above.key, hashes.SHA256()))
        self.der = self.certificate.public_bytes(serialization.Encoding.DER)
        self.pem = self.certificate.public_bytes(serialization.Encoding.PEM).decode()


def attestation_certificate(key, aaguid=None, unit="Authenticator Attestation", ca=False, maker=None, days=1):
    """DER of a certificate as WebAuthn 8.2.1 wants it, self-signed where no maker is given."""
    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
                      x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Keys"),
                      x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
                      x509.NameAttribute(NameOID.COMMON_NAME, "Key 1")])
    now = datetime.datetime.utcnow()
    issuer = maker.name if maker else name
    builder = (x509.CertificateBuilder().subject_name(name).issuer_name(issuer).public_key(key.public_key())
               .serial_number(7).not_valid_before(now - datetime.timedelta(days=3))
               .not_valid_after(now + datetime.timedelta(days=days))
               .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True))
    if aaguid is not None:
        oid = x509.ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4")
        builder = builder.add_extension(x509.UnrecognizedExtension(oid, b"\x04\x10" + aaguid), critical=False)
    return builder.sign(maker.key if maker else key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


class Fido2:
    """libfido2 as a second opinion. Verdicts are True and False."""

    def __init__(self):
        self.lib = ctypes.CDLL("libfido2.so.1")
        for name in ("fido_cred_new", "fido_assert_new", "es256_pk_new"):
            getattr(self.lib, name).restype = ctypes.c_void_p
        self.lib.fido_init(0)

    def registered(self, last, rp_id, algorithm, verify_user):
        lib, cred = self.lib, ctypes.c_void_p(self.lib.fido_cred_new())
        statement = last["statement"]
        calls = [lib.fido_cred_set_type(cred, algorithm), lib.fido_cred_set_rp(cred, rp_id.encode(), None),
                 lib.fido_cred_set_clientdata(cred, last["client"], ctypes.c_size_t(len(last["client"]))),
                 lib.fido_cred_set_authdata_raw(cred, last["data"], ctypes.c_size_t(len(last["data"]))),
                 lib.fido_cred_set_fmt(cred, last["fmt"].encode()),
                 lib.fido_cred_set_sig(cred, statement["sig"], ctypes.c_size_t(len(statement["sig"])))]
        if "x5c" in statement:
            leaf = statement["x5c"][0]
            calls.append(lib.fido_cred_set_x509(cred, leaf, ctypes.c_size_t(len(leaf))))
        if verify_user:
            calls.append(lib.fido_cred_set_uv(cred, 2))
        if any(calls):
            return False
        return (lib.fido_cred_verify if "x5c" in statement else lib.fido_cred_verify_self)(cred) == 0

    def asserted(self, last, rp_id, key):
        """ES256 alone."""
        lib, one = self.lib, ctypes.c_void_p(self.lib.fido_assert_new())
        numbers = key.public_key().public_numbers()
        public, point = ctypes.c_void_p(lib.es256_pk_new()), numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
        calls = [lib.es256_pk_from_ptr(public, point, ctypes.c_size_t(64)),
                 lib.fido_assert_set_clientdata(one, last["client"], ctypes.c_size_t(len(last["client"]))),
                 lib.fido_assert_set_rp(one, rp_id.encode()), lib.fido_assert_set_count(one, ctypes.c_size_t(1)),
                 lib.fido_assert_set_authdata_raw(one, ctypes.c_size_t(0), last["data"], ctypes.c_size_t(len(last["data"]))),
                 lib.fido_assert_set_sig(one, ctypes.c_size_t(0), last["signature"],
                                         ctypes.c_size_t(len(last["signature"])))]
        return not any(calls) and lib.fido_assert_verify(one, ctypes.c_size_t(0), ES256, public) == 0
