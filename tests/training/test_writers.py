"""Names of one person are one writer, according to raw files and shared ink."""

import re
from collections import defaultdict

from webapp.training.ink_file import ink_id, read_inks
from webapp.training.writers import person_of


def test_hand_of_is_the_writer_if_files_are_persons():
    assert person_of("syn/syn1/bek-dig2") == "syn/syn1/bek-dig2"
    assert person_of("room/anna") == "room/anna"


def test_hand_of_joins_sessions_and_continued_folders():
    assert person_of("ibm/ibm0/r0007") == person_of("ibm/ibm0/r0207") != person_of("ibm/ibm0/r0211")
    assert person_of("apb/apb07/app0700") == person_of("apb/apb05/app0500") != person_of("apb/apb08/app0800")
    assert person_of("app/app12/app1214") != person_of("apb/apb12/app1214")


def test_ink_shared_by_two_names_is_of_one_writer(data_folder):
    samples, _ = read_inks(data_folder / "pen_digits.jsonl")
    writers = defaultdict(set)
    for sample in samples:
        writers[ink_id(sample)].add(sample.writer)
    shared = [names for names in writers.values() if len(names) > 1]

    assert len(shared) > 100
    assert all(len({person_of(name) for name in names}) == 1 for names in shared)


def test_files_with_one_writer_id_are_of_one_writer(data_folder):
    hands = defaultdict(set)
    for path in (data_folder / "unipen" / "include").rglob("*.dat"):
        site, _, folder, name = path.relative_to(data_folder / "unipen" / "include").with_suffix("").parts
        person = re.search(r"^\.WRITER_ID\s+(\S+)", path.read_text("latin-1"), re.MULTILINE)[1]
        if site != "ibm":  # whose ids are sessions
            hands[site, person].add(person_of(f"{site}/{folder}/{name}"))

    assert len(hands) == 61
    assert all(len(names) == 1 for names in hands.values())
