"""Decodes header fields as text without a loss: a character stands for each byte."""

from collections.abc import Mapping
from types import MappingProxyType


def decode_fields(raw: list[tuple[bytes, bytes]]) -> Mapping[str, str]:
    """Read header fields, a character for each byte (Latin-1): none is lost. Repeated ones are joined."""
    fields: dict[str, str] = {}
    for name_bytes, value_bytes in raw:
        name, value = name_bytes.decode("latin-1").lower(), value_bytes.decode("latin-1")
        fields[name] = f"{fields[name]}, {value}" if name in fields else value
    return MappingProxyType(fields)


def encode_field(value: str) -> bytes:
    """Write a field's value as it came; what no byte stands for in UTF-8."""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode()


def decode_address_field(value: str | None) -> str | None:
    """Read an address in a header: some are sent in UTF-8."""
    try:
        return value and value.encode("latin-1").decode()
    except UnicodeDecodeError:
        return value
