"""Passwords beyond ASCII: what looks alike is the same password (RFC 4013), for clients that compose and that do not."""

import unittest
import unicodedata

import ldapwire
from support import SharedCase, user_dn

PASSWORD = "Grüße ² ½"


class PasswordText(SharedCase):
    @classmethod
    def populate(cls, server):
        server.start()
        server.add_user("anna", PASSWORD)
        server.add_user("bert", unicodedata.normalize("NFD", "señor-señor"))

    def test_rfc4513_5_1_3_composed_and_decomposed(self):
        for form in ("NFC", "NFD", "NFKC", "NFKD"):
            self.assertEqual(self.server.bind(user_dn("anna"), unicodedata.normalize(form, PASSWORD)), 0, form)
            self.assertEqual(self.server.bind(user_dn("bert"), unicodedata.normalize(form, "señor-señor")), 0, form)

    def test_rfc4013_2_1_space_of_another_kind(self):
        self.assertEqual(self.server.bind(user_dn("anna"), PASSWORD.replace(" ", "\u00a0")), 0)

    def test_P28_what_is_no_utf8_is_read_as_windows_1252(self):
        with ldapwire.connect(self.server) as wire:
            self.assertEqual(wire.bind(user_dn("anna"), PASSWORD.encode("cp1252")), 0)
            self.assertEqual(wire.bind(user_dn("bert"), "señor-señor".encode("latin-1")), 0)
            self.assertEqual(wire.bind(user_dn("bert"), "señor-señór".encode("latin-1")), 49)

    def test_what_differs_is_wrong(self):
        self.assertEqual(self.server.bind(user_dn("anna"), "Gruße 2 1⁄2"), 49)
        self.assertEqual(self.server.bind(user_dn("bert"), "senor-senor"), 49)


if __name__ == "__main__":
    unittest.main()
