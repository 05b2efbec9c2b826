"""The one door to the network: bounded HTTP exchanges with named ends."""

from feedmill._net.door import Door
from feedmill._net.fetched import Fetched, Redirect
from feedmill._net.settings import DoorSettings, door_settings
from feedmill._net.tls import build_tls

__all__ = ["Door", "DoorSettings", "Fetched", "Redirect", "build_tls", "door_settings"]
