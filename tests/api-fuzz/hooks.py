"""An operation that takes too long is a failure that names it (`request-timeout` says so of one request)."""

import os
import sys
import threading
import time

import schemathesis

LIMIT_S = 90
current = {"label": None, "since": time.monotonic(), "requests": 0}


def watch():
    while True:
        time.sleep(1)
        took = time.monotonic() - current["since"]
        if current["label"] and took > LIMIT_S:
            told = f"{current['label']}: not done after {took:.0f} s and {current['requests']} requests"
            print(f"\napi-fuzz: {told}", file=sys.stderr, flush=True)
            os._exit(3)


def at(operation):
    if operation.label != current["label"]:
        current.update(label=operation.label, since=time.monotonic(), requests=0)


@schemathesis.hook
def before_generate_case(context, strategy):
    at(context.operation)
    return strategy


@schemathesis.hook
def before_call(context, case, kwargs):
    at(case.operation)
    current["requests"] += 1


threading.Thread(target=watch, daemon=True).start()
