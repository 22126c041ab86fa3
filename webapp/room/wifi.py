"""The Wi-Fi of the room: its name and password, and both as the text of a QR code that lets a phone join.

A Wi-Fi that the presenter saves takes the place of the settings' one, until the settings name another. Name
and password are stored with the room and shown to the presenter and on the wall.
"""

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, astuple, dataclass
from typing import Self

from webapp.errors import BadRequest, describe
from webapp.room.storage.key_values import KeyValues
from webapp.settings import KINDS, read_wifi_name, read_wifi_password

WIFI = "wifi"  # key in the room's settings
SPECIAL = re.compile(r'([\\;,:"])')  # characters with a meaning in the text of the QR code
NAME_ADVICE = "A Wi-Fi name has 1 to 32 bytes. A plain letter is one byte, an emoji at least four."
PASSWORD_ADVICE = "A Wi-Fi password has 8 to 63 characters. Leave it empty if the network is open."


@dataclass(frozen=True)
class Wifi:
    """A Wi-Fi.

    Attributes:
        name: the SSID, 1 to 32 bytes; "" for no Wi-Fi.
        password: of WPA, 8 to 63 characters; "" for an open network.
    """

    name: str
    password: str

    @classmethod
    def parse(cls, name: object, password: object) -> Self:
        """Return the Wi-Fi of a request; two empty texts mean none. Raises BadRequest."""
        if (name, password) == ("", ""):
            return cls("", "")
        return cls(
            _read(read_wifi_name, name, describe(name), NAME_ADVICE),
            _read(read_wifi_password, password, "another", PASSWORD_ADVICE),  # not shown
        )

    def to_json(self) -> dict[str, str]:
        """Return {"name", "password"}."""
        return asdict(self)

    def to_qr_text(self) -> str:
        """Return the text that phones understand, such as WIFI:T:WPA;S:Venue;P:secret-word;;."""
        name, password = (SPECIAL.sub(r"\\\1", text) for text in astuple(self))
        return f"WIFI:T:WPA;S:{name};P:{password};;" if password else f"WIFI:T:nopass;S:{name};;"


def _read(read: Callable[[str], str], value: object, received: str, advice: str) -> str:
    """Return what a setting's parser makes of a value. Raises BadRequest with `received` and `advice`."""
    with suppress(ValueError):
        if isinstance(value, str):
            return read(value)
    raise BadRequest(f"expected {KINDS[read]}, received {received}", advice)


class RoomWifi:
    """The Wi-Fi of one room.

    Args:
        config: the settings.
        key_values: stores the presenter's choice; its errors pass through.
    """

    def __init__(self, config: Mapping, key_values: KeyValues):
        self._given = Wifi(config["WIFI"], config["WIFI_PASSWORD"])
        self._key_values = key_values

    def read(self) -> Wifi | None:
        """Return the room's Wi-Fi, or None if there is none."""
        saved = json.loads(self._key_values.get(WIFI) or "{}")
        is_current = saved.get("instead_of") == self._given.to_json()
        wifi = Wifi(**saved[WIFI]) if is_current else self._given
        return wifi if wifi.name else None

    def save(self, wifi: Wifi) -> None:
        """Store the presenter's choice; all pages hear of it."""
        saved = {WIFI: wifi.to_json(), "instead_of": self._given.to_json()}
        self._key_values.replace(WIFI, json.dumps(saved))
