"""Tell how tables reach the meeting: address, code and QR code, and what stands in the way."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from urllib.parse import quote, urlencode

import streamlit as st

from model.language.catalogue import listed
from model.workshop.meeting import Meeting
from pages.components.escape_markdown import escape_markdown
from pages.session.link import INVITED
from pages.session.public_address import PublicAddress, public_address
from pages.session.session import Session


def invitation(session: Session, meeting: Meeting) -> None:
    """Draw the way in for tables with devices, folded; a warning where no device can come."""
    address = public_address()
    kind = "_party" if meeting.course.budget_round else ""
    with st.expander(session.text(f"page_workshop.invite{kind}"), expanded=not meeting.tables()):
        if address.problem:
            st.warning(session.text(f"page_workshop.{address.problem}"))
        link = join_link(address, meeting)
        code, words = st.columns([1, 2], vertical_alignment="center")
        with code:
            st.html(qr_code(link, session.text("page_workshop.qr", code=meeting.code)))
        with words:
            st.markdown(session.text(f"page_workshop.invite.words{kind}", code=meeting.code))
            st.markdown(f"`{escape_markdown(link)}`")
            st.caption(session.text("page_workshop.invite.own"))


def room_invitation(session: Session, meeting: Meeting) -> None:
    """Draw the way in for the big screen: QR code, address and code, and who is there."""
    address = public_address()
    if address.problem:
        st.warning(session.text(f"page_workshop.{address.problem}"))
    plain = f"{address.url}/moede".partition("://")[2]
    here = listed([table.name for table in meeting.tables()], session.language)
    present = session.text("page_workshop.invite.here", names=here) if here else ""
    parts = [
        qr_code(join_link(address, meeting), session.text("page_workshop.qr", code=meeting.code)),
        f"<div><p>{escape(session.text('page_workshop.invite.room'))}</p>"
        f'<p class="ik-invite-large">{escape(plain)}</p>'
        f"<p>{escape(session.text('page_workshop.invite.code'))}</p>"
        f'<p class="ik-invite-large">{escape(meeting.code)}</p>'
        f"<p>{escape(present)}</p></div>",
    ]
    st.html(f'<div class="ik-invite">{"".join(parts)}</div>')


def join_link(address: PublicAddress, meeting: Meeting) -> str:
    """Return the address by which a table joins, with the code in it."""
    return f"{address.url}/moede?{urlencode({INVITED: meeting.code})}"


@lru_cache(maxsize=64)
def qr_code(link: str, alternative: str) -> str:
    """Return a QR code as HTML: dark on light whatever the theme, since cameras need that."""
    import segno

    picture = segno.make(link, error="m").svg_inline(
        border=4, scale=1, dark="#000", light="#fff", omitsize=True
    )
    source = "data:image/svg+xml;utf8," + quote(
        picture.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    )
    return f'<img class="ik-qr" alt="{alternative}" src="{source}" style="width:100%;max-width:16rem">'
