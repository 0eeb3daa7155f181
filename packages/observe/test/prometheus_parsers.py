"""Reads a page of metrics by the parsers of Prometheus's Python client; prints its samples as JSON."""

import json
import sys

from prometheus_client import parser
from prometheus_client.openmetrics import parser as strict

page = sys.stdin.buffer.read().decode("utf-8")
parse = strict.text_string_to_metric_families if sys.argv[1] == "openmetrics" else parser.text_string_to_metric_families
samples = [sample for family in parse(page) for sample in family.samples]
print(json.dumps([
    {"name": s.name, "labels": s.labels, "value": s.value, "exemplar": s.exemplar and s.exemplar.labels}
    for s in samples
]))
