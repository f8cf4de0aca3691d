#!/usr/bin/env python3
"""Writes one population as LDIF, in the shape of slapcat, for slapadd and for `postern import` alike.

user0..N-1 are persons with 16 attributes under ou=users, each in one team of 50 (team0..) and one of 20 departments
(dept0.., N/20 members each). Passwords are secret-<user> as {SSHA}; --argon2 FIRST COUNT gives that range of users
the password `typed-password` as {ARGON2}, whose hash comes from --argon2-hash. The same options write the same octets.
"""
import argparse
import base64
import hashlib
import sys

TEAM_SIZE = 50
DEPARTMENTS = 20
FIRST_ID = 100_000


def ssha(password: str, salt: bytes) -> str:
    digest = hashlib.sha1(password.encode() + salt).digest()
    return "{SSHA}" + base64.b64encode(digest + salt).decode()


def line(name: str, value: str) -> str:
    if name == "userPassword":  # slapcat writes it in base64
        return f"{name}:: {base64.b64encode(value.encode()).decode()}\n"
    return f"{name}: {value}\n"


def entry(dn: str, attributes: list[tuple[str, str]]) -> str:
    return f"dn: {dn}\n" + "".join(line(name, value) for name, value in attributes) + "\n"


def containers(base: str) -> str:
    first = base.split(",")[0].split("=")[1]
    text = entry(base, [("objectClass", "top"), ("objectClass", "dcObject"), ("objectClass", "organization"),
                        ("dc", first), ("o", "bench")])
    for name in ("users", "groups"):
        text += entry(f"ou={name},{base}", [("objectClass", "top"), ("objectClass", "organizationalUnit"), ("ou", name)])
    return text


def account(base: str, name: str, password: str) -> str:
    """The account that searches; left out where the server makes its own."""
    return entry(f"cn={name},ou=users,{base}", [
        ("objectClass", "top"), ("objectClass", "organizationalRole"), ("objectClass", "simpleSecurityObject"),
        ("cn", name), ("userPassword", ssha(password, b"benchacc"))])


def person(base: str, number: int, userpassword: str) -> str:
    name = f"user{number}"
    classes = ("top", "person", "organizationalPerson", "inetOrgPerson", "posixAccount")
    return entry(f"cn={name},ou=users,{base}", [("objectClass", value) for value in classes] + [
        ("cn", name), ("uid", name), ("sn", f"Surname{number}"), ("givenName", f"Given{number}"),
        ("displayName", f"Given{number} Surname{number}"), ("mail", f"{name}@bench.example"),
        ("telephoneNumber", f"+49 30 {number:08d}"), ("title", "Engineer"), ("ou", f"dept{number % DEPARTMENTS}"),
        ("employeeNumber", str(number)), ("departmentNumber", str(number % DEPARTMENTS)),
        ("uidNumber", str(FIRST_ID + number)), ("gidNumber", str(FIRST_ID + number)),
        ("homeDirectory", f"/home/{name}"), ("loginShell", "/bin/bash"),
        ("userPassword", userpassword),
        ("memberOf", f"cn=team{number // TEAM_SIZE},ou=groups,{base}"),
        ("memberOf", f"cn=dept{number % DEPARTMENTS},ou=groups,{base}")])


def group(base: str, name: str, members: range) -> str:
    return entry(f"cn={name},ou=groups,{base}", [("objectClass", "top"), ("objectClass", "groupOfNames"), ("cn", name)]
                 + [("member", f"cn=user{number},ou=users,{base}") for number in members])


def write(out, options) -> None:
    base, users = options.base, options.users
    out.write(containers(base))
    if options.account:
        out.write(account(base, *options.account))
    first, count = options.argon2 or (0, 0)
    for number in range(users):
        slow = first <= number < first + count
        password = "{ARGON2}" + options.argon2_hash if slow else ssha(f"secret-user{number}", number.to_bytes(8, "big"))
        out.write(person(base, number, password))
    for team in range((users + TEAM_SIZE - 1) // TEAM_SIZE):
        out.write(group(base, f"team{team}", range(team * TEAM_SIZE, min(users, (team + 1) * TEAM_SIZE))))
    for department in range(min(DEPARTMENTS, users)):
        out.write(group(base, f"dept{department}", range(department, users, DEPARTMENTS)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=10_000)
    parser.add_argument("--base", default="dc=ldap,dc=goauthentik,dc=io")
    parser.add_argument("--account", nargs=2, metavar=("NAME", "PASSWORD"))
    parser.add_argument("--argon2", nargs=2, type=int, metavar=("FIRST", "COUNT"))
    parser.add_argument("--argon2-hash", metavar="$argon2id$...")
    parser.add_argument("--credentials", metavar="FILE", help="also write user<TAB>password lines")
    parser.add_argument("output", nargs="?", default="-")
    options = parser.parse_args()
    if options.argon2 and not options.argon2_hash:
        parser.error("--argon2 needs --argon2-hash (argon2_floor hash typed-password)")
    if options.output == "-":
        write(sys.stdout, options)
    else:
        with open(options.output, "w", encoding="utf-8") as out:
            write(out, options)
    if options.credentials:
        first, count = options.argon2 or (0, 0)
        with open(options.credentials, "w", encoding="utf-8") as out:
            for number in range(options.users):
                slow = first <= number < first + count
                out.write(f"user{number}\t{'typed-password' if slow else f'secret-user{number}'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
