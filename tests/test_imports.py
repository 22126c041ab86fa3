"""The packages of ink and networks can be used without the web application."""

import subprocess
import sys

import pytest

from webapp.settings import ROOT

FORBIDDEN = {"a2wsgi", "flask", "keras", "sqlalchemy", "starlette", "tensorflow", "uvicorn", "werkzeug"}
SCRIPT = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
print(*sorted(name for name in sys.modules if name.startswith("webapp.")))
"""


@pytest.mark.parametrize(
    ("modules", "allowed"),
    [
        (["bitmap", "links", "parsing", "simplify"], "webapp.ink"),
        (["cards", "network", "predictor", "store", "inspection.inspected_network"], "webapp.nets"),
    ],
)
def test_import_needs_no_web_framework_and_no_database(modules, allowed):
    names = [f"{allowed}.{module}" for module in modules]
    command = [sys.executable, "-c", SCRIPT, *names]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert not FORBIDDEN & set(found[0].split())
    assert not [
        name
        for name in found[1].split()
        if name.startswith(("webapp.server", "webapp.routes", "webapp.room"))
    ]
