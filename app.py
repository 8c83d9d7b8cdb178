"""Indsatskompas. Start with ``streamlit run app.py``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from pages.shell import health, server_log, startup
from pages.shell.connection_notice import ConnectionNotice
from pages.shell.left_sessions import forget_regularly
from pages.shell.own_address import OwnAddress
from pages.shell.own_origin import OwnOrigin
from pages.shell.page_address import PageAddress
from pages.shell.script_fault import tell_fault
from pages.shell.security_headers import SecurityHeaders
from pages.shell.upload_limit import UploadLimit


@asynccontextmanager
async def while_running(_: st.App) -> AsyncIterator[None]:
    """Load the model when the server starts, so that the first visitor need not wait for it."""
    server_log.begin()
    startup.start()
    startup.make_draws()
    forgetting = asyncio.create_task(forget_regularly())
    yield
    forgetting.cancel()
    startup.stop()


# The script of every visit lies where Streamlit finds no ``pages/`` beside it: it would take that folder for the
# navigation until the first visitor has been, and a link to a page would open without its surroundings.
app = st.App(
    Path(__file__).parent / "pages" / "shell" / "main.py",
    lifespan=while_running,
    routes=[health.route()],
    on_script_error=tell_fault,
    middleware=[
        Middleware(part)
        for part in (SecurityHeaders, OwnAddress, OwnOrigin, PageAddress, ConnectionNotice, UploadLimit)
    ],
)
