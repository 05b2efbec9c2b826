"""The users of docs/security.md on a test's server."""

import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import redis
from support.tracked import ROOT

RULES = re.search(r"<!-- acl -->\n```\n(.*?)```", (ROOT / "docs/security.md").read_text(), re.DOTALL)


@contextmanager
def acl_users(redis_url: str) -> Iterator[dict[str, str]]:
    """Make the users of the document; give a URL for each."""
    assert RULES is not None
    made = {}
    with redis.Redis.from_url(redis_url) as client:
        for line in RULES[1].splitlines():
            _, name, *words = shlex.split(line)
            user, secret = f"{name}-{uuid4().hex[:8]}", uuid4().hex
            client.execute_command("ACL", "SETUSER", user, *(w.replace("SECRET", secret) for w in words))
            made[name] = redis_url.replace("unix://", f"unix://{user}@") + f"&password={secret}"
        yield made
        client.execute_command(
            "ACL", "DELUSER", *(re.findall(r"unix://(.*?)@", url)[0] for url in made.values())
        )


def refusals(client: redis.Redis, url: str) -> set[str]:
    """List what the server has refused to a URL's user; it keeps a log of that."""
    user = re.findall(r"unix://(.*?)@", url)[0]
    rows: Any = client.execute_command("ACL", "LOG", "1000")
    log = [dict(zip(row[::2], row[1::2], strict=True)) for row in rows]
    return {f"{row[b'reason']!r} {row[b'object']!r}" for row in log if row[b"username"] == user.encode()}
