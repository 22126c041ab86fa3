"""Remove one protection at a time from a copy of the code, and check that a fast test fails without it.

python -m tools.mutants [WORD ...]        all of tools/mutants.toml, or those whose names contain a word

Prints the survivors: protections that no test misses. Exits with 1 if there is one, if the text of an entry
does not occur exactly once in its file, or if its tests cannot run. tests/tools/test_mutants.py checks the
entries without running them.
"""

import contextlib
import multiprocessing
import os
import queue
import shutil
import sys
import tempfile
import time
import tomllib
import traceback
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "tools" / "mutants.toml"
COPIED = ("webapp", "tests", "tools")  # folders that mutants change or that hold the tests; others are linked
NOT_LINKED = {".git", ".venv", "node_modules"}
WORKERS = 2  # mutants tested at the same time
TIME_LIMIT = 180.0  # seconds for the tests of one mutant
# Exit statuses: a test failed, all passed, pytest itself failed (2 to 5 are errors of pytest as well).
NOTICED, SURVIVED, CRASHED = 1, 0, 70
FAST = ("-m", "not slow")
OPTIONS = ("-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=line", "--assert=plain")
# Imported once, before the processes of the tests are forked: most of the time of a short test run.
PRELOADED = (
    "pytest", "numpy", "flask", "starlette.testclient", "uvicorn", "sqlalchemy", "sqlite3", "PIL.Image",
    "prometheus_client.parser", "a2wsgi", "segno", "psutil", "h5py",
)  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One protection and its removal.

    Attributes:
        name: the protection, as the report names it.
        file: path of the code, from the root.
        old: text that occurs exactly once in the file.
        new: text in its place.
        tests: files of which one test must fail.
        slow: whether tests marked as slow run too.
    """

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    slow: bool = False

    def apply(self, root: Path) -> None:
        """Change the file below `root`. Raises ValueError unless `old` occurs exactly once."""
        path = root / self.file
        text = path.read_text("utf-8")
        if (count := text.count(self.old)) != 1:
            raise ValueError(f"{self.name}: expected its text once in {self.file}, found it {count} times")
        path.write_text(text.replace(self.old, self.new), "utf-8")


def read_mutants() -> list[Mutant]:
    """Return the mutants of the list, in its order."""
    entries = tomllib.loads(LIST.read_text("utf-8"))["mutant"]
    return [Mutant(**{**entry, "tests": tuple(entry["tests"])}) for entry in entries]


@contextlib.contextmanager
def copy_of_tree(root: Path) -> Iterator[Path]:
    """Yield a temporary copy of the tree, in which code and tests can be changed."""
    with tempfile.TemporaryDirectory(prefix="mutants") as folder:
        for path in root.iterdir():
            if path.name in COPIED:
                shutil.copytree(path, Path(folder, path.name))
            elif path.name not in NOT_LINKED:
                Path(folder, path.name).symlink_to(path)
        yield Path(folder)


def run_tests(
    tree: Path, tests: Iterable[str], slow: bool, time_limit: float = TIME_LIMIT
) -> tuple[int | None, str]:
    """Run test files of a tree in a process of its own.

    Returns:
        The exit status of pytest, None after `time_limit` seconds; and the end of its output.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(PRELOADED))
    log = tree / "pytest.log"
    process = context.Process(target=_pytest, args=(tree, log, [*OPTIONS, *(() if slow else FAST), *tests]))
    process.start()
    process.join(time_limit)
    if process.is_alive():
        process.kill()
        process.join()
        return None, f"not ended after {time_limit:g} s"
    return process.exitcode, log.read_text("utf-8", "replace")[-2000:]


def _pytest(tree: Path, log: Path, arguments: list[str]) -> None:
    """Run pytest in this process and exit with its status."""
    with log.open("w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.chdir(tree)
    # The copies have no neighboring folder with data (tests/conftest.py).
    os.environ.setdefault("INKWISE_DATA", str(ROOT.parent / "shared" / "data"))
    # The process may have imported this tool from the root.
    sys.path[:] = [str(tree), *(path for path in sys.path if Path(path).resolve() != ROOT)]
    for name in [name for name in sys.modules if name.partition(".")[0] in COPIED]:
        del sys.modules[name]
    # Compiled files are found by time and size; a mutant of the same size and second would be missed.
    sys.dont_write_bytecode = True
    status = CRASHED
    try:
        import pytest

        status = int(pytest.main(arguments))
        sys.stdout.flush()
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(status)


def try_mutant(mutant: Mutant, trees: queue.SimpleQueue) -> str | None:
    """Return None if a test notices the mutant, else what happened; print the result.

    Args:
        trees: unchanged copies of the tree that no other thread uses.
    """
    started_at, tree = time.monotonic(), trees.get()
    try:
        mutant.apply(tree)
        status, output = run_tests(tree, mutant.tests, mutant.slow)
    except ValueError as error:
        status, output = None, str(error)
    finally:
        shutil.copy2(ROOT / mutant.file, tree / mutant.file)
        trees.put(tree)
    problem = None if status == NOTICED else "SURVIVED" if status == SURVIVED else f"FAILED: {output}"
    seconds = time.monotonic() - started_at
    print(f"{problem or 'noticed'}: {mutant.name} ({mutant.file}), {seconds:.1f} s", flush=True)
    return problem and f"{mutant.name} ({mutant.file}): {problem}"


def main(words: list[str]) -> int:
    """Try the mutants whose names contain one of `words`, or all; return the exit status."""
    mutants = [each for each in read_mutants() if not words or any(word in each.name for word in words)]
    started_at = time.monotonic()
    with contextlib.ExitStack() as stack:
        trees: queue.SimpleQueue = queue.SimpleQueue()
        for _ in range(WORKERS):
            trees.put(stack.enter_context(copy_of_tree(ROOT)))
        with ThreadPoolExecutor(WORKERS) as pool:
            if not all(pool.map(lambda job: _passes_unchanged(*job, trees), _split_tests(mutants))):
                return 1
            problems = list(filter(None, pool.map(lambda mutant: try_mutant(mutant, trees), mutants)))
    seconds = time.monotonic() - started_at
    print(f"\n{len(mutants)} protections removed, {len(problems)} unnoticed, {seconds:.0f} s")
    print("\n".join(problems))
    return 1 if problems or not mutants else 0


def _split_tests(mutants: list[Mutant]) -> Iterator[tuple[list[str], bool]]:
    """Yield the test files of all mutants in a part for each worker, and whether their slow tests run."""
    for slow in (False, True):
        tests = sorted({test for mutant in mutants if mutant.slow == slow for test in mutant.tests})
        yield from ((tests[part::WORKERS], slow) for part in range(WORKERS) if tests[part::WORKERS])


def _passes_unchanged(tests: list[str], slow: bool, trees: queue.SimpleQueue) -> bool:
    """Return whether tests pass without a mutant: otherwise their failure would prove nothing."""
    tree = trees.get()
    try:
        status, output = run_tests(tree, tests, slow, TIME_LIMIT * len(tests))
    finally:
        trees.put(tree)
    if status != SURVIVED:
        print(f"expected tests that pass without a mutant, received status {status}: {output}")
    return status == SURVIVED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
