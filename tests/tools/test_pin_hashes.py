"""The requirements hold a hash for each file of each package, and no address of a registry."""

import pytest

from tools.pin_hashes import FILES, PACKAGE, ROOT, with_hashes, without_hashes

TEXT = '# Serving.\nuvicorn==0.54.0\n# its event loop\nuvloop==0.23.0 ; sys_platform != "win32"\n'
HASHES = {
    "uvicorn": ["--hash=sha256:" + "b" * 64, "--hash=sha256:" + "a" * 64],
    "uvloop": ["--hash=sha256:" + "c" * 64],
}


@pytest.mark.parametrize("name", FILES)
def test_every_package_has_hashes(name):
    lines = (ROOT / name).read_text("utf-8").splitlines()
    packages = [number for number, line in enumerate(lines) if line and line[0] not in "# -"]
    assert len(packages) > 30
    for number in packages:
        assert PACKAGE.match(lines[number]), lines[number]
        assert lines[number].endswith(" \\"), lines[number]
        assert lines[number + 1].startswith("    --hash=sha256:")


@pytest.mark.parametrize("name", FILES)
def test_requirements_name_no_registry(name):
    text = (ROOT / name).read_text("utf-8")
    assert "://" not in text
    assert "index" not in text


def test_hashes_are_added_and_removed():
    pinned = with_hashes(TEXT, HASHES)
    assert pinned.splitlines()[1:4] == [
        "uvicorn==0.54.0 \\",
        f"    {HASHES['uvicorn'][1]} \\",
        f"    {HASHES['uvicorn'][0]}",
    ]
    assert pinned.count("--hash") == 3
    assert without_hashes(pinned) == TEXT
    assert with_hashes(without_hashes(pinned), HASHES) == pinned
