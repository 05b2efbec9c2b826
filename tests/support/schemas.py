"""Gives jsonschema's validator to tests that need it: its import takes seconds, which others are spared."""

from typing import Any


def validator_of(schema: dict[str, Any]) -> Any:
    """Check a schema, and make the validator of draft 2020-12 that also checks formats."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415

    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
