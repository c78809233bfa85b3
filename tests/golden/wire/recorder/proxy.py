"""A TCP proxy that writes down every byte of every connection, in the order it passed."""

import itertools
import re
import socket
import threading

LINE_BYTES = 48
RUN_MIN = 16


class Recorder:
    def __init__(self, server_port):
        self.server_port = server_port
        self.connections = []
        self.threads = []

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        # A connection that is waiting in the backlog gets its turn first.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self.threads:
            thread.join(timeout=10)

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.server_port))
            log = []
            self.connections.append(log)
            for source, target, mark in ((client, server, ">"), (server, client, "<")):
                source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                arguments = (source, target, mark, log)
                thread = threading.Thread(target=copy, args=arguments, daemon=True)
                thread.start()
                self.threads.append(thread)

    def captures(self):
        return [text_of(log) for log in self.connections]


def copy(source, target, mark, log):
    try:
        while data := source.recv(1 << 20):
            log.append((mark, data))
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def text_of(log):
    lines = []
    for mark, pieces in itertools.groupby(log, key=lambda entry: entry[0]):
        data = b"".join(piece for _, piece in pieces)
        lines += [f"{mark} {' '.join(line)}" for line in lines_of(data)]
    return "\n".join(lines) + "\n"


def lines_of(data):
    """Hexadecimal, with runs of one byte as `XX*count`, in lines of a bearable length."""
    line, width = [], 0
    runs = rb"(.)\1{%d,}|((.)(?!\3{%d}))+" % (RUN_MIN - 1, RUN_MIN - 1)
    for match in re.finditer(runs, data, re.S):
        piece = match.group()
        if match.group(1) is not None:
            tokens = [f"{piece[0]:02x}*{len(piece)}"]
        else:
            tokens = [piece[at:at + 16].hex() for at in range(0, len(piece), 16)]
        for token in tokens:
            if width + len(token) > LINE_BYTES * 2:
                yield line
                line, width = [], 0
            line.append(token)
            width += len(token) + 1
    if line:
        yield line
