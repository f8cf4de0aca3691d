"""The same requests to postern and to Debian's slapd that holds postern's tree: same result codes, same entries, same values.

POSTERN_SEED repeats a run. Differences that are allowed stand in the tables of against_slapd.py, with their reasons; a
code that may differ and never does fails the test."""

import time
import unittest

import against_slapd
from requests_at_random import Request
from support import BASE, LONG, USERS

COUNT = 100_000 if LONG else 20_000


class Requests(against_slapd.AgainstSlapd):
    def test_the_whole_tree_is_the_same(self):
        self.compare([Request(BASE, scope, attributes=("*", "+")) for scope in range(4)])

    def test_random_requests(self):
        begun = time.monotonic()
        maker = self.maker("requests")
        # One for each of against_slapd.CODES, then the random ones.
        missing = f"cn=nobody,{USERS}"
        requests = [Request(missing, assertion=("noSuchAttribute", b"x")), Request(missing, assertion=("uidNumber", b"x")),
                    Request(f"noSuchType=x,{BASE}", 0)]
        self.compare(requests + [maker.request() for _ in range(COUNT)])
        self.assertEqual(self.used, set(range(len(against_slapd.CODES))), "a difference that is allowed and never seen")
        print(f"{COUNT} requests in {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    unittest.main()
