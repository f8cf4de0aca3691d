"""Random search and compare requests about a given tree: names, values and bases are taken from it, bent a little, or made up."""

import random

import filters
import ldapwire

UNKNOWN = ["noSuchAttribute", "x-unknown", "1.2.3.4.5", "memberOf;x-option"]
ELSEWHERE = ["dc=elsewhere", "ou=nothing,{base}", "cn=nobody,ou=users,{base}", "cn=a,cn=nobody,ou=groups,{base}", "not a dn",
             "cn=x,,{base}", "{base},dc=more", "=x,{base}", "noSuchType=x,{base}"]
JUNK = [b"", b"x", b"*", b"TRUE", b"0", b"-1", b"99999999999999999999", b"20200101000000Z", b"\xff\xfe", b"cn=x", b"cn",
        b"person", b"a" * 40, b"00000000-0000-0000-0000-000000000000"]
RULES = ["caseIgnoreMatch", "caseExactMatch", "2.5.13.5", "integerMatch", "distinguishedNameMatch", "caseIgnoreIA5Match",
         "caseExactIA5Match", "booleanMatch", "1.2.840.113556.1.4.803", "1.2.840.113556.1.4.804",
         "1.2.3.4.5", "noSuchRule"]

# Not of all types at once: the DN and hasSubordinates of an entry take part here, slapd computes them for answers only.
TYPED_RULES = {"distinguishedNameMatch", "booleanMatch"}


class Request:
    """A search, or a compare if `assertion` is (type, value). `controls` are (oid, critical, value or None)."""

    def __init__(self, base, scope=2, tree=("present", "objectClass"), attributes=(), size=0, types_only=False, controls=(),
                 assertion=None):
        self.base, self.scope, self.tree, self.attributes, self.size = base, scope, tree, tuple(attributes), size
        self.types_only, self.controls, self.assertion = types_only, tuple(controls), assertion

    def encode(self, number):
        controls = b"".join(ldapwire.control(*control) for control in self.controls)
        if controls:
            controls = ldapwire.tlv(0xA0, controls)
        if self.assertion is not None:
            name, value = self.assertion
            return ldapwire.message(number, ldapwire.tlv(
                0x6E, ldapwire.text(self.base), ldapwire.tlv(0x30, ldapwire.text(name), ldapwire.text(value))), controls)
        return ldapwire.search(number, self.base, self.scope, filters.encode(self.tree), self.attributes, self.size,
                               types_only=self.types_only, controls=controls)

    def but(self, **changes):
        fields = dict(vars(self))
        fields.update(changes)
        return Request(**fields)

    def __str__(self):
        more = "".join(f" control {oid}{'!' if critical else ''}={value!r}" for oid, critical, value in self.controls)
        if self.assertion is not None:
            return f"compare {self.base!r} {self.assertion[0]}:{filters.escape(self.assertion[1])}{more}"
        return (f"search -b {self.base!r} -s {('base', 'one', 'sub', 'children')[self.scope]} -z {self.size} "
                f"{'-A ' if self.types_only else ''}{filters.show(self.tree)!r} {' '.join(self.attributes)}{more}")

    def smaller(self):
        """Simpler requests, for shrinking."""
        for control in self.controls:
            yield self.but(controls=[other for other in self.controls if other is not control])
        if self.assertion is not None:
            return
        if self.types_only:
            yield self.but(types_only=False)
        if self.size:
            yield self.but(size=0)
        if self.attributes != ("1.1",):
            yield self.but(attributes=("1.1",))
        if self.attributes:
            yield self.but(attributes=())
            for index in range(len(self.attributes)):
                if len(self.attributes) > 1:
                    yield self.but(attributes=self.attributes[:index] + self.attributes[index + 1:])
        for tree in filters.smaller(self.tree):
            yield self.but(tree=tree)
        if self.tree != ("present", "objectClass"):
            yield self.but(tree=("present", "objectClass"))


class Maker:
    """`unasked`: types (in lower case) that filters and compares do not name; `listed`: classes for @class;
    `pieced`: types whose values may be searched by pieces; `strict`: of these only values that stand in the tree, if
    False in that very spelling; `unextended`: types that extensible filters do not name."""

    def __init__(self, seed, entries, base, classes, listed, unasked, pieced, strict, unextended):
        self.random = random.Random(seed)
        self.base, self.classes, self.listed = base, classes, listed
        self.dns = [dn for dn, _ in entries]
        self.values = {}
        for dn, attributes in entries:
            for name, values in attributes.items():
                self.values.setdefault(name, []).extend(values)
        self.values = {name: sorted(set(values)) for name, values in self.values.items()}
        self.unextended = unextended
        self.strict, self.spelt = strict, {name.lower(): name for name in self.values}
        self.names = sorted(self.values)
        self.asked = [name for name in self.names if name.lower() not in unasked]
        self.pieced = [name for name in self.asked if name.lower() in pieced]
        self.extra = ["name", "distinguishedName", "2.5.4.3", "2.5.4.41", "0.9.2342.19200300.100.1.1", "commonName", "surname",
                      "description", "title", "seeAlso", "userPassword"]

    def chance(self, share):
        return self.random.random() < share

    def bend_case(self, text):
        return "".join(c.swapcase() if c.isascii() and self.chance(0.3) else c for c in text)

    def name(self, names=None):
        drawn = self.random.random()
        name = self.random.choice(names or self.asked if drawn < 0.85 else self.extra if drawn < 0.96 else UNKNOWN)
        return self.bend_case(name) if self.chance(0.2) else name

    def value(self, name):
        """Mostly one that some entry has, often in another spelling."""
        own = self.values.get(name) or self.values.get("cn")
        if name.lower() in self.strict:
            value = self.random.choice(self.values[self.spelt[name.lower()]])
            return self.bent(value) if self.strict[name.lower()] and self.chance(0.5) else value
        drawn = self.random.random()
        if drawn < 0.08:
            return self.random.choice(JUNK)
        if drawn < 0.16:
            own = self.values[self.random.choice(self.names)]
        value = self.random.choice(own)
        if self.chance(0.5):
            return value
        return self.bent(value)

    def bent(self, value):
        text = value.decode(errors="surrogateescape")
        way = self.random.randrange(7)
        if way == 0:
            text = self.bend_case(text)
        elif way == 1:
            text = text.replace(" ", "  ")
        elif way == 2:
            text = f" {text} "
        elif way == 3:
            text = text.upper() if text.isascii() else text
        elif way == 4 and text:
            # Of a DN only within the first value, so that its types stay known.
            start = text.find("=") + 1
            end = text.find(",", start) if start else len(text)
            at = self.random.randrange(start, max(start + 1, end))
            text = text[:at] + text[at + 1:]
        elif way == 5:
            text = text.replace(",", " , ").replace("=", " = ")
        else:
            text = self.bend_case(text).replace("\\,", "\\2C").replace("\\+", "\\2b")
        return text.encode(errors="surrogateescape")

    def piece(self, value):
        """Without blanks at the ends: RFC 4518 2.6.1 gives every value one at either end, slapd does not. Nor hyphens: a
        telephone number's piece of hyphens alone is in every number here, in none there."""
        if not value:
            return b"x"
        text = value.decode(errors="surrogateescape")
        first = self.random.randrange(len(text))
        cut = text[first:first + self.random.randint(1, 6)].strip(" -") or "x"
        return (self.bend_case(cut) if self.chance(0.3) else cut).encode(errors="surrogateescape")

    def substrings(self, name):
        value = self.random.choice(self.values.get(name) or self.values["cn"])
        text = value.decode(errors="surrogateescape")
        initial = final = None
        if self.chance(0.5):
            initial = text[:self.random.randint(1, 4)].strip(" -").encode(errors="surrogateescape") or None
        if self.chance(0.4):
            final = text[-self.random.randint(1, 4):].strip(" -").encode(errors="surrogateescape") or None
        middle = [self.piece(value) for _ in range(self.random.choice([0, 0, 1, 1, 2]))]
        if initial is None and final is None and not middle:
            middle = [self.piece(value)]
        return "sub", name, initial, middle, final

    def extensible(self):
        name = self.name() if self.chance(0.8) else None
        if name is not None and name.lower() in self.unextended:
            name = "cn"
        rule = self.random.choice(RULES) if name is None or self.chance(0.6) else None
        if name is None and rule in TYPED_RULES:
            name = "memberOf"
        value = self.value(name or "cn")
        if rule is not None and rule.startswith("1.2.840"):
            value = self.random.choice([b"0", b"1", b"2", b"512", b"2000", b"x"])
        return "ext", rule, name, value, self.chance(0.3)

    def leaf(self):
        name = self.name()
        drawn = self.random.random()
        if drawn < 0.16:
            return "eq", "objectClass", self.random.choice(self.classes).encode()
        if drawn < 0.58:
            return "eq", name, self.value(name)
        if drawn < 0.72:
            return "present", name
        if drawn < 0.86:
            return self.substrings(self.random.choice(self.pieced) if self.chance(0.9) else self.random.choice(UNKNOWN))
        if drawn < 0.95:
            return self.random.choice(["ge", "le"]), name, self.value(name)
        return self.extensible()

    def tree(self, depth=3):
        drawn = self.random.random()
        if depth == 0 or drawn < 0.45:
            return self.leaf()
        if drawn < 0.58:
            return "not", self.tree(depth - 1)
        count = self.random.choice([0, 1, 2, 2, 2, 3, 3, 4])
        return self.random.choice(["and", "or"]), [self.tree(depth - 1) for _ in range(count)]

    def dn(self):
        drawn = self.random.random()
        if drawn < 0.06:
            return self.random.choice(ELSEWHERE).format(base=self.base)
        dn = self.random.choice(self.dns)
        return self.bent(dn.encode()).decode(errors="surrogateescape") if self.chance(0.15) else dn

    def place(self):
        drawn = self.random.random()
        if drawn < 0.55:
            return self.base
        containers = [dn for dn in self.dns if dn.startswith("ou=")]
        return self.random.choice(containers) if drawn < 0.8 else self.dn()

    def attributes(self):
        drawn = self.random.random()
        if drawn < 0.35:
            return ("1.1",)
        if drawn < 0.45:
            return ()
        if drawn < 0.55:
            return self.random.choice([("*",), ("+",), ("*", "+"), ("1.1", "cn"), ("*", "memberOf"), ("cn", "cn", "CN")])
        if drawn < 0.6:
            return ("@" + self.random.choice(self.listed),)
        return tuple(self.name(self.names) for _ in range(self.random.randint(1, 5)))

    def search(self):
        return Request(self.place(), self.random.choice([0, 1, 2, 2, 2, 2, 3]), self.tree(), self.attributes(),
                       self.random.choice([0] * 12 + [1, 2, 5, 1000]), self.chance(0.05))

    def compare(self):
        name = self.name()
        return Request(self.dn(), assertion=(name, self.value(name)))

    def request(self):
        return self.compare() if self.chance(0.1) else self.search()
