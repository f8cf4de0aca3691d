"""Controls of searches in postern and in slapd with postern's tree: paging, sorting, matched values, and what is done with
unknown ones. A control takes part once postern's root DSE names it. POSTERN_SEED repeats a run."""

import random
import unittest

import against_slapd
import filters
import ldapwire
from against_slapd import SEED
from pipeline import plain_dn
from requests_at_random import Request
from support import BASE, USERS

PAGED = "1.2.840.113556.1.4.319"
SORT = "1.2.840.113556.1.4.473"
MATCHED = "1.2.826.0.1.3344810.2.3"
MANAGE_DSA_IT = "2.16.840.1.113730.3.4.2"
UNKNOWN = "1.3.6.1.4.1.4203.666.99.99"


def page(size, cookie=b""):
    return PAGED, True, ldapwire.tlv(0x30, ldapwire.integer(size), ldapwire.text(cookie))


def sort(*keys):
    """(type, rule or None, reverse) each, RFC 2891."""
    return SORT, True, ldapwire.tlv(0x30, *[
        ldapwire.tlv(0x30, ldapwire.text(name), ldapwire.text(rule, 0x80) if rule else b"", b"\x81\x01\xff" if reverse else b"")
        for name, rule, reverse in keys])


def matched_values(trees):
    return MATCHED, True, ldapwire.tlv(0x30, *map(filters.encode, trees))


class Controls(against_slapd.AgainstSlapd):
    def setUp(self):
        super().setUp()
        root = self.server.search(base="", scope="base", attributes=("+",)).one()
        self.served = set(root.get("supportedcontrol", ()))
        self.random = random.Random(f"{SEED} {self.id()}")

    def need(self, oid):
        if oid not in self.served:
            self.skipTest(f"{oid} is not served")

    def names(self, answer):
        return [plain_dn(ldapwire.read_tlv(body)[1].decode()) for body in answer.entries]

    def pages(self, pipe, request, size):
        """DNs in order, and the result codes."""
        names, cookie = [], b""
        for _ in range(2000):
            answer, = pipe.ask([request.but(controls=[*request.controls, page(size, cookie)]).encode])
            names += self.names(answer)
            if answer.code != 0:
                return names, answer.code
            self.assertLessEqual(len(answer.entries), size)
            _, cookie = ldapwire.parts(ldapwire.read_tlv(answer.controls[PAGED])[1])[1]
            if not cookie:
                return names, 0
        self.fail(f"pages without end: {request}")

    def test_Rfc2696_pages_hold_what_one_answer_holds(self):
        self.need(PAGED)
        maker = self.maker("pages")
        for _ in range(150):
            request = maker.search().but(size=0, attributes=("1.1",), types_only=False)
            size = self.random.choice([1, 2, 7, 50, 1000])
            ours, theirs = (self.pages(pipe, request, size) for pipe in (self.ours, self.theirs))
            with self.subTest(request=str(request), size=size):
                if ours[1] == 32 and theirs[1] == 34:
                    continue
                self.assertEqual((sorted(ours[0]), ours[1]), (sorted(theirs[0]), theirs[1]))

    def test_Rfc2891_order(self):
        self.need(SORT)
        # Types without an ordering rule of their own need one named: here they are sorted by their equality rule
        # without it, there it is 18.
        rules = {"cn": ["caseIgnoreOrderingMatch"], "sn": ["2.5.13.3"], "displayName": ["caseIgnoreOrderingMatch"],
                 "title": ["caseIgnoreOrderingMatch"], "uidNumber": [None, "integerOrderingMatch"], "createTimestamp": [None]}
        maker = self.maker("order")
        for _ in range(100):
            keys = [(name, self.random.choice(rules[name]), self.random.random() < 0.4)
                    for name in self.random.sample(sorted(rules), self.random.choice([1, 1, 2]))]
            # Unique, so that there is one order.
            keys.append(("uid", "caseIgnoreOrderingMatch", False))
            request = Request(USERS, 1, maker.tree(), ("1.1",), controls=[sort(*keys)])
            ours, theirs = (pipe.ask([request.encode])[0] for pipe in (self.ours, self.theirs))
            with self.subTest(request=str(request), keys=keys):
                self.assertEqual((ours.code, self.names(ours)), (theirs.code, self.names(theirs)))

    def test_Rfc3876_values_that_match(self):
        self.need(MATCHED)
        maker = self.maker("values")
        requests = []
        for _ in range(400):
            leaves = []
            while len(leaves) < self.random.choice([1, 2, 3]):
                leaf = maker.leaf()
                # Of objectClass slapd takes the names of subclasses too, beside those that the entry lists.
                if leaf[0] in ("eq", "ge", "le", "present", "sub") and "objectclass" not in str(leaf).lower():
                    leaves.append(leaf)
            attributes = self.random.choice([(), ("*",), ("cn", "telephoneNumber", "memberOf", "objectClass"), ("member",)])
            requests.append(Request(BASE, 2, maker.tree(1), attributes, controls=[matched_values(leaves)]))
        self.compare(requests)

    def test_Rfc4511_4_1_11_unknown_and_unneeded_controls(self):
        requests = [Request(BASE, 0, controls=[(UNKNOWN, critical, value)]) for critical in (False, True) for value in (None, b"x")]
        requests.append(Request(USERS, assertion=("cn", b"x"), controls=[(UNKNOWN, True, None)]))
        if MANAGE_DSA_IT in self.served:
            requests.append(Request(BASE, 0, controls=[(MANAGE_DSA_IT, True, None)]))
        self.compare(requests)


if __name__ == "__main__":
    unittest.main()
