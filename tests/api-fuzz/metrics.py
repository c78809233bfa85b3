"""Reads `GET /metrics` from stdin as Prometheus does, and says what is wrong with it."""

import math
import sys

from prometheus_client.parser import text_string_to_metric_families

text = sys.stdin.buffer.read().decode("utf-8")
faults, seen, samples = [], set(), 0
for family in text_string_to_metric_families(text):
    name = family.name
    if family.type not in ("counter", "gauge", "histogram"):
        faults.append(f"{name}: of the type {family.type}")
    if not family.documentation:
        faults.append(f"{name}: without HELP")
    if name in seen:
        faults.append(f"{name}: in two places")
    seen.add(name)
    if not family.samples:
        faults.append(f"{name}: without samples")
    keys, buckets = set(), {}
    for sample in family.samples:
        samples += 1
        key = (sample.name, tuple(sorted(sample.labels.items())))
        if key in keys:
            faults.append(f"{key}: twice")
        keys.add(key)
        if math.isnan(sample.value) or (family.type != "gauge" and sample.value < 0):
            faults.append(f"{key}: {sample.value}")
        if family.type == "counter" and sample.name != f"{name}_total":
            faults.append(f"{sample.name}: a counter ends in _total")
        if family.type == "histogram":
            labels = {label: value for label, value in sample.labels.items() if label != "le"}
            one = buckets.setdefault(tuple(sorted(labels.items())), {"buckets": []})
            if sample.name == f"{name}_bucket":
                one["buckets"].append((float(sample.labels["le"]), sample.value))
            else:
                one[sample.name.removeprefix(name)] = sample.value
    for labels, one in buckets.items():
        bounds = [bound for bound, _ in one["buckets"]]
        counts = [count for _, count in one["buckets"]]
        if bounds != sorted(set(bounds)) or counts != sorted(counts) or bounds[-1:] != [math.inf]:
            faults.append(f"{name}{labels}: buckets that don't add up: {one['buckets']}")
        elif one.get("_count") != counts[-1] or "_sum" not in one:
            faults.append(f"{name}{labels}: {one.get('_count')} and {counts[-1]}, sum {one.get('_sum')}")
if not text.endswith("\n") or "\r" in text:
    faults.append("a line that does not end as it has to")
print(f"/metrics: {len(seen)} metrics, {samples} samples, {len(faults)} faults")
print("\n".join(faults))
sys.exit(bool(faults) or len(seen) < 20)
