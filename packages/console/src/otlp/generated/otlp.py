"""Writes otlp.json, the OTLP messages as a protobufjs descriptor, from the descriptors in PyPI's opentelemetry-proto.

    pip install opentelemetry-proto && python3 otlp.py > otlp.json
"""

import json
from importlib import import_module

SIGNALS = ("trace", "logs", "metrics")
SCALARS = {1: "double", 2: "float", 3: "int64", 4: "uint64", 5: "int32", 6: "fixed64", 7: "fixed32", 8: "bool",
           9: "string", 12: "bytes", 13: "uint32", 15: "sfixed32", 16: "sfixed64", 17: "sint32", 18: "sint64"}


def files():
    """Every file that the three services need, dependencies first."""
    seen = {}

    def visit(file):
        for dependency in file.dependencies:
            visit(dependency)
        seen[file.name] = file

    for signal in SIGNALS:
        visit(import_module(f"opentelemetry.proto.collector.{signal}.v1.{signal}_service_pb2").DESCRIPTOR)
    return seen.values()


def enum(descriptor):
    return {"values": {value.name: value.number for value in descriptor.values}}


def field(descriptor):
    named = descriptor.message_type or descriptor.enum_type
    shape = {"type": "." + named.full_name if named else SCALARS[descriptor.type], "id": descriptor.number}
    return {"rule": "repeated", **shape} if descriptor.is_repeated else shape


def message(descriptor):
    oneofs = {one.name: {"oneof": [part.camelcase_name for part in one.fields]} for one in descriptor.oneofs}
    nested = {**{part.name: enum(part) for part in descriptor.enum_types},
              **{part.name: message(part) for part in descriptor.nested_types}}
    shape = {"fields": {part.camelcase_name: field(part) for part in descriptor.fields}}
    if oneofs:
        shape = {"oneofs": oneofs, **shape}
    return {**shape, "nested": nested} if nested else shape


root = {"nested": {}}
for file in files():
    package = root
    for name in file.package.split("."):
        package = package["nested"].setdefault(name, {"options": {"syntax": "proto3"}, "nested": {}})
    for part in file.enum_types_by_name.values():
        package["nested"][part.name] = enum(part)
    for part in file.message_types_by_name.values():
        package["nested"][part.name] = message(part)
print(json.dumps(root, separators=(",", ":")))
