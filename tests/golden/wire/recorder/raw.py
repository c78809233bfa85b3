"""A client that says exactly what it is told to, with any set of capabilities.

It knows nothing of how replies are built: a reply is over when the server has been quiet for a
while. So what it records is no copy of what the gateway believes.
"""

import hashlib
import socket
import struct

QUIET_S = 0.15
PAYLOAD_MAX = 0xFFFFFF


class Raw:
    def __init__(self, port, capabilities, extended=0):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        greeting = self.reply()[4:]
        at = greeting.index(0) + 1
        self.connection_id = struct.unpack_from("<I", greeting, at)[0]
        plugin_data = greeting[at + 4:at + 12] + greeting[at + 31:at + 43]
        self.scramble = plugin_data
        answer = struct.pack("<IIB19xI", capabilities, 1 << 30, 45, extended)
        answer += b"wire\0" + self.password("secret") + b"shop\0mysql_native_password\0"
        self.send(answer, 1)
        self.greeting_reply = self.reply()

    def password(self, password):
        if not password:
            return b"\0"
        once = hashlib.sha1(password.encode()).digest()
        mask = hashlib.sha1(self.scramble + hashlib.sha1(once).digest()).digest()
        return b"\x14" + bytes(a ^ b for a, b in zip(once, mask))

    def send(self, payload, seq=0):
        out = b""
        while True:
            piece, payload = payload[:PAYLOAD_MAX], payload[PAYLOAD_MAX:]
            out += struct.pack("<I", len(piece))[:3] + bytes([seq % 256]) + piece
            seq += 1
            if len(piece) < PAYLOAD_MAX:
                break
        self.socket.sendall(out)

    def reply(self, patience=5.0):
        """Everything the server says until it is quiet."""
        data = b""
        self.socket.settimeout(patience)
        try:
            while piece := self.socket.recv(1 << 20):
                data += piece
                self.socket.settimeout(QUIET_S)
        except TimeoutError:
            pass
        return data

    def until_silent(self):
        """The rest of a reply that comes slowly."""
        while self.reply(3):
            pass

    def ask(self, payload, patience=5.0):
        self.send(payload)
        return self.reply(patience)

    def query(self, sql, patience=5.0):
        return self.ask(b"\x03" + (sql if isinstance(sql, bytes) else sql.encode()), patience)

    def prepare(self, sql):
        """The statement's id; of a failed preparation some number or other."""
        return struct.unpack_from("<I", self.ask(b"\x16" + sql.encode()), 5)[0]

    def execute(self, statement, values=(), flags=0, long=()):
        """Executes with integers, strings and None; `long` names parameters sent before."""
        return self.ask(execute_payload(statement, values, flags, long))

    def close(self):
        self.send(b"\x01")
        self.reply()
        self.socket.close()


def execute_payload(statement, values=(), flags=0, long=()):
    payload = b"\x17" + struct.pack("<IBI", statement, flags, 1)
    if not values:
        return payload
    bitmap = sum(1 << at for at, value in enumerate(values) if value is None)
    payload += bitmap.to_bytes((len(values) + 7) // 8, "little") + b"\x01"
    payload += b"".join(b"\x08\0" if isinstance(value, int) else b"\xfd\0" for value in values)
    return payload + b"".join(
        encode(value) for at, value in enumerate(values) if value is not None and at not in long)


def encode(value):
    if isinstance(value, int):
        return struct.pack("<q", value)
    return bytes([len(value)]) + value.encode()
