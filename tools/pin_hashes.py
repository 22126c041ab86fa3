"""Write the hashes of all packages into requirements.txt and requirements-dev.txt.

    python -m tools.pin_hashes

After a change of a version, run it with the package `uv` installed. It keeps versions, markers and comments,
and lists the hashes of each package's files for all systems, so that `pip install --require-hashes` accepts
the files that were published when this ran, and no others.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILES = ("requirements.txt", "requirements-dev.txt")
OLDEST_PYTHON = "3.11"
PACKAGE = re.compile(r"^([a-z0-9._-]+)==\S+(?: ; .*?)?(?= \\|$)")
HASH = re.compile(r"\s+(--hash=sha256:[0-9a-f]{64})\s*\\?")
INDENT = "    "


def main() -> None:
    """Rewrite both files."""
    for name in FILES:
        path = ROOT / name
        text = without_hashes(path.read_text("utf-8"))
        path.write_text(with_hashes(text, find_hashes(text)), "utf-8")


def without_hashes(text: str) -> str:
    """Return the text of a file without hashes."""
    lines = (line.removesuffix(" \\") for line in text.splitlines() if not HASH.fullmatch(line))
    return "".join(f"{line}\n" for line in lines)


def find_hashes(text: str) -> dict[str, list[str]]:
    """Return the hashes of each package, by its name, as options of pip."""
    pinned = "".join(f"{line}\n" for line in text.splitlines() if PACKAGE.match(line))
    command = ["uv", "pip", "compile", "-", "--universal", "--python-version", OLDEST_PYTHON, "--no-deps"]
    options = ["--generate-hashes", "--no-annotate", "--no-header", "--no-emit-index-url", "--quiet"]
    done = subprocess.run([*command, *options], input=pinned, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        if package := PACKAGE.match(line):
            hashes = found.setdefault(package[1], [])
        elif found_hash := HASH.fullmatch(line):
            hashes.append(found_hash[1])
    return found


def with_hashes(text: str, hashes: dict[str, list[str]]) -> str:
    """Return the text with the hashes below each package."""
    lines = []
    for line in text.splitlines():
        package = PACKAGE.match(line)
        below = sorted(set(hashes[package[1]])) if package else []
        lines.append(f" \\\n{INDENT}".join([line, *below]))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
