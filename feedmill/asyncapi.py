"""Builds the AsyncAPI 3.0 document of the streams.

`python -m feedmill.asyncapi > docs/schema/asyncapi.json` writes it. AsyncAPI has no binding for Redis
streams, so a message's payload is the entry's fields, as an object of texts.
"""

import json
import sys
from importlib.metadata import version
from typing import Any

from feedmill._group.group_keys import GroupKeys
from feedmill.article import SCHEMA
from feedmill.schema import article_schema, changes_schema

JsonObject = dict[str, Any]

_ENTRY = {
    "event": "What happened to the article.",
    "id": "The article: 16 hexadecimal characters.",
    "rev": "The revision: 1, then 2, 3 …",
    "source": "Who published it, as the feed list calls them.",
    "feed": "URL of the feed that listed it first; of `listed`: of the feed that lists it now.",
    "lang": "Language as the page declares it, or its text's own where that is another; empty when unknown.",
    "tags": "Tags, joined by commas.",
    "url": "The page's address.",
    "time": "When feedmill made this revision: RFC 3339, UTC, milliseconds.",
    "schema": "The form of the field `article`.",
}
_ARTICLE = {"article": "The article as JSON; its schema is components/schemas/article."}
_TEXT_FROM = {
    "text_from": "`page`, `feed`, `transcript`: whose words the text has; empty without one, missing in 0.1."
}
_STORY = {
    "story": "Id of the first article of the story that this text is of; missing where it is of none.",
    "story_size": "Articles of the story so far.",
    "story_sources": "Different sources of the story so far.",
    "similarity": "To the nearest text of the story, 0 to 1; empty where the article was the first.",
    "relation": "`copy` from 0.8 on, `edited` below; empty where the article was the first.",
}
_TEXT_FROM |= _STORY
_TEXT_FROM |= {
    "access": "`restricted` where page or feed is behind credentials; missing elsewhere.",
    "reserved": "The first of its `rights` that `[pages] honour` names; missing without one.",
}
_BACKFILL = _TEXT_FROM | {"backfill": "`1` when the revision came by a backfill and is no news."}
_MESSAGES: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {
    "created": ("An article is out.", _ARTICLE, _BACKFILL),
    "updated": (
        "A later revision of an article.",
        _ARTICLE,
        _BACKFILL | {"changes": "What it changed, as JSON; its schema is components/schemas/changes."},
    ),
    "retracted": (
        "The article was taken back, or its page is gone.",
        {"reason": "`http_404`, `http_410` or `notice`."},
        _TEXT_FROM | {"notice": "The page's own words."},
    ),
    "listed": (
        "One more feed lists an article that is out.",
        {},
        _ARTICLE
        | _TEXT_FROM
        | {
            "first_source": "The source that it came out under.",
            "first_feed": "The feed that listed it first.",
            "first_tags": "The tags that it came out with.",
        },
    ),
}
_DEAD = {
    "id": "The article that the page would have been.",
    "url": "The page's address.",
    "reason": "A named outcome, such as `http_404`, `crash` or `timeout`.",
    "detail": "What was said of it.",
    "attempts": "How often it was tried.",
    "source": "Who published it.",
}
_FEED_EVENT = {
    "event": "What happened: `feed_failing`, `feed_moved`, `feed_gap` …",
    "source": "Who publishes the feed.",
    "time": "When: RFC 3339, UTC.",
}
_STORY_EVENT = {
    "event": "`reached`: the story has come to so many sources.",
    "story": "Id of the story's first article.",
    "story_size": "Articles of the story so far.",
    "story_sources": "Different sources so far: 2, 3, 5, 10, 20, 50 … 1000.",
    "sources": "Their names, as a JSON array; 50 at most.",
    "first_entry": "Id of the first article's last revision in the stream of articles; empty when forgotten.",
    "first_source": "The first article's source; empty when the stream of articles holds its entry no more.",
    "first_url": "The first article's address; empty likewise.",
    "entry": "Id of the entry of the article that brought the story here.",
    "since": "When the first article was out: RFC 3339, UTC, milliseconds.",
    "time": "When the story was here, likewise.",
}
_LETTER = {
    "entry": "The id that the entry had in the stream of articles.",
    "error": "What was said of the last delivery.",
    "deliveries": "How many failed.",
    "consumer": "The consumer that had it last.",
}
_OF_A_FEED = {"feed": "The feed's URL as configured.", "site": "Its site."}


def build_asyncapi() -> JsonObject:
    """Describe all streams that a consumer may read."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "feedmill",
            "version": version("feedmill-client"),
            "description": "Clean news articles as Redis streams. docs/stream.md says what is promised.",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "redis": {
                "host": "127.0.0.1:6379",
                "protocol": "redis",
                "description": "`feedmill url` prints the address and the password.",
                "security": [{"$ref": "#/components/securitySchemes/password"}],
            }
        },
        "channels": _build_channels(),
        "operations": {
            "publishArticles": _build_operation("articles", "Appends each revision exactly once."),
            "buryPages": _build_operation("dead", "Appends what it gave up."),
            "tellEvents": _build_operation("events", "Appends what happened."),
            "tellStories": _build_operation("stories", "Appends what stories have reached."),
        },
        "components": {
            "securitySchemes": {"password": {"type": "userPassword"}},
            "messages": _build_messages(),
            "schemas": {
                "article": _embed_schema(article_schema()),
                "changes": _embed_schema(changes_schema()),
            },
        },
    }


def _build_channels() -> dict[str, JsonObject]:
    keys = GroupKeys(group="{group}")
    of_group = _build_channel(keys.dead(), "Articles that one consumer group gave up.", ["deadLetter"])
    return {
        "articles": _build_channel(keys.stream(), "The stream of articles.", list(_MESSAGES)),
        "dead": _build_channel("feedmill:dead", "Pages that feedmill gave up.", ["deadPage"]),
        "events": _build_channel("feedmill:events", "What happened to feeds and sites.", ["feedEvent"]),
        "stories": _build_channel(
            "feedmill:stories", "Stories that reach more sources, where it is on.", ["storyEvent"]
        ),
        "groupDead": of_group | {"parameters": {"group": {"description": "The name of the consumer group."}}},
    }


def _build_messages() -> dict[str, JsonObject]:
    article = {
        event: _build_message(said, _ENTRY | required, optional, event=event)
        for event, (said, required, optional) in _MESSAGES.items()
    }
    optional_article = _ARTICLE | _BACKFILL
    return article | {
        "deadPage": _build_message("A page that feedmill gave up.", _DEAD, {}),
        "feedEvent": _build_message("Something happened to a feed or a site.", _FEED_EVENT, _OF_A_FEED),
        "storyEvent": _build_message("A story has reached so many sources.", _STORY_EVENT, {}),
        "deadLetter": _build_message(
            "An entry whose deliveries failed too often.", _LETTER | _ENTRY, optional_article
        ),
    }


def _build_message(
    said: str, required: dict[str, str], optional: dict[str, str], *, event: str = ""
) -> JsonObject:
    fields: dict[str, JsonObject] = {
        name: {"type": "string", "description": words} for name, words in (required | optional).items()
    }
    if event:
        fields["event"] |= {"const": event}
        fields["schema"] |= {"const": SCHEMA} if "article" in required else {}
        fields["id"] |= {"pattern": "^[0-9a-f]{16}$"}
        fields["rev"] |= {"pattern": "^[1-9][0-9]*$"}
        fields["time"] |= {"format": "date-time"}
    for name in ("article", "changes"):
        if name in fields:
            fields[name] |= {"contentMediaType": "application/json"}
    return {
        "summary": said,
        "payload": {"type": "object", "required": list(required), "properties": fields},
    }


def _build_channel(address: str, said: str, messages: list[str]) -> JsonObject:
    refs = {name: {"$ref": f"#/components/messages/{name}"} for name in messages}
    return {"address": address, "description": said, "messages": refs}


def _build_operation(channel: str, said: str) -> JsonObject:
    return {"action": "send", "channel": {"$ref": f"#/channels/{channel}"}, "summary": said}


def _embed_schema(schema: JsonObject) -> JsonObject:
    """Return a schema as a component: where it stands there, it has no identity of its own."""
    return {name: value for name, value in schema.items() if name not in ("$schema", "$id")}


def main() -> None:
    """Print the document."""
    sys.stdout.write(json.dumps(build_asyncapi(), indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
