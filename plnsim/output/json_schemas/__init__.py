"""What ``--json`` prints: a JSON Schema for each command, from which the guide's page is made and against which the
tests hold what is printed.
"""

from __future__ import annotations

from plnsim.output.json_schemas import files, plans, results, studies
from plnsim.output.json_schemas.shapes import Schema

SCHEMA_VERSION = 2
"""Goes up when a name goes or means something else; names may be added without."""


def _with_version(content: Schema) -> Schema:
    properties, required = content["properties"], content["required"]
    assert isinstance(properties, dict) and isinstance(required, list)
    version = {"const": SCHEMA_VERSION, "description": "Goes up when a name goes or changes its meaning."}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **content,
        "properties": {"schema_version": version, **properties},
        "required": ["schema_version", *required],
    }


_CONTENT = files.CONTENT | results.CONTENT | plans.CONTENT | studies.CONTENT
COMMANDS = {name: command for name, (command, _) in _CONTENT.items()}
"""What each shape is printed by."""
SCHEMAS = {name: _with_version(content) for name, (_, content) in _CONTENT.items()}
"""The JSON Schema of each shape."""
