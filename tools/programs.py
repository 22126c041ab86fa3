"""Find the external programs that tests run; the command also installs missing ones.

python -m tools.programs        prints their paths

Installs only as root and only with apt-get.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

INSTALL_TIMEOUT = 600  # seconds


@dataclass(frozen=True)
class Program:
    """A program, its Debian package, and folders outside the PATH that can hold it."""

    name: str
    package: str
    folders: tuple[str, ...] = ()  # glob patterns; the last match in sorted order is the newest version

    @property
    def variable(self) -> str:
        """Environment variable with the path of the program, which overrides the search."""
        return f"INKWISE_{self.name.upper()}"


PROGRAMS = {
    program.name: program
    for program in (
        Program("openssl", "openssl"),
        Program("nginx", "nginx", ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin")),
        Program("postgres", "postgresql", ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin")),
    )
}


def find_program(name: str) -> str | None:
    """Return the path of the program `name`, a key of PROGRAMS, or None.

    Raises:
        FileNotFoundError: its environment variable names a missing file.
    """
    program = PROGRAMS[name]
    chosen = os.environ.get(program.variable)
    if chosen and not shutil.which(chosen):
        raise FileNotFoundError(f"expected {name} at {program.variable}={chosen}, found none")
    return shutil.which(chosen or name) or _in_folders(program)


def _in_folders(program: Program) -> str | None:
    for pattern in program.folders:
        for folder in sorted(Path("/").glob(pattern.lstrip("/")), reverse=True):
            if found := shutil.which(program.name, path=str(folder)):
                return found
    return None


def require_program(name: str) -> str:
    """Return the path of a program; if it is missing, skip the test, or fail on CI."""
    import pytest

    path = find_program(name)
    if path is None:
        end_test = pytest.fail if os.environ.get("CI") else pytest.skip
        advice = f"run `make test` as root to install it, or set {PROGRAMS[name].variable} to its path"
        end_test(f"expected {name}, found none; {advice}")
    return path


def install(*packages: str) -> None:
    """Install Debian packages as root; do nothing for other users and systems."""
    if packages and shutil.which("apt-get") and os.geteuid() == 0:
        run_command(["apt-get", "update"])
        run_command(["apt-get", "install", "-y", "--no-install-recommends", *packages])


def run_command(command: list[str]) -> bool:
    """Run a command with its output on stderr. Return whether its exit status is 0."""
    print("Running", *command, file=sys.stderr)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        completed = subprocess.run(command, stdout=sys.stderr, env=environment, timeout=INSTALL_TIMEOUT)
        return completed.returncode == 0
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)
        return False


def main() -> int:
    """Install missing programs, and print the path of each. Always return 0."""
    install(*(program.package for program in PROGRAMS.values() if find_program(program.name) is None))
    for program in PROGRAMS.values():
        print(f"{program.name}: {find_program(program.name) or 'not found; its tests are skipped'}")
    return 0  # the tests of a missing program skip or fail


if __name__ == "__main__":
    sys.exit(main())
