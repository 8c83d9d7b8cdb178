"""Test the library of scenarios: nothing is lost or written outside its folder, and deleting can be undone."""

from __future__ import annotations

import contextlib
import datetime
import errno
import io
import os
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from model.files.binned import BIN
from model.files.problems import FileProblem
from model.language.search import finds, searchable
from model.library import library as library_module
from model.library.library import Broken, Entry, Library, search
from model.scenario.diff import lever_name
from model.scenario.files import SaveConflict, file_name, load_scenario, save_scenario
from model.scenario.scenario import Scenario
from tests.folders import ROOT

SOME = ROOT / "scenarios" / "ballerup" / "2027-spar-paa-indsatsen.yaml"
NOW = datetime.datetime(2026, 11, 22, 9, 30, tzinfo=datetime.UTC)


def scenario(name: str = "Flere pladser", places: float = 300.0) -> Scenario:
    return Scenario(name=name, municipality="ballerup").with_change("firm_places", places)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "mine", ROOT / "scenarios")


def own(library: Library) -> list[Entry]:
    return [e for e in library.listing()[0] if e.own]


def the_own(library: Library) -> Entry:
    (entry,) = own(library)
    return entry


# --- list and search ------------------------------------------------------------------------------


def test_ones_own_come_first_the_latest_at_the_top(library: Library) -> None:
    for number, name in enumerate(("Først", "Så", "Sidst")):
        saved = library.save(scenario(name))
        os.utime(saved.path, (number * 1000, number * 1000))
    entries, broken = library.listing()
    assert [e.scenario.name for e in entries[:3]] == ["Sidst", "Så", "Først"]
    assert not broken
    assert [e.own for e in entries] == [True] * 3 + [False] * (len(entries) - 3)
    assert len(entries) - 3 == len(list((ROOT / "scenarios").rglob("*.yaml")))
    assert len({e.key for e in entries}) == len(entries)
    assert all(e.changed is None for e in entries if not e.own), "a checkout's time is nobody's save"


def test_ones_own_folder_inside_the_shipped_one_is_listed_once(tmp_path: Path) -> None:
    (tmp_path / "ballerup").mkdir()
    save_scenario(scenario("Med"), tmp_path / "ballerup", "med")
    save_scenario(scenario("Min"), tmp_path / "mine", "min")
    entries, _ = Library(tmp_path / "mine", tmp_path).listing()
    assert [(e.key, e.own) for e in entries] == [("own/min.yaml", True), ("shipped/ballerup/med.yaml", False)]


def test_a_broken_file_is_told_and_does_not_hide_the_others(library: Library) -> None:
    library.save(scenario())
    (library.own / "i-stykker.yaml").write_text("format: 1\nname: [\n", encoding="utf-8")
    entries, broken = library.listing()
    assert any(e.own for e in entries)
    assert [b.path.name for b in broken] == ["i-stykker.yaml"]
    assert broken[0].problem.problems[0].line > 0
    assert library.delete(broken[0], NOW).name == "i-stykker.yaml"


def named_in_latin_1(library: Library) -> Path:
    """Put a scenario in the folder under the name that unzipping a Windows archive on Linux may give it."""
    path = library.own / os.fsdecode(b"bl\xe5.yaml")
    library.save(scenario("Blå"))
    (library.own / file_name("Blå")).rename(path)
    return path


def test_a_name_that_is_not_utf_8_is_told_and_does_not_hide_the_others(library: Library) -> None:
    library.save(scenario())
    path = named_in_latin_1(library)
    entries, broken = library.listing()
    assert [e.scenario.name for e in entries if e.own] == ["Flere pladser"]
    (told,) = broken
    assert told.name == "bl%e5.yaml"
    for text in (told.key, told.name, told.problem.text("da"), told.problem.text("en")):
        assert text.encode()
    assert "bl%e5.yaml" in told.problem.text("da")
    assert isinstance(library.find(told.key), Broken)
    with zipfile.ZipFile(io.BytesIO(library.exported())) as archive:
        assert sorted(archive.namelist()) == ["bl%e5.yaml", "flere-pladser.yaml"]
        assert archive.read("bl%e5.yaml") == path.read_bytes()
    binned = library.delete(told, NOW)
    assert binned.key.encode()
    assert library.deleted() == (binned,)
    library.restore(binned.key)
    assert path.exists()


def test_a_file_that_changes_is_read_again(library: Library) -> None:
    saved = library.save(scenario(places=300.0))
    assert the_own(library).scenario.change_of("firm_places").to == 300
    library.save(scenario(places=310.0), expected_hash=saved.sha256)
    assert the_own(library).scenario.change_of("firm_places").to == 310


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", True),
        ("førtidspension", True),
        ("FØRTIDS", True),
        ("fortidspension", True),
        ("foertidspension", True),
        ("fo\u0308rtidspension", False),  # ö is another letter than ø
        ("gråzone", True),
        ("gra\u030azone", True),  # å in two characters
        ("graazone", True),
        ("pladser virksomheder", True),
        ("ballerup", True),
        ("pladser brøndby", False),
        ("../", False),
        ("(", False),
        (".*", False),
    ],
)
def test_search_finds_danish_letters(library: Library, words: str, found: bool) -> None:
    library.save(scenario("Færre til førtidspension").copy_with(description="Også i en gråzone"))
    assert bool(search(own(library), words)) is found


def test_search_by_municipality_and_lever(library: Library) -> None:
    entries, _ = library.listing()
    towns = {e.scenario.municipality for e in search(entries, "", "albertslund")}
    assert towns == {"albertslund"}
    for language in ("da", "en"):
        found = search(entries, lever_name("partial_return", None, language))
        moved = {e.key for e in entries if any(c.lever == "partial_return" for c in e.scenario.changes)}
        assert moved
        assert moved <= {e.key for e in found}
        assert len(found) < len(entries)


@given(some.text(max_size=300))
def test_any_search_is_only_words(words: str) -> None:
    hay = searchable("Åben ø-ferie", "æble")
    assert finds(words, hay) in (True, False)
    # What is found stays found with fewer words.
    if finds(words, hay):
        assert all(finds(word, hay) for word in words[:200].split())
    assert finds("", hay)


# --- names ----------------------------------------------------------------------------------------

HOSTILE = (
    "../../etc/passwd",
    "..",
    "/etc/passwd",
    "C:\\Windows\\x",
    ".bin/x",
    "con",
    "a/b/c.yaml",
    "~root",
    "$(rm -rf .)",
    "x\u0000y",
    "<script>alert(1)</script>",
    "=1+1",
    "\u202egnp.yaml",
    " ",
    "....",
    "x" * 500,
)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_in_the_folder_or_is_refused(
    library: Library, tmp_path: Path, name: str
) -> None:
    library.save(scenario())
    before = the_own(library)
    for action in (library.rename, library.duplicate):
        try:
            action(before, name)
        except (FileProblem, ValueError):
            continue
        before = own(library)[0]
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert files
    assert all(p.parent == library.own and p.suffix == ".yaml" for p in files)
    assert len(own(library)) == len(files), "every file can still be read"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=some.text(min_size=1, max_size=150))
def test_any_name_gives_one_readable_file_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    library = Library(tmp_path_factory.mktemp("any") / "mine", ROOT / "none")
    library.save(scenario())
    try:
        renamed, saved = library.rename(the_own(library), name)
    except FileProblem:
        assert the_own(library).scenario == scenario()
        return
    assert saved.path == library.own / file_name(name)
    assert the_own(library).scenario == renamed == scenario().copy_with(name=name)


# --- rename and duplicate -------------------------------------------------------------------------


def test_rename_moves_the_file_and_keeps_its_comments(library: Library) -> None:
    saved = library.save(scenario())
    saved.path.write_text("# skrevet af økonomi\n" + saved.path.read_text(encoding="utf-8"), encoding="utf-8")
    renamed, now = library.rename(the_own(library), "Budgetforslag Å")
    assert not saved.path.exists()
    assert now.path.name == "budgetforslag-å.yaml"
    assert "# skrevet af økonomi" in now.path.read_text(encoding="utf-8")
    assert load_scenario(now.path) == renamed
    assert renamed.changes == scenario().changes


def test_rename_to_a_taken_name_is_told_and_loses_nothing(library: Library) -> None:
    library.save(scenario("A", 300.0))
    library.save(scenario("B", 310.0))
    a = next(e for e in own(library) if e.scenario.name == "A")
    with pytest.raises(SaveConflict, match="already"):
        library.rename(a, "b")
    assert {e.scenario.name: e.scenario.change_of("firm_places").to for e in own(library)} == {
        "A": 300,
        "B": 310,
    }


def test_rename_in_letters_only_keeps_the_file(library: Library) -> None:
    library.save(scenario("budget a"))
    _, saved = library.rename(the_own(library), "Budget A")
    assert saved.path.name == "budget-a.yaml"
    assert the_own(library).scenario.name == "Budget A"


def test_rename_takes_what_the_file_holds_now(library: Library) -> None:
    saved = library.save(scenario(places=300.0))
    entry = the_own(library)
    library.save(scenario(places=350.0), expected_hash=saved.sha256)
    renamed, _ = library.rename(entry, "Nyt navn")
    assert renamed.change_of("firm_places").to == 350, "another's save since is not undone"


@pytest.mark.parametrize("stuck", [1, 2])
def test_rename_where_the_old_file_cannot_be_removed_says_what_stands(
    library: Library, monkeypatch: pytest.MonkeyPatch, stuck: int
) -> None:
    library.save(scenario("Gammel"))
    entry, plain = the_own(library), Path.unlink
    names = ["gammel.yaml", "ny.yaml"][:stuck]

    def unlink(self: Path, *, missing_ok: bool = False) -> None:
        if self.name in names:
            raise PermissionError(errno.EPERM, "Operation not permitted")
        plain(self, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", unlink)
    with pytest.raises(FileProblem) as told:
        library.rename(entry, "Ny")
    monkeypatch.undo()
    there = sorted(path.name for path in library.own.glob("*.yaml"))
    if stuck == 1:
        assert there == ["gammel.yaml"]
        assert "beholder sit navn, og intet er ændret" in told.value.text("da")
    else:
        assert there == ["gammel.yaml", "ny.yaml"]
        assert "nu er begge der" in told.value.text("da")
        assert "intet er" not in told.value.text("da").lower()
    assert "gammel.yaml" in told.value.text("en")


def test_a_system_that_cannot_write_the_name_says_so(library: Library) -> None:
    """In a system whose names are ASCII alone, saving a name with æ is refused in words."""
    code = (
        "import sys; from pathlib import Path; from model.files.problems import FileProblem;"
        "from model.library.library import Library; from model.scenario.files import load_scenario;"
        "assert sys.getfilesystemencoding() == 'ascii', sys.getfilesystemencoding();"
        "kept = Library(Path(sys.argv[1]), Path(sys.argv[1]) / 'none');"
        f"one = load_scenario({str(SOME)!r});"
        "kept.save(one.copy_with(name='Plain'));"
        "\ntry: kept.save(one.copy_with(name='\\xe6ble'))"
        "\nexcept FileProblem as told: print(ascii(told.text('da')))"
        "\ntry: kept.rename(kept.listing()[0][0], '\\xe6ble')"
        "\nexcept FileProblem as told: print(ascii(told.text('en')))"
    )
    plain = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C", "LANG": "C"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(library.own)],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, **plain},
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("PYTHONUTF8=1") == 2
    assert [path.name for path in library.own.glob("*.yaml")] == ["plain.yaml"]


def test_rename_of_what_is_gone_is_told(library: Library) -> None:
    library.save(scenario())
    entry = the_own(library)
    library.delete(entry, NOW)
    with pytest.raises(SaveConflict, match="deleted"):
        library.rename(entry, "Nyt navn")
    assert not own(library)


def test_duplicates_get_numbers(library: Library) -> None:
    shipped = next(e for e in library.listing()[0] if not e.own)
    names = [library.duplicate(shipped, "Kopi")[0].name for _ in range(3)]
    assert names == ["Kopi", "Kopi 2", "Kopi 3"]
    copies = own(library)
    assert {c.scenario.key for c in copies} == {shipped.scenario.key}
    assert all(c.scenario.results == shipped.scenario.results for c in copies)


def test_a_copy_of_the_longest_name_still_fits(library: Library) -> None:
    library.save(scenario("n" * 120))
    copy, _ = library.duplicate(the_own(library), "n" * 120)
    assert len(copy.name) <= 120
    assert len(own(library)) == 2


def test_shipped_scenarios_are_only_read(library: Library) -> None:
    shipped = next(e for e in library.listing()[0] if not e.own)
    before = shipped.path.read_bytes()
    for action in (lambda: library.rename(shipped, "x"), lambda: library.delete(shipped, NOW)):
        with pytest.raises(FileProblem, match="ship"):
            action()
    forged = Entry(shipped.key, shipped.path, shipped.scenario, True, None)
    with pytest.raises(FileProblem, match="ship"):
        library.delete(forged, NOW)
    assert shipped.path.read_bytes() == before


# --- delete and undo ------------------------------------------------------------------------------


def test_delete_can_be_undone_by_a_library_that_never_saw_it(library: Library) -> None:
    saved = library.save(scenario())
    text = saved.path.read_bytes()
    library.delete(the_own(library), NOW)
    assert not saved.path.exists()
    assert not own(library)

    later = Library(library.own, library.shipped)
    (binned,) = later.deleted()
    assert (binned.name, binned.deleted) == (saved.path.name, NOW)
    assert later.restore(binned.key) == saved.path.name
    assert saved.path.read_bytes() == text
    assert not later.deleted()


def test_two_of_the_same_name_deleted_in_one_second_both_come_back(library: Library) -> None:
    for places in (300.0, 310.0):
        library.save(scenario("Ens", places))
        library.delete(the_own(library), NOW)
    assert len(library.deleted()) == 2
    for binned in library.deleted():
        library.restore(binned.key)
    assert {e.scenario.name: e.scenario.change_of("firm_places").to for e in own(library)} in (
        {"Ens": 300, "Ens 2": 310},
        {"Ens": 310, "Ens 2": 300},
    )
    assert not library.deleted()


def test_undo_never_replaces_what_has_been_saved_since(library: Library) -> None:
    library.save(scenario("Ens", 300.0))
    binned = library.delete(the_own(library), NOW)
    library.save(scenario("Ens", 350.0))
    assert library.restore(binned.key) == "ens-2.yaml"
    assert load_scenario(library.own / "ens.yaml").change_of("firm_places").to == 350
    assert load_scenario(library.own / "ens-2.yaml").change_of("firm_places").to == 300


def test_undo_twice_is_told(library: Library) -> None:
    library.save(scenario())
    binned = library.delete(the_own(library), NOW)
    library.restore(binned.key)
    with pytest.raises(SaveConflict, match="no longer"):
        library.restore(binned.key)


@pytest.mark.parametrize("key", ["", "bin/../x", "bin/.bin/../../outside.yaml", "/etc/passwd", "own/x.yaml"])
def test_a_key_from_outside_finds_nothing(library: Library, key: str) -> None:
    library.save(scenario())
    outside = library.own.parent / "outside.yaml"
    outside.write_text("secret", encoding="utf-8")
    assert library.find(key) is None
    with pytest.raises(FileProblem):
        library.restore(key)
    assert outside.exists()


def test_strangers_in_the_bin_are_left_alone(library: Library) -> None:
    (library.own / BIN).mkdir(parents=True)
    for name in ("readme.txt", "99999999T999999.x.yaml", "x.yaml"):
        (library.own / BIN / name).write_text("x", encoding="utf-8")
    assert library.deleted() == ()


def test_what_is_deleted_twice_is_told(library: Library) -> None:
    library.save(scenario())
    entry = the_own(library)
    library.delete(entry, NOW)
    with pytest.raises(SaveConflict):
        library.delete(entry, NOW)
    assert len(library.deleted()) == 1


def test_two_who_restore_at_once_bring_it_back_once(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is taken, so that each writes the scenario anew: only one may, and the other is told."""
    library.save(scenario("Ens", 300.0))
    binned = library.delete(the_own(library), NOW)
    library.save(scenario("Ens", 350.0))
    begin = threading.Barrier(2)
    plain = library_module.load_scenario

    def read_together(path: Path) -> Scenario:
        read = plain(path)
        if BIN in path.parts and not begin.broken:
            with contextlib.suppress(threading.BrokenBarrierError):
                begin.wait(10)
                begin.abort()
        return read

    monkeypatch.setattr(library_module, "load_scenario", read_together)
    told: list[object] = []

    def restore() -> None:
        try:
            told.append(library.restore(binned.key))
        except Exception as error:
            told.append(error)

    threads = [threading.Thread(target=restore) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(type(one).__name__ for one in told) == ["SaveConflict", "str"]
    assert "no longer" in str(next(one for one in told if isinstance(one, SaveConflict)))
    assert sorted(e.scenario.name for e in own(library)) == ["Ens", "Ens 2"]
    assert not library.deleted()


def test_a_name_as_long_as_the_system_allows_can_be_deleted_and_had_back(library: Library) -> None:
    saved = library.save(scenario())
    for stem in ("x" * 250, "å" * 125):
        (library.own / saved.path.name).with_name(f"{stem}.yaml").write_bytes(saved.path.read_bytes())
    for entry in own(library):
        library.delete(entry, NOW)
    assert not own(library)
    for binned in library.deleted():
        assert binned.key.encode()
        library.restore(binned.key)
    names = sorted(e.path.name for e in own(library))
    assert [name[0] for name in names] == ["f", "x", "å"]
    assert all(len(name.encode()) <= 255 for name in names)
    assert (
        library.rename(next(e for e in own(library) if e.path.name[0] == "å"), "Kort")[1].path.name
        == "kort.yaml"
    )


# --- out ------------------------------------------------------------------------------------------


def test_the_archive_holds_every_file_as_it_stands(library: Library) -> None:
    library.save(scenario("Æble", 300.0))
    library.save(scenario("B", 310.0))
    library.delete(next(e for e in own(library) if e.scenario.name == "B"), NOW)
    (library.own / "i-stykker.yaml").write_text("format: 1\n", encoding="utf-8")
    with zipfile.ZipFile(io.BytesIO(library.exported())) as archive:
        assert sorted(archive.namelist()) == ["i-stykker.yaml", "æble.yaml"]
        for name in archive.namelist():
            assert archive.read(name) == (library.own / name).read_bytes()
    assert library.exported() == library.exported()


def test_an_empty_library(library: Library) -> None:
    assert own(library) == []
    assert library.deleted() == ()
    assert zipfile.ZipFile(io.BytesIO(library.exported())).namelist() == []
    assert not isinstance(library.find("own/x.yaml"), Broken)
