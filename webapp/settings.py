"""All settings in one table: name, default, unit, help.

The setting `queue_size` is the flag `--queue-size`, the environment variable `INKWISE_QUEUE_SIZE`, and
`app.config["QUEUE_SIZE"]`. The command line overrides the environment, which overrides the default. A switch
is on if its flag has no value (`--lan`); otherwise the value is a word (`INKWISE_LAN=1`, `--lan=no`).
"""

import argparse
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from platformdirs import user_data_path

from webapp.errors import SettingError

PACKAGE = Path(__file__).resolve().parent
SPARE_FILES = 100  # open files besides connections: models, logs, static files, the database


def find_root(package: Path) -> Path:
    """Return the folder with static/, templates/ and models/: the package in a wheel, else its parent."""
    return package if (package / "templates").is_dir() else package.parent


ROOT = find_root(PACKAGE)
IS_INSTALLED = ROOT == PACKAGE  # from a wheel, not a checkout
# An update replaces the installed package, so the room and data sets are outside it.
DATA_ROOT = user_data_path("inkwise", appauthor=False) if IS_INSTALLED else ROOT
KEPT = "models"  # folder in the room's folder, for models that the presenter kept or added
COMMAND = "inkwise" if IS_INSTALLED else "python -m webapp"


@dataclass(frozen=True)
class Setting:
    """One row of the table. `read` converts text to a value, or raises ValueError."""

    name: str
    read: Callable[[str], object]
    default: object
    unit: str
    help: str
    least: float = -math.inf
    most: float = math.inf
    is_secret: bool = False  # no message shows its value

    @property
    def flag(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def is_switch(self) -> bool:
        return self.read is read_switch

    @property
    def variable(self) -> str:
        return "INKWISE_" + self.name.upper()

    @property
    def shown_default(self) -> str:
        default = ",".join(self.default) if isinstance(self.default, tuple) else self.default
        return "off" if default is False else "none" if default == "" else str(default)

    def parse(self, text: object, source: str) -> object:
        """Return the value of `text`. Raises SettingError with `source` in its message."""
        try:
            value = self.read(str(text))
        except ValueError:
            value = None
        # A comparison with NaN is False, so NaN is rejected too.
        if value is None or (isinstance(value, int | float) and not self.least <= value <= self.most):
            received = f"{len(str(text))} characters" if self.is_secret else repr(str(text))
            raise SettingError(f"expected {self._expectation()} for {source}, received {received}")
        return value

    def _expectation(self) -> str:
        kind = KINDS.get(self.read, "a text")
        unit = f" of {self.unit}" if self.unit else ""
        if math.isinf(self.least):
            return kind + unit
        return f"{kind}{unit} from {self.least:,} to {self.most:,}"


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError
    return value.strip()


def read_switch(value: str) -> bool:
    """Return the value of a word for on or off. Raises ValueError for any other."""
    return SWITCH_WORDS.index(value.strip().lower()) % 2 == 0


SWITCH_WORDS = ("1", "0", "yes", "no", "true", "false", "on", "off")  # alternately on and off


def _code(value: str) -> str:
    code = value.strip().upper()
    if not re.fullmatch("[A-Z0-9]{3,12}", code):
        raise ValueError
    return code


def read_wifi_name(value: str) -> str:
    """Return an SSID unchanged. Raises ValueError for another length, or for a control character."""
    if not 1 <= len(value.encode()) <= SSID_BYTES or CONTROL.search(value):
        raise ValueError
    return value


def read_wifi_password(value: str) -> str:
    """Return a password of WPA, or "", unchanged. Raises ValueError as `read_wifi_name` does."""
    value.encode()  # a lone surrogate is a ValueError
    if value and (len(value) not in WPA_LENGTHS or CONTROL.search(value)):
        raise ValueError
    return value


SSID_BYTES = 32  # at most, in UTF-8
WPA_LENGTHS = range(8, 64)  # characters
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


def _names(value: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(",") if name.strip())


def _one_of(*words: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        return words[words.index(value.strip().lower())]

    return read


_log_format, _log_level = _one_of("text", "json"), _one_of("debug", "info", "warning", "error")

KINDS = {
    int: "a whole number",
    float: "a number",
    read_switch: "1 or 0",
    _code: "3 to 12 letters or digits",
    read_wifi_name: "a Wi-Fi name of 1 to 32 bytes",
    read_wifi_password: "a Wi-Fi password of 8 to 63 characters, or none for an open network",
    _log_format: "text or json",
    _log_level: "debug, info, warning or error",
}

SETTINGS = (
    Setting("lan", read_switch, False, "", "open Inkwise to the network, so that phones can join"),
    Setting("host", _text, "127.0.0.1", "", "address to listen on; with --lan 0.0.0.0; :: adds IPv6"),
    Setting(
        "public_address",
        _text,
        "",
        "",
        "URL for phones, such as 192.168.1.7 or https://inkwise.example, if Inkwise guesses wrong; "
        "it may have a path, such as https://site.example/inkwise",
    ),
    Setting("room_code", _code, "", "", "join code; by default a random word"),
    Setting("wifi", read_wifi_name, "", "", "Wi-Fi for phones; the wall shows its name and a QR code"),
    Setting(
        "wifi_password",
        read_wifi_password,
        "",
        "",
        "its password, shown on the wall; none for an open network",
        is_secret=True,
    ),
    Setting("new_presenter_link", read_switch, False, "", "replace the presenter's link"),
    Setting(
        "database",
        _text,
        "sqlite",
        "",
        "database of the room: sqlite, a file in the room's folder; or "
        "postgresql+psycopg://USER:PASSWORD@HOST/NAME, which several servers can share",
    ),
    Setting("room_folder", Path, DATA_ROOT / "room", "", "folder of the room's file"),
    Setting("retention_days", int, 30, "days", "age at which drawings are deleted; 0 keeps them", 0, 3650),
    Setting(
        "delete_expired",
        read_switch,
        False,
        "",
        "delete expired drawings at the start, also if the clock has moved so far that most would go at once",
    ),
    Setting("port", int, 8000, "", "port to listen on; 0 takes any free one", 0, 65_535),
    Setting("models", Path, ROOT / "models", "", "folder of the models: NAME.keras, NAME.tflite, NAME.json"),
    Setting("default_model", _text, "conv", "", "model for requests that name none"),
    Setting("data", Path, DATA_ROOT / "data", "", "folder of mnist.npz and pen_digits.jsonl, to browse them"),
    Setting("threads", int, 16, "threads", "threads for pages and the room", 1, 256),
    Setting("connections", int, 4000, "connections", "connections open at the same time", 1, 60_000),
    Setting(
        "max_body",
        int,
        200_000,
        "bytes",
        "largest request body besides imports; ink of 10,000 points has up to 140,000",
        1_000,
        16_000_000,
    ),
    Setting("idle_timeout", int, 60, "seconds", "time after which an idle connection is closed", 1, 3600),
    Setting("head_timeout", float, 15.0, "seconds", "time that a request head may take to arrive", 0.1, 3600),
    Setting("queue_size", int, 500, "requests", "requests that may wait; further ones get 503", 1, 100_000),
    Setting("inference_threads", int, 2, "threads", "predictions computed at the same time", 1, 256),
    Setting(
        "request_timeout", float, 5.0, "seconds", "time that a request may wait before it gets 503", 0.1, 60
    ),
    Setting("rate_limit_scale", float, 1.0, "", "factor on the rate limits; 0 disables them", 0, 1000),
    Setting(
        "trusted_hosts",
        _names,
        (),
        "",
        "host names, separated by commas, besides this computer's own and, with --lan, all addresses; by "
        "default with --lan local names too, and any name behind a proxy",
    ),
    Setting(
        "trusted_proxies",
        int,
        0,
        "proxies",
        "proxies in front of the server whose X-Forwarded headers are trusted",
        0,
        10,
    ),
    Setting(
        "metrics_token",
        _text,
        "",
        "",
        "token for /metrics and /api/status from other computers",
        is_secret=True,
    ),
    Setting("log_format", _log_format, "text", "", "format of the log on stderr: text or json"),
    Setting(
        "log_level",
        _log_level,
        "warning",
        "",
        "lowest level in the log: debug, info (every request), warning, error",
    ),
)

LOOPBACK = ("localhost", "127.0.0.1", "::1")
ANY_ADDRESS = "0.0.0.0"
ANY_ADDRESSES = (ANY_ADDRESS, "::")


def defaults() -> dict[str, Any]:
    """Return all defaults by their names in `app.config`."""
    return {setting.name.upper(): setting.default for setting in SETTINGS}


def complete(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return all settings: those `given`, the defaults, and LAN and HOST adapted to each other.

    A server that listens beyond this computer, or is behind a proxy, counts as open (LAN). An open server
    listens on all addresses, unless a host is given or it is behind a proxy, which must not be bypassed.

    Raises:
        SettingError: a password of a Wi-Fi without its name.
    """
    values = defaults() | dict(given)
    if values["WIFI_PASSWORD"] and not values["WIFI"]:
        raise SettingError("expected --wifi with --wifi-password, received the password alone")
    has_proxy = values["TRUSTED_PROXIES"] > 0
    if values["LAN"] and "HOST" not in given and not has_proxy:
        values["HOST"] = ANY_ADDRESS
    values["LAN"] = bool(values["LAN"]) or values["HOST"] not in LOOPBACK or has_proxy
    return values


def from_command_line(arguments: Sequence[str], environment: Mapping[str, str]) -> dict[str, object]:
    """Return the settings of the command line and the environment, by their names in `app.config`.

    Raises:
        SettingError: an unknown flag, or a value that cannot be used.
    """
    given = vars(_parser().parse_args(arguments))
    values = {}
    for setting in SETTINGS:
        if given[setting.name] is not None:
            values[setting.name.upper()] = setting.parse(given[setting.name], setting.flag)
        elif environment.get(setting.variable):  # an empty value is ignored
            values[setting.name.upper()] = setting.parse(environment[setting.variable], setting.variable)
    return values


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise SettingError(f"{message}; {COMMAND} --help lists every setting")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=COMMAND,
        description="Serve Inkwise: draw a digit, and a neural network reads it.",
        epilog="Each setting can also be an environment variable, in parentheses.",
        allow_abbrev=False,
    )
    for setting in SETTINGS:
        # argparse's own switches cannot be turned off again.
        value: dict[str, Any] = {"nargs": "?", "const": SWITCH_WORDS[0]} if setting.is_switch else {}
        metavar = "1" if setting.is_switch else setting.unit.upper() or setting.name.upper()
        parser.add_argument(setting.flag, dest=setting.name, metavar=metavar, help=_help(setting), **value)
    return parser


def _help(setting: Setting) -> str:
    unit = f" {setting.unit}" if setting.unit else ""
    return f"{setting.help} (default: {setting.shown_default}{unit}; {setting.variable})".replace("%", "%%")
