"""``vintage``: make the starting figures of one date from the published figures, check them, and tell what moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from model.cli.context import (
    GOOD,
    CommandContext,
    WrongUse,
    json_number,
    row,
    suppressed_mark,
    suppressed_note,
)
from model.domain import MODEL_VERSION
from model.files.problems import FileProblem, sanitised, single_problem
from model.language.catalogue import listed, number, percent, text
from model.language.messages import Message
from model.municipality.caseload_basis import CaseloadBasis, basis_sentences, caseload_basis
from model.municipality.check_figures import is_month
from model.municipality.figures import FIGURES_FOLDER
from model.municipality.make_vintage import MadeVintage, check_at_rest, make_vintage
from model.municipality.municipality import municipality_on
from model.municipality.municipality_list import (
    MunicipalityInfo,
    UnknownMunicipality,
    find_municipality,
    municipalities,
    slug,
)
from model.municipality.vintage_changes import MovedNumber, VintageChanges, changes_from, rows_in
from model.municipality.vintages import FIRST, VINTAGES_FOLDER, write_rows
from model.parameters.labels import label

# How many of the numbers that moved are listed for a person; a machine gets all.
_MOST: Final = 12
_NAME: Final = 60
_COLUMN: Final = 14
_BASIS_COLUMNS: Final = ("persons", "share", "total", "split", "as_of")


@dataclass(frozen=True)
class _Answer:
    """What the command has to tell."""

    made: MadeVintage
    changes: VintageChanges
    file: Path
    shown: tuple[MunicipalityInfo, CaseloadBasis] | None


def vintage_command(context: CommandContext) -> int:
    """Make a vintage, check it, write it, and tell what moved. Nothing is written where a check fails."""
    options = context.options
    name, until = options.name, options.until
    if until and not is_month(until):
        raise WrongUse(context.text("vintage.not_a_month", month=sanitised(until)))
    if until and name == FIRST:
        raise WrongUse(context.text("vintage.until_of_first", name=FIRST))
    figures = _folder(getattr(options, "from"), FIGURES_FOLDER, context)
    folder = _folder(options.to, VINTAGES_FOLDER, context)
    shown = _municipality(options.show, context) if options.show else None
    heads = _heads(name, folder, context)
    context.progress("vintage.checking")
    made = make_vintage(name, until, figures, heads)
    file = folder / f"{name}.csv"
    changes = _changes(file, made)

    def progress(done: int, of: int) -> None:
        """Show how many municipalities are done."""
        context.progress("vintage.at_rest", n=done, of=of)

    check_at_rest(made.vintage, municipalities(), progress)
    basis = None
    if shown is not None:
        basis = shown, caseload_basis(municipality_on(made.vintage, shown.id), made.vintage)
    write_rows(made.rows, file)
    answer = _Answer(made, changes, file, basis)
    if context.json:
        context.emit_json(_to_jsonable(answer))
    else:
        context.print(*_as_text(answer, context))
    return GOOD


def _folder(given: str, otherwise: Path, context: CommandContext) -> Path:
    """Return the folder that is given. Raises WrongUse where there is none."""
    folder = Path(given) if given else otherwise
    if not folder.is_dir():
        key = "no_folder" if folder.exists() else "missing"
        raise WrongUse(context.text(f"error.{key}", path=sanitised(folder)))
    return folder


def _heads(name: str, folder: Path, context: CommandContext) -> Path:
    """Return the folder that has the vintage's head: the one that is written to, else the shipped one's."""
    if not name.isalnum():
        raise WrongUse(context.text("vintage.bad_name", name=sanitised(name)))
    for heads in (folder, VINTAGES_FOLDER):
        if (heads / f"{name}.yaml").is_file():
            return heads
    raise WrongUse(context.text("vintage.no_head", name=sanitised(name), folder=sanitised(folder)))


def _municipality(given: str, context: CommandContext) -> MunicipalityInfo:
    """Return the municipality to show. Raises WrongUse."""
    try:
        return find_municipality(slug(given))
    except UnknownMunicipality as error:
        raise WrongUse(error.text(context.language)) from None


def _changes(file: Path, made: MadeVintage) -> VintageChanges:
    """Return what moved against the file that is there. Raises FileProblem where that is no vintage."""
    try:
        return changes_from(rows_in(file), made.rows)
    except (KeyError, ValueError, UnicodeDecodeError):
        fault = Message("vintage.fault.old_file")
        raise single_problem(fault.da, fault.en, name=str(file)) from None
    except FileProblem as problem:
        raise problem.named(str(file)) from None


# --- for a machine --------------------------------------------------------------------------------


def _to_jsonable(answer: _Answer) -> dict[str, Any]:
    """Return the object that ``vintage --json`` answers."""
    made, changes = answer.made, answer.changes
    data: dict[str, Any] = {
        "vintage": made.vintage.name,
        "model_version": MODEL_VERSION,
        "until": made.until,
        "file": str(answer.file),
        "numbers": changes.numbers,
        "moved": [_json_moved(one) for one in changes.moved],
        "new": [{"municipality": m, "parameter": p} for m, p in changes.new],
        "gone": [{"municipality": m, "parameter": p} for m, p in changes.gone],
        "told_otherwise": changes.otherwise,
        "sums": [
            {
                "what": one.what,
                "municipalities": json_number(one.total),
                "nation": json_number(one.published),
                "relative": json_number(one.difference),
            }
            for one in made.sums
        ],
        "notes": [{"da": note.da, "en": note.en} for note in made.notes],
    }
    if answer.shown is not None:
        info, basis = answer.shown
        data["basis"] = {"municipality": info.id, **json_basis(basis)}
    return data


def _json_moved(one: MovedNumber) -> dict[str, Any]:
    """Return a number that moved as JSON data."""
    hidden = one.suppressed
    return {
        "municipality": one.municipality,
        "parameter": one.parameter,
        "before": None if hidden else one.before,
        "after": None if hidden else one.after,
        "relative": None if hidden else json_number(one.relative),
        **suppressed_mark(hidden),
    }


def json_basis(basis: CaseloadBasis) -> dict[str, Any]:
    """Return what a caseload rests on as JSON data: shares of persons."""
    return {
        "persons": json_number(basis.persons),
        **{
            f"{name}{ending}": {q: json_number(share) for q, share in shares(with_offers=with_offers).items()}
            for name, shares in (
                ("share_of_totals", basis.share_of_totals),
                ("share_of_groups", basis.share_of_groups),
            )
            for ending, with_offers in (("", False), ("_with_offers", True))
        },
        "share_not_updated": json_number(basis.share_not_updated),
        "totals": [
            {
                "groups": [group.group for group in total.groups],
                "persons": None if hidden else json_number(total.persons),
                "total": total.quality,
                "split": list(total.splits),
                "as_of": total.as_of,
                "source": total.source.en,
                "not_updated": total.note is not None,
                **suppressed_mark(hidden),
            }
            for total, hidden in zip(basis.totals, basis.suppressed, strict=True)
        ],
    }


# --- for a person ---------------------------------------------------------------------------------


def _as_text(answer: _Answer, context: CommandContext) -> Iterable[str]:
    """Yield for a person what was made, what moved, and what a municipality rests on."""
    made, language = answer.made, context.language
    yield context.text("vintage.heading", name=made.vintage.name, month=made.until, file=answer.file)
    for one in made.sums:
        yield text(
            "vintage.sum",
            language,
            what=text(f"vintage.sum.{one.what}", language),
            total=number(one.total, language),
            published=number(one.published, language),
            difference=percent(one.difference, language, 2, signed=True),
        )
    for note in made.notes:
        yield note.text(language)
    yield from _moved_lines(answer.changes, context)
    if answer.shown is not None:
        info, basis = answer.shown
        yield ""
        yield text("vintage.basis.heading", language, name=info.name)
        yield from _basis_lines(basis, language)


def _moved_lines(changes: VintageChanges, context: CommandContext) -> Iterable[str]:
    """Yield what moved, the largest changes first."""
    language = context.language
    if changes.is_same:
        yield context.text("vintage.same", n=number(changes.numbers, language))
        return
    counts = (changes.numbers, len(changes.moved), len(changes.new), len(changes.gone), changes.otherwise)
    names = ("n", "moved", "new", "gone", "otherwise")
    counted = {name: number(n, language) for name, n in zip(names, counts, strict=True)}
    yield context.text("vintage.moved", **counted)
    shown = changes.largest_shown
    if not shown:
        return
    yield ""
    heads = [context.text(f"vintage.{column}") for column in ("before", "after", "relative")]
    yield row(context.text("vintage.number"), heads, name_width=_NAME, column_width=_COLUMN)
    for one in _one_of_each(shown)[:_MOST]:
        name = f"{find_municipality(one.municipality).name}: {label(one.parameter, language, None)}"
        decimals = 0 if max(abs(one.before), abs(one.after)) >= 100 else 3 if abs(one.after) < 1 else 1
        cells = [
            number(one.before, language, decimals),
            number(one.after, language, decimals),
            percent(one.relative, language, 1, signed=True),
        ]
        yield row(name, cells, name_width=_NAME, column_width=_COLUMN)
    hidden = len(changes.moved) - len(shown)
    left = len(shown) - min(len(_one_of_each(shown)), _MOST)
    if left:
        yield context.text("vintage.more", n=number(left, language))
    if hidden:
        yield context.text("vintage.hidden", n=number(hidden, language))


def _one_of_each(moved: Sequence[MovedNumber]) -> list[MovedNumber]:
    """Return the first of each municipality and table: target groups that share a figure move alike."""
    first: dict[tuple[str, str], MovedNumber] = {}
    for one in moved:
        first.setdefault((one.municipality, one.parameter.partition(".")[0]), one)
    return list(first.values())


def _basis_lines(basis: CaseloadBasis, language: str) -> Iterable[str]:
    """Yield what a caseload rests on: the totals, then the shares of persons."""
    heads = [text(f"vintage.basis.{column}", language) for column in _BASIS_COLUMNS]
    yield row("", heads, name_width=_NAME)
    not_shown = text("disclosure.not_shown", language)
    for total, hidden in zip(basis.totals, basis.suppressed, strict=True):
        splits = listed([text(f"domain.quality.{q}", language) for q in total.splits], language)
        cells = [
            not_shown if hidden else number(total.persons, language),
            not_shown if hidden else percent(total.persons / basis.persons, language),
            text(f"domain.quality.{total.quality}", language),
            splits or text("vintage.basis.whole", language),
            total.as_of,
        ]
        yield row(total.name.text(language), cells, name_width=_NAME)
    yield ""
    yield from (sentence.text(language) for sentence in basis_sentences(basis))
    if any(basis.suppressed):
        yield suppressed_note(language)
