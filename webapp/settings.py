"""Every setting once: name, default, unit and help.

A setting called `queue_size` is the flag `--queue-size`, the variable `INKWISE_QUEUE_SIZE` in the
environment, and `app.config["QUEUE_SIZE"]` in the code. The command line wins over the environment,
and the environment over the default. A setting that is either on or off is on where its flag stands
alone (`--lan`), and says so with a word elsewhere (`INKWISE_LAN=1`, `--lan=no`).
"""

import argparse
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from platformdirs import user_data_path

from webapp.errors import SettingError

PACKAGE = Path(__file__).resolve().parent


def find_root(package: Path) -> Path:
    """Return the folder with static/, templates/ and models/: the package in a wheel, else the one above."""
    return package if (package / "templates").is_dir() else package.parent


ROOT = find_root(PACKAGE)
IS_INSTALLED = ROOT == PACKAGE  # from a wheel, not in a checkout
# An update replaces the installed package, so the room and the data sets lie outside it.
DATA_ROOT = user_data_path("inkwise", appauthor=False) if IS_INSTALLED else ROOT
COMMAND = "inkwise" if IS_INSTALLED else "python -m webapp"


@dataclass(frozen=True)
class Setting:
    """One row of the table. `read` turns text into a value, or raises ValueError."""

    name: str
    read: Callable[[str], object]
    default: object
    unit: str
    help: str
    least: float = -math.inf
    most: float = math.inf

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
        """Return the value that `text` stands for. Raises SettingError, naming `source`."""
        try:
            value = self.read(str(text))
        except ValueError:
            value = None
        # A comparison with NaN is False, so it is refused as well.
        if value is None or (isinstance(value, int | float) and not self.least <= value <= self.most):
            raise SettingError(f"expected {self._expectation()} for {source}, received {str(text)!r}")
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
    """Return what a word for on or off means. Raises ValueError for any other."""
    return SWITCH_WORDS.index(value.strip().lower()) % 2 == 0


SWITCH_WORDS = ("1", "0", "yes", "no", "true", "false", "on", "off")  # on and off in turn


def _code(value: str) -> str:
    code = value.strip().upper()
    if not re.fullmatch("[A-Z0-9]{3,12}", code):
        raise ValueError
    return code


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
    _log_format: "text or json",
    _log_level: "debug, info, warning or error",
}

SETTINGS = (
    Setting("lan", read_switch, False, "", "open Inkwise to the network, so that phones can join"),
    Setting("host", _text, "127.0.0.1", "", "address to listen on; with --lan it is 0.0.0.0, all there are"),
    Setting(
        "public_address",
        _text,
        "",
        "",
        "what phones open, such as 192.168.1.7 or https://inkwise.example, where Inkwise guesses wrong",
    ),
    Setting("room_code", _code, "", "", "word that phones join with; where none is given, the room's own"),
    Setting("new_presenter_link", read_switch, False, "", "make the presenter's earlier link useless"),
    Setting(
        "database",
        _text,
        "sqlite",
        "",
        "where the room is kept: sqlite, a file in the room's folder; or "
        "postgresql+psycopg://USER:PASSWORD@HOST/NAME, which several servers can share",
    ),
    Setting("room_folder", Path, DATA_ROOT / "room", "", "folder for the room's file"),
    Setting("retention_days", int, 30, "days", "age at which drawings are deleted; 0 keeps them", 0, 3650),
    Setting("port", int, 8000, "", "port to listen on; 0 takes any free one", 0, 65_535),
    Setting("models", Path, ROOT / "models", "", "folder with the models, NAME.keras beside NAME.json"),
    Setting("default_model", _text, "conv", "", "model that answers where a request names none"),
    Setting(
        "data", Path, DATA_ROOT / "data", "", "folder with mnist.npz and pen_digits.jsonl, to browse them"
    ),
    Setting("threads", int, 16, "threads", "threads for pages and the room", 1, 256),
    Setting("connections", int, 4000, "connections", "connections open at the same time", 1, 60_000),
    Setting("max_body", int, 1_000_000, "bytes", "largest request that is read", 1_000, 16_000_000),
    Setting("idle_timeout", int, 60, "seconds", "time after which an idle connection is closed", 1, 3600),
    Setting("head_timeout", float, 15.0, "seconds", "time that a request head may take to arrive", 0.1, 3600),
    Setting(
        "queue_size", int, 500, "requests", "requests that may wait before the answer is 503", 1, 100_000
    ),
    Setting("inference_threads", int, 2, "threads", "predictions computed at the same time", 1, 256),
    Setting(
        "request_timeout", float, 5.0, "seconds", "time a request may wait, then the answer is 503", 0.1, 60
    ),
    Setting("rate_limit_scale", float, 1.0, "", "factor on the rate limits; 0 sets no limits", 0, 1000),
    Setting(
        "trusted_hosts",
        _names,
        (),
        "",
        "names that requests may address besides this computer's own, with commas between; where none is "
        "given, addresses and names of local networks too with --lan, and any name behind a proxy",
    ),
    Setting(
        "trusted_proxies", int, 0, "proxies", "proxies in front, whose X-Forwarded headers are trusted", 0, 10
    ),
    Setting(
        "metrics_token",
        _text,
        "",
        "",
        "secret by which a scraper from elsewhere may see /metrics and /api/status",
    ),
    Setting(
        "log_format", _log_format, "text", "", "how events are told on stderr: text, or json for programs"
    ),
    Setting(
        "log_level",
        _log_level,
        "warning",
        "",
        "the least that is told: debug, info (every request), warning, error",
    ),
)

LOOPBACK = ("localhost", "127.0.0.1", "::1")
ANY_ADDRESS = "0.0.0.0"


def defaults() -> dict[str, object]:
    """Return every setting's default by its name in `app.config`."""
    return {setting.name.upper(): setting.default for setting in SETTINGS}


def complete(given: Mapping[str, object]) -> dict[str, object]:
    """Return all settings: what is `given`, the defaults, and what follows from the two.

    LAN and HOST say the same in two ways. Whatever listens beyond this computer, or has a proxy in front,
    counts as open; and what is open listens everywhere unless a host was given, or a proxy is in front: then
    nobody may come past it.
    """
    values = defaults() | dict(given)
    has_proxy = values["TRUSTED_PROXIES"] > 0
    if values["LAN"] and "HOST" not in given and not has_proxy:
        values["HOST"] = ANY_ADDRESS
    values["LAN"] = bool(values["LAN"]) or values["HOST"] not in LOOPBACK or has_proxy
    return values


def from_command_line(arguments: Sequence[str], environment: Mapping[str, str]) -> dict[str, object]:
    """Return the settings that were given, by their names in `app.config`.

    Raises:
        SettingError: a flag that does not exist, or a value that cannot be used.
    """
    given = vars(_parser().parse_args(arguments))
    values = {}
    for setting in SETTINGS:
        if given[setting.name] is not None:
            values[setting.name.upper()] = setting.parse(given[setting.name], setting.flag)
        elif environment.get(setting.variable):  # empty counts as not given, as in `INKWISE_PORT= make run`
            values[setting.name.upper()] = setting.parse(environment[setting.variable], setting.variable)
    return values


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise SettingError(f"{message}; {COMMAND} --help lists every setting")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=COMMAND,
        description="Serve Inkwise: draw a digit, and a neural network reads it.",
        epilog="Each setting can also come from the environment, as the name in capitals says.",
        allow_abbrev=False,
    )
    for setting in SETTINGS:
        # A switch alone means on; argparse's own kind of switch could not be turned off again.
        value = {"nargs": "?", "const": SWITCH_WORDS[0]} if setting.is_switch else {}
        metavar = "1" if setting.is_switch else setting.unit.upper() or setting.name.upper()
        parser.add_argument(setting.flag, dest=setting.name, metavar=metavar, help=_help(setting), **value)
    return parser


def _help(setting: Setting) -> str:
    unit = f" {setting.unit}" if setting.unit else ""
    return f"{setting.help} (default: {setting.shown_default}{unit}; {setting.variable})".replace("%", "%%")
