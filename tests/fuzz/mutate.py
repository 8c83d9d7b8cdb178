"""Change good inputs at random, and make hostile texts. All chance comes from the dice that are given."""

from __future__ import annotations

import random
from typing import Any, Final

# Each has done harm somewhere: to a reader of numbers, texts, Markdown, HTML, formulas, paths or lines of a log.
HOSTILE: Final = (
    *(
        "",
        " ",
        "\0",
        "\u202e",
        "\ud800",
        "\ufeff",
        "\u2028",
        "\u0085",
        "a\nb",
        "a\r\nINFO x",
        "\x1b[31m",
        "\x7f",
    ),
    *(
        "=1+1",
        "+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        '=HYPERLINK("http://evil.example")',
        "|calc",
        "＝1+1",
    ),
    *(
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "&lt;b&gt;",
        "]]>",
        "--><b>",
        "'\"><svg/onload=x>",
    ),
    *(
        "![x](http://evil.example/x.png)",
        "[x](javascript:x)",
        "http://evil.example",
        "www.evil.example",
        "a@evil.example",
    ),
    *(
        "**x**",
        "# x",
        ":red[x]",
        "$x$",
        "`x`",
        "~~x~~",
        "<https://evil.example>",
        "| a | b |",
        ":material/home:",
    ),
    *(
        "../../etc/passwd",
        "C:\\x",
        "con",
        "com¹",
        ".",
        "~",
        "/",
        "x" * 300,
        "å" * 300,
        "{0}",
        "{name}",
        "%s%n",
        "${x}",
    ),
    *(
        "nan",
        "inf",
        "-inf",
        "1e999",
        "-0",
        "1_000",
        "0x10",
        "1.000.000,5",
        "٣",
        "²",
        "½",
        "9" * 400,
        "true",
        "null",
        "~",
    ),
    *(
        "!!python/object:os.system",
        "&a",
        "*a",
        "<<: *a",
        "- - - -",
        "{[}",
        "%YAML 9",
        "---",
        "...",
        "? x",
        "'",
        '"',
        "|",
        ">",
    ),
)
_SIGNS: Final = "\0\t\n\r \"'#%&*+,-./0123456789:;<=>?@[\\]^_`{|}~aeæøåÆ\u00a0\u2212\u2060"
_MOST_CHANGES: Final = 6
_MOST_REPEATED: Final = 2_000


def hostile(dice: random.Random) -> str:
    """Return one hostile text, or a few in a row."""
    return "".join(dice.choice(HOSTILE) for _ in range(dice.choice((1, 1, 1, 2, 5))))


def changed_text(dice: random.Random, text: str) -> str:
    """Return a text with some pieces taken out, put in, doubled, swapped or replaced by hostile ones."""
    for _ in range(dice.randint(1, _MOST_CHANGES)):
        at, to = sorted(dice.randint(0, len(text)) for _ in range(2))
        to = min(to, at + dice.choice((0, 1, 3, 20, 200)))
        piece = dice.choice(
            (
                "",
                hostile(dice),
                dice.choice(_SIGNS),
                text[at:to] * dice.choice((2, 2, 50)),
                text[at:to][::-1],
                dice.choice(_SIGNS) * dice.randint(1, _MOST_REPEATED),
            )
        )
        text = text[:at] + piece[:20_000] + text[to:]
    return text


def changed_bytes(dice: random.Random, data: bytes) -> bytes:
    """Return bytes with some pieces taken out, put in, doubled or turned."""
    out = bytearray(data)
    for _ in range(dice.randint(1, _MOST_CHANGES)):
        at = dice.randint(0, len(out))
        kind = dice.randrange(5)
        if kind == 0:
            del out[at : at + dice.choice((1, 8, 400))]
        elif kind == 1:
            out[at:at] = dice.randbytes(dice.choice((1, 4, 64)))
        elif kind == 2 and at < len(out):
            out[at] ^= 1 << dice.randrange(8)
        elif kind == 3:
            out[at:at] = out[at : at + dice.choice((1, 30, 300))] * dice.choice((1, 40))
        else:
            del out[at:]
            out += data[dice.randint(0, len(data)) :]
    return bytes(out)


def value(dice: random.Random, depth: int = 3) -> Any:
    """Return any value that JSON or YAML can hold, and some that only a program can send."""
    kind = dice.randrange(10 if depth else 7)
    if kind < 3:
        return hostile(dice)
    if kind == 3:
        return dice.choice((0, -1, 1, 2**31, 2**63, -(2**63), 10**40, dice.randint(-1000, 1000)))
    if kind == 4:
        return dice.choice(
            (0.0, -0.0, 1e308, -1e308, 5e-324, float("nan"), float("inf"), dice.uniform(-1e4, 1e4))
        )
    if kind == 5:
        return dice.choice((None, True, False))
    if kind == 6:
        return dice.choice(([], {}, "", b"x"))
    if kind == 7:
        return {hostile(dice): value(dice, depth - 1) for _ in range(dice.randrange(4))}
    return [value(dice, depth - 1) for _ in range(dice.randrange(4))]


def changed_data(dice: random.Random, data: Any, depth: int = 6) -> Any:
    """Return plain data with one or some values exchanged, left out or doubled."""
    if not depth or dice.random() < 0.08:
        return value(dice)
    if isinstance(data, dict) and data:
        out = {key: data[key] for key in data if dice.random() > 0.02}
        for key in [key for key in out if dice.random() < max(0.15, 1 / len(data))]:
            out[key] = changed_data(dice, out[key], depth - 1)
        if dice.random() < 0.05:
            out[hostile(dice)] = value(dice)
        return out
    if isinstance(data, list) and data:
        at = dice.randrange(len(data))
        return [*data[:at], changed_data(dice, data[at], depth - 1), *data[at + dice.choice((0, 1, 1, 1)) :]]
    return value(dice) if dice.random() < 0.5 else data
