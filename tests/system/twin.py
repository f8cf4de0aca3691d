"""A slapd that holds what a postern publishes: schema, entries and operational attributes taken over LDAP.

What slapd cannot hold is left out here and named in NOT_IN_SLAPD."""

import base64
import re

import ldapwire
from pipeline import Pipeline
from slapd import Slapd

# Made by slapd itself for each entry, or computed: not loaded.
COMPUTED = {"entrydn", "subschemasubentry", "hassubordinates", "numsubordinates", "entryusn"}
OVERLAYS = "moduleload sssvlv\nmoduleload deref\n"


def speakable(name):
    """slapd takes RFC 4512 descriptors only; authentik's class names hold dots and slashes."""
    return re.fullmatch(rb"[A-Za-z][A-Za-z0-9-]*", name) is not None


def read_entries(address, bind, base, scope=2, attributes=("*", "+"), query=ldapwire.present("objectClass")):
    """[(dn, {type: [values]})] with types as they were sent."""
    pipe = Pipeline(address, bind)
    try:
        answer, = pipe.ask([lambda number: ldapwire.search(number, base, scope, query, attributes)])
    finally:
        pipe.close()
    if answer.code != 0:
        raise AssertionError(f"{base!r}: {answer.code}")
    entries = []
    for body in answer.entries:
        _, dn, at = ldapwire.read_tlv(body)
        attributes = {}
        for _, attribute in ldapwire.parts(ldapwire.read_tlv(body, at)[1]):
            _, name, at = ldapwire.read_tlv(attribute)
            attributes[name.decode()] = [value for _, value in ldapwire.parts(ldapwire.read_tlv(attribute, at)[1])]
        entries.append((dn.decode(), attributes))
    return entries


class Definition:
    """One line of a schema: OID, names, text."""

    def __init__(self, text):
        self.text = text.decode()
        self.oid = re.match(r"\(\s*([0-9.]+)", self.text).group(1)
        found = re.search(r"\sNAME\s+(\([^)]*\)|'[^']*')", self.text)
        self.names = re.findall(r"'([^']+)'", found.group(1)) if found else []
        self.names = [name for name in self.names if speakable(name.encode())]
        self.keys = {self.oid, *(name.lower() for name in self.names)}

    def line(self):
        """With the names that slapd takes; operational attributes may not be defined in slapd.conf, so they become
        user attributes there."""
        names = "NAME ( " + " ".join(f"'{name}'" for name in self.names) + " )"
        text = re.sub(r"NAME\s+(\([^)]*\)|'[^']*')", names, self.text, count=1)
        return re.sub(r" (NO-USER-MODIFICATION|USAGE \w+)", "", text)


def definitions(address, bind, kind):
    (_, entry), = read_entries(address, bind, "cn=subschema", 0, (kind,), ldapwire.present("objectClass"))
    found = {name.lower(): values for name, values in entry.items()}
    return [Definition(text) for text in found[kind.lower()]]


def as_configuration(types, classes, known_types, known_classes, unpublished):
    """Lines for slapd.conf of all that it does not know."""
    out = []
    for each in types:
        if each.names and not each.keys & known_types:
            out.append(f"attributetype {each.line()}\n")
    for number, name in enumerate(sorted(unpublished)):
        out.append(f"attributetype ( 1.3.6.1.4.1.4203.666.1.{9000 + number} NAME '{name}' EQUALITY caseIgnoreMatch "
                   "ORDERING caseIgnoreOrderingMatch "
                   "SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )\n")
    for each in classes:
        if each.names and not each.keys & known_classes:
            out.append(f"objectclass {each.line()}\n")
    return "".join(out)


def with_substrings(types):
    """Names (in lower case) of the types that have a substrings rule, their own or an inherited one."""
    found = set()
    for each in types:  # superiors come first
        superior = re.search(r"\sSUP (\S+)", each.text)
        if " SUBSTR " in each.text or (superior and superior.group(1).lower() in found):
            found |= each.keys
    return found


def as_ldif(entries):
    out = []
    for dn, attributes in sorted(entries, key=lambda entry: entry[0].count(",")):
        lines = [f"dn:: {base64.b64encode(dn.encode()).decode()}"]
        for name, values in attributes.items():
            if name.lower() in COMPUTED:
                continue
            for value in values:
                lines.append(f"{name}:: {base64.b64encode(value).decode()}")
        out.append("\n".join(lines) + "\n")
    return "\n".join(out)


class Twin(Slapd):
    def __init__(self, address, bind, base):
        super().__init__(base, OVERLAYS)
        try:
            self.take_over(address, bind, base)
        except BaseException:
            self.close()
            raise

    def take_over(self, address, bind, base):
        self.entries = [(dn, {name: [value for value in values if name.lower() != "objectclass" or speakable(value)]
                              for name, values in attributes.items()}) for dn, attributes in read_entries(address, bind, base)]
        types, classes = (definitions(address, bind, kind) for kind in ("attributeTypes", "objectClasses"))
        self.start()
        known = {}
        for kind in ("attributeTypes", "objectClasses"):
            own = definitions(self.address(), None, kind)
            known[kind] = set().union(*(each.keys for each in own))
        self.stop()
        published = set().union(*(each.keys for each in types))
        unpublished = {name for _, attributes in self.entries for name in attributes
                       if name.lower() not in published and name.lower() not in known["attributeTypes"]}
        self.define(as_configuration(types, classes, known["attributeTypes"], known["objectClasses"], unpublished))
        self.pieced = with_substrings(types)
        self.load(as_ldif(self.entries), "-s")
        self.start()

    def define(self, lines):
        """Without those that slapd knows although its subschema does not show them."""
        for _ in lines.splitlines():
            self.configure(OVERLAYS + lines, "lastmod off\noverlay sssvlv\noverlay deref\n")
            problem = self.configuration_problem()
            if "Duplicate" not in problem:
                break
            number = int(re.search(r": line (\d+) ", problem).group(1))
            wrong = self.configuration.read_text().splitlines(keepends=True)[number - 1]
            lines = lines.replace(wrong, "")
        if problem:
            raise AssertionError(f"slapd does not take postern's schema: {problem}")
