"""Writes small databases in MaxMind's format, enough for tests: networks of IPv4 in an IPv6 tree, records of 24 bits."""

import ipaddress
import struct


class Short(int):
    """Two octets, as the metadata has them."""


class Long(int):
    """Eight octets."""


def _control(kind, size):
    extra = b""
    if size >= 29:
        assert size < 285
        extra, size = bytes([size - 29]), 29
    return bytes([kind << 5 | size]) + extra if kind <= 7 else bytes([size, kind - 7]) + extra


def encode(value):
    if isinstance(value, str):
        octets = value.encode()
        return _control(2, len(octets)) + octets
    if isinstance(value, float):
        return _control(3, 8) + struct.pack(">d", value)
    if isinstance(value, int):
        octets = value.to_bytes((value.bit_length() + 7) // 8, "big")
        return _control(5 if isinstance(value, Short) else 9 if isinstance(value, Long) else 6, len(octets)) + octets
    if isinstance(value, list):
        return _control(11, len(value)) + b"".join(encode(one) for one in value)
    return _control(7, len(value)) + b"".join(encode(key) + encode(one) for key, one in value.items())


def write(path, entries, kind="GeoLite2-City"):
    """entries: {network text: record dict}."""
    nodes, data = [[None, None]], b""
    for network, record in entries.items():
        net = ipaddress.ip_network(network)
        bits = bin(int(net.network_address))[2:].zfill(net.max_prefixlen)[:net.prefixlen]
        if net.version == 4:
            bits = "0" * 96 + bits
        at = 0
        for bit in bits[:-1]:
            if nodes[at][int(bit)] is None:
                nodes.append([None, None])
                nodes[at][int(bit)] = len(nodes) - 1
            at = nodes[at][int(bit)]
        nodes[at][int(bits[-1])] = ("data", len(data))
        data += encode(record)
    count = len(nodes)

    def pointer(value):
        if value is None:
            return count
        return value if isinstance(value, int) else count + 16 + value[1]

    tree = b"".join(pointer(side).to_bytes(3, "big") for node in nodes for side in node)
    metadata = {"binary_format_major_version": Short(2), "binary_format_minor_version": Short(0), "build_epoch": Long(1),
                "database_type": kind, "description": {"en": "test"}, "ip_version": Short(6), "languages": ["en"],
                "node_count": count, "record_size": Short(24)}
    path.write_bytes(tree + bytes(16) + data + b"\xab\xcd\xefMaxMind.com" + encode(metadata))
