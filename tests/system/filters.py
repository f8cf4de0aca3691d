"""Filters as trees: ("and"|"or", [...]), ("not", tree), ("present", type), ("eq"|"ge"|"le"|"approx", type, value),
("sub", type, initial, [any], final), ("ext", rule, type, value, dn_attributes). Types are str, values bytes.
encode() gives BER (RFC 4511 4.5.1), show() the text (RFC 4515), smaller() what shrinking tries next."""

import ldapwire

LEAF_TAGS = {"eq": 0xA3, "ge": 0xA5, "le": 0xA6, "approx": 0xA8}
SIGNS = {"eq": "=", "ge": ">=", "le": "<=", "approx": "~="}


def encode(tree):
    kind = tree[0]
    if kind in ("and", "or"):
        return ldapwire.tlv(0xA0 if kind == "and" else 0xA1, *[encode(part) for part in tree[1]])
    if kind == "not":
        return ldapwire.tlv(0xA2, encode(tree[1]))
    if kind == "present":
        return ldapwire.text(tree[1], 0x87)
    if kind == "sub":
        _, name, initial, middle, final = tree
        pieces = [ldapwire.text(initial, 0x80)] if initial is not None else []
        pieces += [ldapwire.text(piece, 0x81) for piece in middle]
        pieces += [ldapwire.text(final, 0x82)] if final is not None else []
        return ldapwire.tlv(0xA4, ldapwire.text(name), ldapwire.tlv(0x30, *pieces))
    if kind == "ext":
        _, rule, name, value, dn = tree
        return ldapwire.tlv(0xA9, ldapwire.text(rule, 0x81) if rule else b"", ldapwire.text(name, 0x82) if name else b"",
                            ldapwire.text(value, 0x83), b"\x84\x01\xff" if dn else b"")
    return ldapwire.tlv(LEAF_TAGS[kind], ldapwire.text(tree[1]), ldapwire.text(tree[2]))


def escape(value):
    return "".join(chr(c) if 0x20 <= c < 0x7F and c not in b"*()\\" else f"\\{c:02x}" for c in value)


def show(tree):
    kind = tree[0]
    if kind in ("and", "or"):
        return "(" + "&|"[kind == "or"] + "".join(map(show, tree[1])) + ")"
    if kind == "not":
        return f"(!{show(tree[1])})"
    if kind == "present":
        return f"({tree[1]}=*)"
    if kind == "sub":
        _, name, initial, middle, final = tree
        return f"({name}={'*'.join([escape(initial or b''), *map(escape, middle), escape(final or b'')])})"
    if kind == "ext":
        _, rule, name, value, dn = tree
        return f"({name or ''}{':dn' if dn else ''}{':' + rule if rule else ''}:={escape(value)})"
    return f"({tree[1]}{SIGNS[kind]}{escape(tree[2])})"


def smaller(tree):
    """Simpler trees, the most daring first."""
    kind = tree[0]
    if kind in ("and", "or"):
        yield from tree[1]
        for index, part in enumerate(tree[1]):
            yield kind, tree[1][:index] + tree[1][index + 1:]
            for less in smaller(part):
                yield kind, tree[1][:index] + [less] + tree[1][index + 1:]
    elif kind == "not":
        yield tree[1]
        yield from (("not", less) for less in smaller(tree[1]))
    elif kind == "sub":
        _, name, initial, middle, final = tree
        if initial is not None and (middle or final is not None):
            yield kind, name, None, middle, final
        if final is not None and (middle or initial is not None):
            yield kind, name, initial, middle, None
        for index in range(len(middle)):
            if len(middle) > 1 or initial is not None or final is not None:
                yield kind, name, initial, middle[:index] + middle[index + 1:], final
    elif kind == "ext" and tree[4]:
        yield (*tree[:4], False)
