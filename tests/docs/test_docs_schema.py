"""docs/schema/article.json is what the Article type says, and what feedmill writes fits it."""

import json
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.schemas import validator_of

from feedmill.article import Article, decode, encode
from feedmill.schema import article_schema

SCHEMA = Path(__file__).parent.parent.parent / "docs" / "schema" / "article.json"
validator = cache(lambda: validator_of(article_schema()))
NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
LEAST = Article(
    id="0123456789abcdef",
    rev=1,
    url="https://example.org/a",
    title="A title",
    listed_at=NOW,
    fetched_at=NOW,
    source="example.org",
    feed="https://example.org/feed",
    text="A text.",
    word_count=2,
    text_from="page",
)


def test_the_file_is_what_the_type_says() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == json.loads(json.dumps(article_schema())), (
        "write it again: python -m feedmill.schema > docs/schema/article.json"
    )


def test_the_schema_is_a_schema_and_names_every_field() -> None:
    schema = article_schema()
    validator_of(schema)
    assert list(schema["properties"]) == list(Article.__struct_fields__)


moments = st.datetimes(
    min_value=datetime(1970, 1, 2),  # noqa: DTZ001 - the zone is given beside it
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-3))]),
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(
    st.builds(
        lambda **fields: msgspec.structs.replace(LEAST, **fields),
        rev=st.integers(1, 10**6),
        title=texts,
        authors=st.lists(texts, max_size=3).map(tuple),
        published_at=st.none() | moments,
        listed_at=moments,
        text=texts.map(lambda text: text + "."),
        standfirst=st.none() | texts,
        reading_seconds=st.none() | st.integers(0, 10**5),
        agencies=st.lists(texts, max_size=2).map(tuple),
        text_from=st.sampled_from(["page", "feed"]),
        removed=st.dictionaries(st.sampled_from(["read-time", "related"]), st.integers(0, 99)),
    )
)
def test_every_article_that_is_encoded_fits_the_schema_and_comes_back(article: Article) -> None:
    data = encode(article)
    validator().validate(json.loads(data))
    assert decode(data) == article


@pytest.mark.parametrize(
    ("field", "value"),
    [("id", "xyz"), ("rev", 0), ("text", ""), ("text_from", "guess"), ("word_count", -1), ("title", None)],
)
def test_what_the_schema_refuses_the_decoder_refuses(field: str, value: object) -> None:
    wrong = json.loads(encode(LEAST)) | {field: value}
    assert list(validator().iter_errors(wrong))
    with pytest.raises(msgspec.ValidationError):
        decode(json.dumps(wrong))
