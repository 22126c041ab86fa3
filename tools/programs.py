"""Find the programs beside Python that some tests run; as a command, also install what is missing.

python -m tools.programs        prints where each is

Installing is tried only as root on a system with apt-get, as on a machine that runs tests and no more.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

MINUTES = 60  # seconds


@dataclass(frozen=True)
class Program:
    """A program, the Debian package that brings it, and where it lies if not on the PATH."""

    name: str
    package: str
    folders: tuple[str, ...] = ()  # patterns, of which the last one that fits is the newest version

    @property
    def variable(self) -> str:
        """The variable of the environment that names the program to use, before any other."""
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
    """Return the path of the program `name`, a key of PROGRAMS, or None where there is none.

    Raises:
        FileNotFoundError: its variable names a file that is not there.
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
    """Return the path of a program for a test; without it the test is skipped, and on CI it fails."""
    import pytest

    path = find_program(name)
    if path is None:
        tell = pytest.fail if os.environ.get("CI") else pytest.skip
        ways = f"`make test` as root installs it, {PROGRAMS[name].variable} names it"
        tell(f"expected {name}, found none; {ways}")
    return path


def install(*packages: str) -> None:
    """Install Debian packages where that is allowed; elsewhere do nothing."""
    if packages and shutil.which("apt-get") and os.geteuid() == 0:
        succeeds(["apt-get", "update"])
        succeeds(["apt-get", "install", "-y", "--no-install-recommends", *packages])


def succeeds(command: list[str]) -> bool:
    """Run a command that tells of itself on stderr, and return whether it did what it was told."""
    print("Running", *command, file=sys.stderr)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, stdout=sys.stderr, env=environment, timeout=10 * MINUTES)
        return done.returncode == 0
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)
        return False


def main() -> int:
    """Print where each program is, after an attempt to install what is missing. Return 0 in any case."""
    install(*(program.package for program in PROGRAMS.values() if find_program(program.name) is None))
    for program in PROGRAMS.values():
        print(f"{program.name}: {find_program(program.name) or 'not found; its tests are skipped'}")
    return 0  # a missing program is for its tests to judge


if __name__ == "__main__":
    sys.exit(main())
