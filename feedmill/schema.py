"""The JSON Schema of the article: `python -m feedmill.schema > docs/schema/article.json` writes it."""

import json
import sys
from inspect import cleandoc
from typing import Any

import msgspec

from feedmill.article import SCHEMA, Article

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def article_schema() -> dict[str, Any]:
    """Describe the JSON in the field `article` of a stream entry (JSON Schema, draft 2020-12)."""
    (_,), components = msgspec.json.schema_components([Article], ref_template="#/$defs/{name}")
    (name, schema), *others = components.items()
    assert name == Article.__name__
    assert not others
    # Python 3.13 takes the indent out of docstrings, older ones do not.
    schema["description"] = cleandoc(schema["description"])
    return {"$schema": _DRAFT, "$id": f"urn:feedmill:{SCHEMA.replace('/', ':')}", **schema}


def main() -> None:
    """Print the schema."""
    sys.stdout.write(json.dumps(article_schema(), indent=2) + "\n")


if __name__ == "__main__":
    main()
