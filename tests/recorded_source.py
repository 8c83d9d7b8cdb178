"""Answer like Jobindsats (API version 3) and StatBank, on this machine, with figures made from a municipality's own.

Shapes: ``/table/ID`` and ``/data/ID`` of Jobindsats as public clients of version 3 use them (``periods``,
``dimensions``, ``hierarchies``, ``levels``, ``values``; answers of ``columns`` and ``rows``, numbers partly as Danish
text), the answer to a wrong key as in tests/data/exports/key_refused.json; ``tableinfo`` and JSON-stat of StatBank as
its API documents them. Not seen: the names that Jobindsats gives its dimensions in ``/table/ID``; they are left out.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from typing import Any
from urllib.parse import parse_qs, urlsplit

from model.domain import GROUPS

KEY = "hemmelig-Noegle-1234567890"
AREAS = {"/1/": "Hele landet", "/1/147/": "Frederiksberg", "/1/461/": "Odense", "/1/630/": "Vejle"}
_MONTHS = tuple(f"2020M{m:02d}" for m in range(1, 13))
_ORIGIN = ("Herkomst i alt", "Dansk oprindelse", "Vestlig oprindelse", "Ikke-vestlig oprindelse")
_ORIGIN_SHARES = (1.0, 0.7, 0.1, 0.2)
# Offers: label and share of all.
_OFFERS = {
    "Tilbud i alt": 1.0,
    "Vejledning og opkvalificering i alt": 0.55,
    "Ordinær uddannelse i alt": 0.15,
    "Øvrige vejlednings- og opkvalificeringsforløb": 0.4,
    "Ansættelse med løntilskud i alt": 0.15,
    "Virksomhedspraktik i alt": 0.25,
    "Nytteindsats i alt": 0.05,
}
_EXITS = {
    "I alt": 100.0,
    "Lønmodtagerbeskæftigelse": 62.0,
    "Uddannelse": 8.0,
    "Sygedagpenge": 6.0,
    "Selvforsørgelse": 14.0,
}


@dataclass(frozen=True)
class Breakdown:
    """A breakdown of a recorded table: the column's label, the id in requests, its members with a factor each."""

    label: str
    id: str
    members: Mapping[str, float]

    @property
    def ids(self) -> dict[str, str]:
        """Return the members' labels by their ids in requests."""
        return {f"/{i}/" if i else "/": label for i, label in enumerate(self.members)}


@dataclass(frozen=True)
class Recorded:
    """A recorded table: measures by label (the factor of the level, None for a share), level, periods, breakdowns."""

    measures: Mapping[str, Callable[[float], Any]]
    level: float
    periods: Mapping[str, tuple[str, ...]]
    breakdowns: tuple[Breakdown, ...] = ()


def danish(value: float) -> str:
    """Write a number as Jobindsats does: a full stop before three digits, a decimal comma."""
    return f"{value:,.1f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def _persons(level: float) -> int:
    return round(level * 1.2)


def _caseload(
    level: float, *breakdowns: Breakdown, periods: Mapping[str, tuple[str, ...]] | None = None
) -> Recorded:
    return Recorded(
        {"Antal personer": _persons, "Antal fuldtidspersoner": danish},
        level,
        periods or {"M": _MONTHS},
        breakdowns,
    )


def jobindsats_tables(stock: Mapping[str, float]) -> dict[str, Recorded]:
    """Return tables of version 3 whose full-time persons are those of ``stock`` by target group."""
    origin = Breakdown("Herkomst", "_oprinda", dict(zip(_ORIGIN, _ORIGIN_SHARES, strict=True)))
    sex = Breakdown("Køn", "_kon", {"Køn i alt": 1.0, "Kvinder": 0.55, "Mænd": 0.45})
    help_ = stock["kontanthjaelp_jobparat"] + stock["kontanthjaelp_aktivitetsparat"]
    ready = stock["kontanthjaelp_jobparat"] / help_
    category = Breakdown(
        "Visitationskategori",
        "_viskat_1int",
        {"Visitationskategori i alt": 1.0, "Jobparat": ready, "Aktivitetsparat": 1 - ready},
    )
    tables = {
        "y01a02": _caseload(stock["dagpenge"], origin, sex),
        "y36a02": _caseload(help_, category),
        # The new system began in July 2025.
        "y60a02": _caseload(help_, category, periods={"M": ("2025M07", "2025M08")}),
        "y01c01": Recorded(
            {"Antal fuldtidsaktiverede": danish}, 0.2 * stock["dagpenge"], {"Y": ("2019", "2020")},
            (Breakdown("Tilbud", "_tilbud_c01", _OFFERS),),
        ),
        "y01b15": Recorded(
            {"Status 3 mdr. efter afsluttet forløb, pct.": danish}, 1.0, {"QMAT": ("2020QMAT03", "2020QMAT04")},
            (Breakdown("Arbejdsmarkedsstatus", "_status_b15", _EXITS),),
        ),
        "y30r21": Recorded(
            {"Forventet og faktisk antal fuldtidspersoner på offentlig forsørgelse: Faktisk antal": round},
            1.0, {"QMAT": ("2020QMAT02", "2020QMAT04")},
            (Breakdown("Ydelsesgruppe", "_ygrp_y30r21", {
                "Ydelsesgrupper i alt": sum(stock.values()),
                "A-dagpenge mv.": stock["dagpenge"],
                "Sygedagpenge mv.": stock["sygedagpenge"] + stock["jobafklaring"],
            }),),
        ),
    }  # fmt: skip
    for name, group in {
        "y35a02": "sho", "y07a02": "sygedagpenge", "y12a02": "jobafklaring", "y11a02": "ressourceforloeb",
        "y09a02": "ledighedsydelse", "y08a02": "fleksjob", "y04a02": "revalidering", "y10a02": "foertidspension",
    }.items():  # fmt: skip
        tables[name] = _caseload(stock[group], sex)
    return tables


@dataclass
class Fault:
    """What is answered in place of a table: ``times`` it is so, for ever where that is None."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    times: int | None = None


class RecordedSource(ThreadingHTTPServer):
    """A server with the addresses ``/v3`` (Jobindsats) and ``/v1`` (StatBank)."""

    daemon_threads = True

    def __init__(self, stock: Mapping[str, float], port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.key = KEY
        self.tables = jobindsats_tables(stock)
        self.stock = stock
        self.people: float | None = None  # aged 16-66; without it there is no table of the population
        self.accounts: dict[
            str, float
        ] = {}  # 1,000 DKK by function; without any there is no table of accounts
        self.faults: dict[str, Fault] = {}
        self.asked: list[tuple[str, str]] = []  # table and what was asked of it
        self.quota: int | None = None  # requests that are answered before the key is told to wait

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that send the program here."""
        return source_environment(self.server_port)


def source_environment(port: int) -> dict[str, str]:
    """Return the variables that send the program to a port of this machine."""
    return {
        "INDSATSKOMPAS_JOBINDSATS_URL": f"http://127.0.0.1:{port}/v3",
        "INDSATSKOMPAS_STATBANK_URL": f"http://127.0.0.1:{port}/v1",
        "NO_PROXY": "127.0.0.1",
    }


def fulltime_persons(municipality: str, growth: float) -> dict[str, float]:
    """Return the municipality's full-time persons by target group, so many times as many."""
    from model.municipality.municipality import load_municipality

    engine = load_municipality(municipality).engine
    return {group: growth * float(engine.stock[i].sum()) for i, group in enumerate(GROUPS)}


@contextlib.contextmanager
def recorded_source(stock: Mapping[str, float], port: int = 0) -> Iterator[RecordedSource]:
    """Run the server while a test lasts, on a port of its own choice or on a given one."""
    server = RecordedSource(stock, port)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: RecordedSource

    def log_message(self, *_: object) -> None:
        """Keep the tests' output free of requests."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        version, what, table = parts.path.strip("/").split("/")
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self._answer(version, what, table.lower(), asked)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        asked = {variable["code"]: ",".join(variable["values"]) for variable in body["variables"]}
        self._answer("v1", "data", body["table"].lower(), asked)

    def _answer(self, version: str, what: str, table: str, asked: Mapping[str, str]) -> None:
        server = self.server
        server.asked.append((table, what))
        if version == "v3" and self.headers.get("Authorization") != f"Bearer {server.key}":
            return self._send(401, b'{"Forkert n\xc3\xb8gle eller n\xc3\xb8glen er udl\xc3\xb8bet.":""}')
        if version == "v3" and server.quota is not None:
            if server.quota <= 0:
                return self._send(429, b"", {"Retry-After": "1"})
            server.quota -= 1
        fault = server.faults.get(table)
        if fault is not None and fault.times != 0:
            if fault.times is not None:
                fault.times -= 1
            return self._send(fault.status, fault.body, fault.headers)
        answer = (
            _jobindsats(server, what, table, asked)
            if version == "v3"
            else _statbank(server, what, table, asked)
        )
        if answer is None:
            return self._send(404, b"")
        return self._send(200, json.dumps(answer).encode())

    def _send(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)


def _jobindsats(server: RecordedSource, what: str, table: str, asked: Mapping[str, str]) -> Any:
    """Return a description or an answer of Jobindsats, None where there is no such table."""
    recorded = server.tables.get(table)
    if recorded is None:
        return None
    if what == "table":
        return {
            "table_id": table,
            "periods": [
                {"periodtype_id": kind, "values": [{"period_id": name} for name in names]}
                for kind, names in recorded.periods.items()
            ],
            "dimensions": [
                {"dimension_id": "_omrade", "hierarchies": [_hierarchy("_nykom", AREAS)]},
                *(
                    {"dimension_id": one.id, "hierarchies": [_hierarchy(one.id, one.ids)]}
                    for one in recorded.breakdowns
                ),
            ],
        }
    periods = next(value for name, value in asked.items() if name.startswith("period."))
    area = AREAS[asked["hierarchy._nykom"]]
    chosen = [
        [*one.ids.values()]
        if asked[f"hierarchy.{one.id}"] == "*"
        else [one.ids[asked[f"hierarchy.{one.id}"]]]
        for one in recorded.breakdowns
        if f"hierarchy.{one.id}" in asked
    ]
    shown = [one for one in recorded.breakdowns if f"hierarchy.{one.id}" in asked]
    rows = []
    for period in periods.split(","):
        assert any(period in names for names in recorded.periods.values()), period
        for members in product(*chosen):
            level = recorded.level
            for one, member in zip(shown, members, strict=True):
                level *= one.members[member]
            rows.append([period, area, *members, *(write(level) for write in recorded.measures.values())])
    return {
        "tableId": table,
        "columns": ["Periode", "Område", *(one.label for one in shown), *recorded.measures],
        "rows": rows,
    }


def _hierarchy(name: str, members: Mapping[str, str]) -> dict[str, Any]:
    """Return a hierarchy whose first member is on a level of its own."""
    values = [{"value_id": i, "value_name": label} for i, label in members.items()]
    return {
        "hierarchy_id": name,
        "levels": [
            {"level_id": f"{name}_0", "values": values[:1]},
            {"level_id": f"{name}_1", "values": values[1:]},
        ],
    }


_QUARTERS = ("2020K1", "2020K2", "2020K3", "2020K4")
_YEARS = ("2019", "2020")
# Breakdowns of the table of accounts, with the labels that public notes on its metadata have.
_OF_ACCOUNTS = {
    "FUNKTION": {},
    "DRANST": {"1": "1 Driftskonti", "2": "2 Statsrefusion", "3": "3 Anlægskonti"},
    "ART": {"TOT": "I alt (netto)", "UE": "Bruttoudgifter", "S1": "1 Lønninger"},
    "PRISENHED": {"LOBM": "Løbende priser (1.000 kr.)", "INDL": "Pr. indbygger, løbende priser (kr.)"},
}
_CODES = {"000": "Hele landet", "461": "Odense", "630": "Vejle"}
_BENEFITS = {"a": ("Ledighedsydelse", "ledighedsydelse"), "b": ("Ressourceforløb", "ressourceforloeb")}
_ANCESTRY = {
    "0": ("I alt", 1.0),
    "1": ("Personer med dansk oprindelse", 0.8),
    "24": ("Indvandrere fra vestlige lande", 0.06),
    "25": ("Indvandrere fra ikke-vestlige lande", 0.08),
    "34": ("Efterkommere fra vestlige lande", 0.01),
    "35": ("Efterkommere fra ikke-vestlige lande", 0.05),
}
_OLDEST = 110
_AGES_16_66 = 51


def _statbank(server: RecordedSource, what: str, table: str, asked: Mapping[str, str]) -> Any:
    """Return a description or an answer of StatBank, None where there is no such table."""
    variables: dict[str, dict[str, str]] = {
        "OMRÅDE": _CODES,
        "KØN": {"TOT": "I alt", "1": "Mænd", "2": "Kvinder"},
    }
    value: Callable[[Mapping[str, str]], float]
    if table == "auk01":
        variables["YDELSESTYPE"] = {code: label for code, (label, _) in _BENEFITS.items()}

        def value(cell: Mapping[str, str]) -> float:
            return round(server.stock[_BENEFITS[cell["YDELSESTYPE"]][1]])

    elif table == "folk1e" and server.people is not None:
        people = server.people / _AGES_16_66  # as many of each age
        variables["ALDER"] = {"IALT": "I alt"} | {str(age): f"{age} år" for age in range(_OLDEST + 1)}
        variables["HERKOMST"] = {code: label for code, (label, _) in _ANCESTRY.items()}

        def value(cell: Mapping[str, str]) -> float:
            ages = _OLDEST + 1 if cell["ALDER"] == "IALT" else 1
            return round(people * ages * _ANCESTRY[cell["HERKOMST"]][1], 3)

    elif table == "regk31" and server.accounts:
        variables = {"OMRÅDE": _CODES, **_OF_ACCOUNTS}
        variables["FUNKTION"] = {label.replace(".", ""): f"{label} Navn" for label in server.accounts}

        def value(cell: Mapping[str, str]) -> float:
            """Return an amount that only one choice of the others makes right."""
            spent = {label.replace(".", ""): amount for label, amount in server.accounts.items()}[
                cell["FUNKTION"]
            ]
            return spent * (cell["DRANST"] == "1") * {"UE": 1, "TOT": 0.9, "S1": 0.5}[cell["ART"]]

    else:
        return None
    variables["Tid"] = {name: name for name in (_YEARS if table == "regk31" else _QUARTERS)}
    if what == "tableinfo":
        return {
            "id": table.upper(),
            "variables": [
                {"id": code, "text": code.lower(), "elimination": code == "KØN", "time": code == "Tid",
                 "values": [{"id": i, "text": label} for i, label in members.items()]}
                for code, members in variables.items()
            ],
        }  # fmt: skip
    chosen = {code: [*variables[code]] if given == "*" else given.split(",") for code, given in asked.items()}
    values = [value(dict(zip(chosen, cell, strict=True))) for cell in product(*chosen.values())]
    return {
        "class": "dataset", "version": "2.0", "label": table.upper(), "source": "Danmarks Statistik",
        "id": [*chosen], "size": [len(members) for members in chosen.values()], "value": values,
        "dimension": {
            code: {
                "label": code.lower(),
                "category": {"index": members, "label": {m: variables[code][m] for m in members}},
            }
            for code, members in chosen.items()
        },
    }  # fmt: skip
