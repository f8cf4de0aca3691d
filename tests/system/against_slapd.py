"""One population in postern and in Debian's slapd, and how their answers to one request are compared.

POSTERN_SEED repeats a run. Every difference that is allowed stands in one of the tables here, with its reason."""

import json
import os
import random

from pipeline import Forms, Pipeline, plain_dn
from requests_at_random import Maker
from support import BASE, SharedCase
from twin import Twin, speakable

SEED = int(os.environ.get("POSTERN_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)

# Attributes that are not compared.
NOT_COMPARED = {
    "entrycsn": "slapd's own replication stamp",
    "contextcsn": "slapd's own replication stamp",
    "creatorsname": "slapd notes who loaded the entry",
    "modifiersname": "slapd notes who loaded the entry",
    "entryusn": "slapd numbers no entries",
    **dict.fromkeys(("objectguid", "useraccountcontrol", "pwdlastset", "shadowlastchange", "shadowexpire"),
                    "sent only when named, so the twin was loaded without them"),
}
# Types that neither filters nor compares name.
NOT_ASKED = {
    "subschemasubentry": "slapd computes it for answers only: such a filter is Undefined or 53 there, by the way it is asked",
    "hassubordinates": "slapd's candidates of such a filter lack the base entry of a subtree",
    "entrydn": "slapd refuses a compare with 53",
    **NOT_COMPARED,
}
# Types that substrings do not name.
NOT_PIECED = {
    "memberuid": "names outside IA5 have no prepared form here and match no piece; slapd compares their octets",
    "homedirectory": "the same",
}
# Types that extensible filters do not name.
NOT_EXTENDED = {
    "entryuuid": "slapd finds nothing by (entryUUID:=...), although by (entryUUID=...)",
    "objectclass": "nor by (objectClass:=...) and (objectClass:objectIdentifierMatch:=...)",
    "structuralobjectclass": "the same",
}
# Types that are asked for with values of the tree only, and whether in other spellings too.
OWN_VALUES = {
    "telephonenumber": (True, "any text may be a number here; a Printable String there"),
    "objectclass": (False, "an unknown class is FALSE here, so that (!(objectClass=computer)) means what it says, Undefined there; "
                    "blanks around a name are ignored here"),
    "structuralobjectclass": (False, "the same"),
    "ak-active": (False, "TRUE and true are one here (RFC 4517's ABNF), true is invalid there"),
    "ak-superuser": (False, "the same"),
}
# Codes that may differ: (ours, slapd's, of compares only, why).
CODES = [
    (32, 17, True, "at a missing entry slapd judges the assertion first"),
    (32, 21, True, "the same"),
    (32, 34, False, "a DN with an unknown type is malformed there, names nothing here"),
]
# Classes that @class is not asked for.
CLASSES_NOT_LISTED = {
    "posixgroup": "auxiliary without cn here as in rfc2307bis, structural with cn in slapd's nis.schema",
}
DN_VALUED = {"member", "uniquemember", "memberof", "entrydn", "subschemasubentry", "manager", "seealso", "owner"}

# Without ß and a final sigma: RFC 4518 folds them (ss, a plain sigma), slapd only takes small letters for large ones.
FIRST = ["Anna", "anna", "ANNA MARIA", "Anna  Maria", "Zoë", "ZOË", "Jörg", "Łukasz", "ﬁona", "Ｗｉｄｅ", "Ὀδυσσέα", "李", "o'neil",
         "de la Cruz", "A", "x y z", "Anna-Maria", "#hash", "plus+sign", "comma, inc", "\"quoted\"", "back\\slash", "star*", "(paren)"]


def population(seed):
    """A blueprint: people and nested groups whose values are alike in many ways."""
    drawn = random.Random(seed)
    entries, groups = [], []
    for number in range(24):
        name = drawn.choice(["team", "Team ", "unit/", "dept, "]) + str(number)
        attributes = {"description": drawn.choice(["All of us", "all  of US", "Nobody", "Ünits"])}
        if number % 5 == 0:
            attributes["gidNumber"] = str(50_000 + number)
        entry = {"model": "authentik_core.group", "id": f"g{number}", "identifiers": {"name": name},
                 "attrs": {"attributes": attributes, "is_superuser": number == 7}}
        if number % 4 == 1:
            entry["attrs"]["parents"] = sorted({groups[number // 2], groups[number // 3]})
        groups.append(name)
        entries.append(entry)
    for number in range(70):
        first = drawn.choice(FIRST)
        attributes = {}
        if drawn.random() < 0.6:
            attributes["telephoneNumber"] = [f"+49 30 {number % 9}", f"+49-30-{number % 4}"][:drawn.randint(1, 2)]
        if drawn.random() < 0.5:
            attributes["title"] = drawn.choice(["Boss", "boss ", "Chief  Boss", "Über-Boss"])
        if drawn.random() < 0.3:
            attributes["uidNumber"] = str(drawn.choice([0, 7, 60_000 + number, 2_147_483_647]))
        if drawn.random() < 0.3:
            attributes["description"] = drawn.choice(["", "one", ["two", "Two things"], "a*b(c)d\\e"]) or "none"
        if drawn.random() < 0.3:
            attributes["loginShell"] = drawn.choice(["/bin/sh", "/BIN/SH", "/bin/zsh"])
        if drawn.random() < 0.2:
            attributes["employeeNumber"] = str(number % 6)
        username = f"{first} {number}" if drawn.random() < 0.5 else f"user{number}"
        entries.append({"model": "authentik_core.user", "identifiers": {"username": username}, "attrs": {
            "name": f"{first} {drawn.choice(FIRST)}", "email": f"u{number % 30}@Example.{drawn.choice(['org', 'com', 'ORG'])}"
            if drawn.random() < 0.7 else "", "is_active": drawn.random() < 0.9, "attributes": attributes,
            "groups": sorted(set(drawn.choices(groups, k=drawn.randint(0, 5))))}})
    return {"version": 1, "entries": entries}


def as_yaml(blueprint):
    """JSON is YAML but for the tags that tie entries together."""
    names = {entry["identifiers"]["name"]: entry["id"] for entry in blueprint["entries"] if "id" in entry}

    def tie(value):
        return "!KeyOf " + names[value]
    lines = ["version: 1", "entries:"]
    for entry in blueprint["entries"]:
        attrs = dict(entry["attrs"])
        tied = []
        for kind in ("parents", "groups"):
            if kind in attrs:
                tied.append(f"\"{kind}\": [" + ", ".join(map(tie, attrs.pop(kind))) + "]")
        body = ", ".join([json.dumps(attrs, ensure_ascii=False)[1:-1], *tied])
        lines.append(f"  - {{model: {entry['model']}, " + (f"id: {entry['id']}, " if "id" in entry else "")
                     + f"identifiers: {json.dumps(entry['identifiers'], ensure_ascii=False)}, attrs: {{{body}}}}}")
    return "\n".join(lines) + "\n"


def comparable(dn, attributes):
    """What is left of an entry when NOT_COMPARED is taken away; DNs in one spelling."""
    out = {}
    for name, values in attributes.items():
        if name in NOT_COMPARED:
            continue
        if name == "objectclass":
            values = [value.lower() for value in values if speakable(value)]
        elif name == "subschemasubentry":
            values = [value.lower() for value in values]  # cn=Subschema there
        elif name in DN_VALUED:
            values = [plain_dn(value.decode()) for value in values]
        out[name] = values
    return out


class AgainstSlapd(SharedCase):
    @classmethod
    def populate(cls, server):
        server.start()
        server.apply(as_yaml(population(SEED)))
        cls.account = server.search_account()
        cls.twin = Twin(server.address(), cls.account, BASE)
        cls.addClassCleanup(cls.twin.close)

    def setUp(self):
        print(f"POSTERN_SEED={SEED}", flush=True)
        self.ours = Pipeline(self.server.address(), self.account)
        self.theirs = Pipeline(self.twin.address(), self.twin.root())
        self.addCleanup(self.ours.close)
        self.addCleanup(self.theirs.close)
        self.forms = Forms(comparable)
        self.used = set()

    def maker(self, salt):
        classes = ["top", "person", "PERSON", "organizationalPerson", "inetOrgPerson", "posixAccount", "user", "group", "groupOfNames",
                   "groupOfUniqueNames", "posixGroup", "organizationalUnit", "domain", "2.5.6.6"]
        listed = [name for name in classes if name.lower() not in CLASSES_NOT_LISTED]
        return Maker(f"{SEED} {salt}", self.twin.entries, BASE, classes, listed, NOT_ASKED, self.twin.pieced - NOT_PIECED.keys(),
                     {name: bend for name, (bend, _) in OWN_VALUES.items()},
                     NOT_EXTENDED)

    def summary(self, request, answer):
        entries = tuple(sorted(self.forms.of(body) for body in answer.entries))
        if request.size and answer.code == 4:
            entries = len(entries)
        return answer.code, entries

    def same(self, request, ours, theirs):
        for index, (mine, other, compare, _) in enumerate(CODES):
            if (ours.code, theirs.code) == (mine, other) and (request.assertion is not None or not compare):
                self.used.add(index)
                return True
        return self.summary(request, ours) == self.summary(request, theirs)

    def differ(self, request):
        ours, = self.ours.ask([request.encode])
        theirs, = self.theirs.ask([request.encode])
        return not self.same(request, ours, theirs)

    def shrunk(self, request):
        for _ in range(200):
            for less in request.smaller():
                if self.differ(less):
                    request = less
                    break
            else:
                break
        return request

    def explain(self, request):
        least = self.shrunk(request)
        lines = [f"{request}", f"  least: {least}"]
        ours, theirs = (self.summary(least, pipe.ask([least.encode])[0]) for pipe in (self.ours, self.theirs))
        lines.append(f"  postern {ours[0]}, slapd {theirs[0]}")
        if isinstance(ours[1], tuple) and isinstance(theirs[1], tuple):
            mine, other = dict(ours[1]), dict(theirs[1])
            for dn in sorted(mine.keys() | other.keys(), key=lambda dn: (dn in mine and dn in other, dn)):
                if mine.get(dn) != other.get(dn):
                    short = dn.replace(b"\x1f", b"").removesuffix(BASE.encode()).decode()
                    for side, (one, two) in (("postern", (mine, other)), ("slapd", (other, mine))):
                        if dn in one:
                            only = {a: v for a, v in one[dn] if (a, v) not in two.get(dn, ())} if dn in two else "entry"
                            lines.append(f"  only {side}: {short} {only}"[:400])
                if len(lines) > 8:
                    break
        else:
            lines.append(f"  {ours[1]} {theirs[1]}")
        return "\n".join(lines)

    def compare(self, requests, most=12):
        found = []
        for first in range(0, len(requests), 512):
            group = requests[first:first + 512]
            makers = [request.encode for request in group]
            for request, ours, theirs in zip(group, self.ours.ask(makers), self.theirs.ask(makers)):
                if not self.same(request, ours, theirs):
                    found.append(request)
            if len(found) >= most:
                break
        if found:
            self.fail(f"POSTERN_SEED={SEED}: {len(found)} differ\n" + "\n".join(map(self.explain, found[:most])))
