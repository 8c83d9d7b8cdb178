"""Change a question of money that the page What would it take asks, and drop its answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pages.session.questions import MoneyQuestion
from pages.session.session import Session


def change_money(session: Session, mode: str, **fields: Any) -> None:
    """Change the question and drop the answer to the last one."""
    session.money[mode] = replace(session.money.get(mode, MoneyQuestion()), **fields)
    stop_money(session, mode)


def stop_money(session: Session, mode: str) -> None:
    """Stop the search and drop the answer."""
    session.leave("seek-money")
    session.sought_money.pop(mode, None)
