"""Stores a webhook's state in Redis: the lease, what is pending, and how each attempt ended."""

from dataclasses import dataclass
from typing import Any

import redis.asyncio

from feedmill._group.drivers import run_script_async
from feedmill._group.group_keys import GroupKeys
from feedmill._group.io_requests import ScriptCall
from feedmill.event import texts
from web.webhooks.delivery_policy import ReceiverState
from web.webhooks.delivery_queue import PendingDelivery

SENDER_NAME = "sender"
"""The one consumer of a webhook's group: the process that has its lease."""
LEASE_MS = 10_000
"""Lease of a receiver, in ms: another process takes over after it from one that died."""
BLOCK_MS = 2000
"""Longest wait for new entries, in ms: well within the lease, which is renewed between two waits."""


@dataclass(frozen=True, slots=True)
class ClaimedDeliveries:
    """What one reading of that state returns."""

    now: int
    """ms since the epoch, by the server's clock."""
    receiver: ReceiverState
    last_ids: tuple[str, str]
    """The last id delivered in each lane."""
    deliveries: tuple[PendingDelivery, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryResult:
    """How an attempt ended, as it is kept."""

    delivery: PendingDelivery
    action: str
    """`sent`, `skipped`, `failed` or `dead`."""
    attempts: int = 0
    next_at: int = 0
    detail: str = ""


class DeliveryStore:
    """One webhook's; raises the client's errors. Everything may be sent again."""

    def __init__(self, client: redis.asyncio.Redis, keys: GroupKeys, token: str) -> None:
        self._client = client
        self._keys = keys
        self._token = token

    async def claim_deliveries(self, start: str, most: int, *, pending: bool) -> ClaimedDeliveries | None:
        """Take or keep the lease, and up to `most` entries; None while another process has the lease."""
        reply = await self._run("hook_take", LEASE_MS, start, most, int(pending))
        if not reply:
            return None
        now, (failures, since, next_at), lasts, found = reply
        receiver = ReceiverState(int(failures or 0), int(since) if since else None, int(next_at or 0))
        first, second = (last.decode() for last in lasts)
        return ClaimedDeliveries(
            int(now), receiver, (first, second), tuple(_read_delivery(row) for row in found)
        )

    async def record_result(self, result: DeliveryResult, receiver: ReceiverState) -> bool:
        """Keep how an attempt ended. False: another process has the lease."""
        since = "" if receiver.failing_since is None else receiver.failing_since
        words = (*result.delivery.place, result.action, result.attempts, result.next_at, result.detail)
        state = (receiver.failures, since, receiver.next_at)
        return bool(await self._run("hook_tell", *words, *state))

    async def release_lease(self) -> None:
        """Release the lease."""
        await self._run("leave", 0, 0)

    async def wait_for_arrival(self, lasts: tuple[str, str]) -> None:
        """Wait until something new is in either lane, or BLOCK_MS are over."""
        first, second = lasts
        streams: Any = {self._keys.stream(): first, self._keys.again(): second}
        await self._client.xread(streams, count=1, block=BLOCK_MS)

    async def _run(self, name: str, *args: str | int) -> Any:
        words = (self._keys.group, SENDER_NAME, self._token, *args)
        return await run_script_async(ScriptCall(name, self._keys.table(SENDER_NAME), words), self._client)


def _read_delivery(row: Any) -> PendingDelivery:
    lane, entry, raw, attempts, next_at, _ = row
    fields = texts(dict(zip(raw[::2], raw[1::2], strict=True)))
    return PendingDelivery(int(lane), entry.decode(), fields, int(attempts), int(next_at))
