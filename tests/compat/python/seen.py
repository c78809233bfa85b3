"""How scripts tell what they see, so that it can be compared, and when they may look."""

import hashlib
import os
import socket


def settle():
    """Waits until the replicas have all that the primary has."""
    with socket.create_connection(("127.0.0.1", int(os.environ["COMPAT_SETTLE"]))) as there:
        there.recv(1)


def say(*words):
    print(*words, flush=True)


def plain(value):
    if isinstance(value, (bytes, bytearray)):
        data = bytes(value)
        if len(data) > 64:
            return f"<{len(data)} bytes {hashlib.sha256(data).hexdigest()[:12]}>"
        return data
    if isinstance(value, set):
        return sorted(value)
    if isinstance(value, str) and len(value) > 200:
        return f"<{len(value)} characters {hashlib.sha256(value.encode()).hexdigest()[:12]}>"
    return value
