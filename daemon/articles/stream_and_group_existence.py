"""Requires that a stream or group exists which an operator names (for commands that read it)."""

from typing import TYPE_CHECKING, Any

from daemon.errors import InvalidRequestError
from feedmill._group.group_keys import GroupKeys
from feedmill._ledger.core.ledger_connections import connect_blocking

if TYPE_CHECKING:
    import redis

    from config.load import LoadedConfig


def require_stream(url: str, loaded: "LoadedConfig", name: str) -> None:
    """Raise InvalidRequestError for a stream that no route has, in the file or in the ledger."""
    known = {route.stream for route in loaded.settings.routes}
    if not name or name in known:
        return
    with connect_blocking(url) as client:
        stored: Any = client.hkeys(GroupKeys(loaded.settings.redis.prefix).routes())
    known |= {one.decode() for one in stored}
    if name not in known:
        there = f"there are {', '.join(sorted(known))}" if known else "there is no [[routes]] table"
        raise InvalidRequestError(f"--stream {name}: no route has this stream; {there}")


def require_group(client: "redis.Redis", prefix: str, group: str, stream: str) -> None:
    """Raise InvalidRequestError for a group that does not read the stream."""
    from feedmill.groups import group_states  # noqa: PLC0415  (only where a group is asked for)

    names = [one.group for one in group_states(client, prefix) if one.stream == stream]
    if group not in names:
        there = f"there are {', '.join(names)}" if names else "no group reads the stream yet"
        raise InvalidRequestError(f"--group {group}: no such group; {there}")
