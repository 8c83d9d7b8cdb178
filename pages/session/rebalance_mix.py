"""Rebalance the mix of additional firm places: one share moves, the others make room in proportion."""

from __future__ import annotations

from collections.abc import Mapping

_WHOLE = 100.0


def rebalance_mix(mix: Mapping[str, float], kind: str, share: float, decimals: int) -> dict[str, float]:
    """Return ``mix`` in per cent with ``kind`` at ``share``; the others keep their proportions, the sum stays 100.

    Where all others stand at zero they share equally. Raises KeyError for an unknown kind.
    """
    if kind not in mix:
        raise KeyError(kind)
    others = {other: value for other, value in mix.items() if other != kind}
    rest = _WHOLE - share
    held = sum(others.values())
    weights = others if held > 0 else dict.fromkeys(others, 1.0)
    total = sum(weights.values())
    # Their part first: a scale to weights next to nothing would pass all bounds.
    out = {other: round(weight / total * rest, decimals) for other, weight in weights.items()}
    # What rounding leaves over goes to the largest, where it is least seen.
    largest = max(out, key=lambda other: out[other])
    out[largest] = round(out[largest] + rest - sum(out.values()), decimals)
    return {other: share if other == kind else out[other] for other in mix}
