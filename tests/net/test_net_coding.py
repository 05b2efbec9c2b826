"""Content codings, undone with a bound."""

import gzip
import zlib

import pytest

from feedmill._net.client.content_decoding import ContentDecoder
from feedmill._net.errors import BadEncodingError, TooLargeError

TEXT = b"feeds into articles " * 200


def bare(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def decode(coding: str | None, body: bytes, *, limit: int = 1 << 20, piece: int = 1 << 16) -> bytes:
    decoding = ContentDecoder("http://site.example/", coding, limit=limit)
    for start in range(0, len(body), piece):
        decoding.feed_bytes(body[start : start + piece])
    return decoding.finish()


@pytest.mark.parametrize("piece", [1, 7, 65536])
@pytest.mark.parametrize(
    ("coding", "body"),
    ids=range(20),
    argvalues=[
        (None, TEXT),
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT)),
        ("GZIP", gzip.compress(TEXT)),
        ("x-gzip", gzip.compress(TEXT)),
        ("gzip", gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:])),
        ("gzip", gzip.compress(TEXT) + b"\0" * 9),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", bare(TEXT)),
        ("none", TEXT),
        ("UTF-8", TEXT),
        ("iso-8859-1", TEXT),
        ("binary", TEXT),
        ("gzip, gzip", gzip.compress(TEXT)),
        ("gzip, identity", gzip.compress(TEXT)),
        ("utf-8, gzip", gzip.compress(TEXT)),
        ("deflate", gzip.compress(TEXT)),
        ("br", gzip.compress(TEXT)),
        ("gzip", zlib.compress(TEXT)),
    ],
)
def test_a_coded_body_comes_back_whole(coding: str | None, body: bytes, piece: int) -> None:
    assert decode(coding, body, piece=piece) == TEXT


@pytest.mark.parametrize("piece", [1, 7, 65536])
@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "milling", "gzip, gzip"])
@pytest.mark.parametrize(
    "document",
    [
        b"<?xml version='1.0'?><rss/>",
        b"\xef\xbb\xbf\n <rss version='2.0'/>",
        b"<!doctype html><p>x",
        b"<HTML><p>x",
        b'{ "items": []}',
        b"<feed xmlns='x'>" + TEXT,
    ],
)
def test_a_document_under_a_wrong_label_is_a_document(coding: str, document: bytes, piece: int) -> None:
    assert decode(coding, document, piece=piece) == document


@pytest.mark.parametrize("coding", ["gzip", "deflate", None])
def test_an_empty_body_is_empty_in_every_coding(coding: str | None) -> None:
    assert decode(coding, b"") == b""


@pytest.mark.parametrize(
    ("coding", "body"),
    ids=range(12),
    argvalues=[
        ("br", TEXT),
        ("gzip, gzip", gzip.compress(gzip.compress(TEXT))),
        ("zlib_codec", TEXT),
        ("gzip, br", TEXT),
        ("gzip", TEXT),
        ("zlib", TEXT),
        ("milling", b"\1\2"),
        ("gzip", b"<p"),
        ("gzip", gzip.compress(TEXT)[:-20]),
        ("gzip", gzip.compress(TEXT)[:1]),
        ("deflate", zlib.compress(TEXT)[:-6]),
        ("gzip", gzip.compress(b"") * 1200),
    ],
)
def test_what_cannot_be_decoded_is_named(coding: str, body: bytes) -> None:
    with pytest.raises(BadEncodingError):
        decode(coding, body)


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_a_bomb_is_refused_at_the_limit(layers: int) -> None:
    bomb = b"\0" * (32 << 20)
    for _ in range(layers):
        bomb = gzip.compress(bomb, 9)
    if layers == 1:
        with pytest.raises(TooLargeError):
            decode("gzip", bomb)
    else:  # one layer only is undone
        assert len(decode("gzip", bomb)) < 1 << 20


def test_the_limit_itself_is_allowed() -> None:
    assert decode("gzip", gzip.compress(TEXT), limit=len(TEXT)) == TEXT
    with pytest.raises(TooLargeError):
        decode("gzip", gzip.compress(TEXT), limit=len(TEXT) - 1)
