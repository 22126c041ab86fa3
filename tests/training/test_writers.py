"""Writers that are one person are one hand, told by the raw files and by ink that two writers share."""

import re
from collections import defaultdict

from webapp.training.ink_file import ink_id, read_inks
from webapp.training.writers import hand_of


def test_hand_of_is_the_writer_itself_where_a_file_is_a_person():
    assert hand_of("syn/syn1/bek-dig2") == "syn/syn1/bek-dig2"
    assert hand_of("room/anna") == "room/anna"


def test_hand_of_joins_sessions_and_continued_folders():
    assert hand_of("ibm/ibm0/r0007") == hand_of("ibm/ibm0/r0207") != hand_of("ibm/ibm0/r0211")
    assert hand_of("apb/apb07/app0700") == hand_of("apb/apb05/app0500") != hand_of("apb/apb08/app0800")
    assert hand_of("app/app12/app1214") != hand_of("apb/apb12/app1214")


def test_ink_that_stands_under_two_writers_is_of_one_hand(data_folder):
    samples, _ = read_inks(data_folder / "pen_digits.jsonl")
    writers = defaultdict(set)
    for sample in samples:
        writers[ink_id(sample)].add(sample.writer)
    shared = [names for names in writers.values() if len(names) > 1]

    assert len(shared) > 100
    assert all(len({hand_of(name) for name in names}) == 1 for names in shared)


def test_files_that_name_one_writer_are_of_one_hand(data_folder):
    hands = defaultdict(set)
    for path in (data_folder / "unipen" / "include").rglob("*.dat"):
        site, _, folder, name = path.relative_to(data_folder / "unipen" / "include").with_suffix("").parts
        person = re.search(r"^\.WRITER_ID\s+(\S+)", path.read_text("latin-1"), re.MULTILINE)[1]
        if site != "ibm":  # whose ids are sessions
            hands[site, person].add(hand_of(f"{site}/{folder}/{name}"))

    assert len(hands) == 61
    assert all(len(names) == 1 for names in hands.values())
