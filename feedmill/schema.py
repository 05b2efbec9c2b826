"""Builds the JSON Schemas of what stream entries carry.

`python -m feedmill.schema > docs/schema/article.json` writes the article's, `python -m feedmill.schema
changes > docs/schema/changes.json` that of the field `changes`.
"""

import json
import sys
from inspect import cleandoc
from typing import Any

import msgspec

from feedmill.article import SCHEMA, Article
from feedmill.revision_changes import Changes

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def article_schema() -> dict[str, Any]:
    """Describe the JSON in the field `article` of a stream entry (JSON Schema, draft 2020-12)."""
    return _schema(Article, SCHEMA.replace("/", ":"))


def changes_schema() -> dict[str, Any]:
    """Describe the JSON in the field `changes` of a stream entry `updated`."""
    return _schema(Changes, "changes:1")


def _schema(kind: type[msgspec.Struct], name: str) -> dict[str, Any]:
    (_,), components = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    schema: dict[str, Any] = _inline_components(components[kind.__name__], components)
    return {"$schema": _DRAFT, "$id": f"urn:feedmill:{name}", **schema}


def _inline_components(schema: Any, components: dict[str, Any]) -> Any:
    """Put the parts where they are referred to, so that a schema stands alone."""
    if isinstance(schema, list):
        return [_inline_components(part, components) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inline_components(components[schema["$ref"].rpartition("/")[2]], components)
    whole = {name: _inline_components(part, components) for name, part in schema.items()}
    if isinstance(whole.get("description"), str):
        # Python 3.13 takes the indent out of docstrings, older ones do not.
        whole["description"] = cleandoc(whole["description"])
    return whole


def main() -> None:
    """Print the schema of the article, or of the changes."""
    schema = changes_schema() if sys.argv[1:] == ["changes"] else article_schema()
    sys.stdout.write(json.dumps(schema, indent=2) + "\n")


if __name__ == "__main__":
    main()
