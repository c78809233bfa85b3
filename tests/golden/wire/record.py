#!/usr/bin/env python3
"""Records the captures of this folder against a private MariaDB server. See README.md."""

import pathlib
import sys

sys.dont_write_bytecode = True

from recorder import clients, scenarios
from recorder.proxy import Recorder
from recorder.server import Server

HERE = pathlib.Path(__file__).resolve().parent


def main(names):
    with Server() as server:
        for name, run in {**scenarios.ALL, **clients.ALL}.items():
            if names and name not in names:
                continue
            with Recorder(server.port) as recorder:
                run(server, recorder.port)
            for old in HERE.glob(f"{name}.*.capture"):
                old.unlink()
            for number, text in enumerate(recorder.captures(), 1):
                (HERE / f"{name}.{number}.capture").write_text(text)
            print(name, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
