"""Fetches and keeps tdmrep.json: once an origin and day, by leave of its robots.txt and through its gate.

The records stand beside those of robots.txt and are kept as long. What cannot be reached reserves nothing for
now: it is requested again, later each time.
"""

import zlib

import structlog

from feedmill._ledger.politeness.origin_files import DEADLINE_S, MAX_PACKED_BYTES, FetchedFile, OriginFiles
from feedmill._ledger.politeness.rate_limiter import RateLimiter, RequestPermit
from feedmill._ledger.politeness.robots_cache import RobotsCache
from feedmill._net.client.exchange_record import RequestPurpose
from feedmill._net.client.http_client import HttpClient
from feedmill._net.errors import NetError
from feedmill._net.tdm_file import TDM_PATH, list_tdm_rights, parse_tdm_file
from feedmill._site_credentials.origins import find_origin

_TOO_MANY_REQUESTS = 429
"""The status among 400 to 499 after which nothing is known for now; after all others there is no file."""


class _RefusedError(Exception):
    """The robots.txt of an address on the way forbids the request, or is not known for now."""


class TdmFileCache:
    """The tdmrep.json of all origins, for one process."""

    def __init__(self, client: HttpClient, rate_limiter: RateLimiter, robots: RobotsCache) -> None:
        self._client = client
        self._robots = robots
        self._files = OriginFiles(rate_limiter, read=bytes, fetch=self._fetch_file)

    async def load_origin(self, url: str, permit: RequestPermit) -> None:
        """Load the file of a page's origin; raises RateLimitedError where its gate stays shut."""
        if origin := find_origin(url):
            await self._files.load(origin + TDM_PATH, permit)

    def list_rights(self, url: str) -> tuple[str, ...]:
        """List what the file of a page's origin reserves of it, where this process has it."""
        cached = self._files.find_cached(find_origin(url) + TDM_PATH)
        return list_tdm_rights(cached.content, url) if cached else ()

    async def _fetch_file(self, address: str, permit: RequestPermit) -> FetchedFile:
        async def pass_gates(url: str) -> None:
            ruling = await self._robots.check_url(url, permit)
            if ruling.verdict != "allowed":
                raise _RefusedError(ruling.verdict)
            await permit(url)

        rules, is_known = b"", True
        try:
            await pass_gates(address)
            answer = await self._client.fetch(
                address,
                deadline_s=DEADLINE_S,
                on_redirect=pass_gates,
                purpose=RequestPurpose(kind="other", name=address),
            )
        except _RefusedError as refused:
            is_known, said = str(refused) == "forbidden", f"robots_{refused}"
        except NetError as error:
            is_known, said = not error.temporary, error.outcome
        else:
            said = str(answer.status)
            is_known = answer.status < 500 and answer.status != _TOO_MANY_REQUESTS  # noqa: PLR2004
            if answer.status in range(200, 300):
                rules = zlib.compress(parse_tdm_file(answer.body, answer.url))
        structlog.get_logger().info("tdmrep", origin=find_origin(address), answer=said)
        return FetchedFile(
            verdict="rules" if is_known else "unreachable",
            packed=rules if len(rules) <= MAX_PACKED_BYTES else b"",
        )
