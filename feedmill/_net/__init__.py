"""The one door to the network: bounded HTTP exchanges with named ends.

What is named here is loaded when it is asked for: a parser process needs rules of it, and no client.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from feedmill._net.client.http_client import HttpClient
    from feedmill._net.client.response import HttpResponse, Redirect
    from feedmill._net.client.transports import build_tls
    from feedmill._net.client_settings import HttpClientSettings, make_client_settings

__all__ = [
    "HttpClient",
    "HttpClientSettings",
    "HttpResponse",
    "Redirect",
    "build_tls",
    "make_client_settings",
]
_MODULES = {
    "HttpClient": "client.http_client",
    "HttpResponse": "client.response",
    "Redirect": "client.response",
    "build_tls": "client.transports",
    "HttpClientSettings": "client_settings",
    "make_client_settings": "client_settings",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for; raises AttributeError for what is not here."""
    if name not in _MODULES:
        raise AttributeError(name)
    return getattr(import_module(f"feedmill._net.{_MODULES[name]}"), name)
