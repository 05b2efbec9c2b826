"""The operator's proxy: trusted with every request, and with the names in them."""

import base64

import httpx


def parse_proxy(url: str) -> httpx.Proxy:
    """Read a proxy's address (http://[user:password@]host:port); its password goes to the proxy alone."""
    parsed = httpx.URL(url)
    if not parsed.userinfo:
        return httpx.Proxy(url)
    secret = base64.b64encode(f"{parsed.username}:{parsed.password}".encode()).decode("ascii")
    bare = parsed.copy_with(username=None, password=None)
    return httpx.Proxy(bare, headers={"Authorization": f"Basic {secret}"})
