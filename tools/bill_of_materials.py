"""Write the software bill of materials of the locked packages, and hold their licences against EUPL-1.2.

``python -m tools.bill_of_materials`` writes ``deploy/sbom.cdx.json`` (CycloneDX 1.6) from ``deploy/requirements.lock``
and what the installed packages say of themselves.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from model.domain import MODEL_VERSION
from model.files.folders import ROOT

LOCK: Final = ROOT / "deploy" / "requirements.lock"
BILL: Final = ROOT / "deploy" / "sbom.cdx.json"

# Licences under which a package may be used by a work under EUPL-1.2 that leaves it as it is: those without conditions
# on other works, and those whose conditions end at the package (MPL, LGPL).
ALLOWED: Final = frozenset(
    [
        *("MIT", "MIT-0", "MIT-CMU", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "Apache-2.0", "PSF-2.0", "Zlib"),
        *("CC0-1.0", "MPL-2.0", "LGPL-2.1-or-later", "OFL-1.1", "EUPL-1.2"),
    ]
)
_EXCEPTION: Final = re.compile(r" WITH [\w.-]+")
# What packages call their licences that give no expression of SPDX.
_SPDX: Final = {
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "3-Clause BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "PSFL": "PSF-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
# Read in the package's own licence file, where it says no more than "BSD", or is not installed on every system.
_READ: Final = {
    "altair": "BSD-3-Clause",
    "brotlicffi": "MIT",
    "colorama": "BSD-3-Clause",
    "cssselect2": "BSD-3-Clause",
    "itsdangerous": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "numba": "BSD-2-Clause",
    "pydyf": "BSD-3-Clause",
    "pyphen": "GPL-2.0-or-later OR LGPL-2.1-or-later OR MPL-1.1",
    "scipy": "BSD-3-Clause",
    "segno": "BSD-3-Clause",
    "tinycss2": "BSD-3-Clause",
    "weasyprint": "BSD-3-Clause",
    "webencodings": "BSD-3-Clause",
}


@dataclass(frozen=True)
class Locked:
    """A package of the lock file: its version, where it is needed, and the digests of the files that may be it."""

    name: str
    version: str
    marker: str
    digests: tuple[str, ...]


def locked_packages(text: str) -> tuple[Locked, ...]:
    """Return the packages of a lock file as pip reads it with ``--require-hashes``."""
    return tuple(_entries(text.replace("\\\n", " ")))


def _entries(text: str) -> Iterator[Locked]:
    for line in text.splitlines():
        head = re.match(r"([A-Za-z0-9._-]+)==([^\s;]+)(?:\s*;\s*([^\\]*?))?(?=\s+--hash|\s*$)", line)
        if head:
            digests = tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", line))
            yield Locked(head[1].lower(), head[2], (head[3] or "").strip(), digests)


def licence_of(name: str) -> str:
    """Return a package's licence as an expression of SPDX. Raises LookupError where it does not say."""
    if name in _READ:
        return _READ[name]
    told: Any = importlib.metadata.metadata(name)  # a message of e-mail, whose types know no get
    expression: str | None = told.get("License-Expression")
    if expression:
        return expression
    classifiers = [c.rpartition(" :: ")[2] for c in told.get_all("Classifier", []) if c.startswith("License")]
    for said in ((told.get("License") or "").strip(), *classifiers):
        licence: str = _SPDX.get(said, said)
        if licence in ALLOWED:
            return licence
    raise LookupError(f"{name} does not say its licence in words that are known here")


def is_allowed(expression: str) -> bool:
    """Return whether one of the choices that an expression of SPDX offers may be used (without brackets)."""
    choices = _EXCEPTION.sub("", expression).split(" OR ")
    return any(all(part in ALLOWED for part in choice.split(" AND ")) for choice in choices)


def bill(packages: tuple[Locked, ...]) -> dict[str, Any]:
    """Return the bill of materials: the packages, and the typeface that ships with the app."""
    components = [_component(package) for package in packages]
    components.append(
        {"type": "data", "name": "IBM Plex Sans", "licenses": [{"expression": "OFL-1.1"}], "version": "latin"}
    )
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "name": "indsatskompas",
                "version": MODEL_VERSION,
                "licenses": [{"expression": "EUPL-1.2"}],
            }
        },
        "components": components,
    }


def _component(package: Locked) -> dict[str, Any]:
    return {
        "type": "library",
        "name": package.name,
        "version": package.version,
        "purl": f"pkg:pypi/{package.name}@{package.version}",
        "licenses": [{"expression": licence_of(package.name)}],
        **({"properties": [{"name": "marker", "value": package.marker}]} if package.marker else {}),
    }


def main() -> int:
    """Write the bill; say which licences do not go with EUPL-1.2, and return the exit status."""
    made = bill(locked_packages(LOCK.read_text(encoding="utf-8")))
    refused = [c for c in made["components"] if not is_allowed(c["licenses"][0]["expression"])]
    for component in refused:
        print(f"{component['name']}: {component['licenses'][0]['expression']}", file=sys.stderr)
    if refused:
        return 1
    BILL.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{BILL.relative_to(ROOT)}: {len(made['components'])} parts, all fit EUPL-1.2")
    return 0


if __name__ == "__main__":
    sys.exit(main())
