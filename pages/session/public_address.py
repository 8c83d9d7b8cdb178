"""Say how devices reach this machine: the address for the code and the link, and whether they can at all."""

from __future__ import annotations

import ipaddress
import os
import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import streamlit as st

# Where others reach the app, as ``https://indsatskompas.kommune.dk``; set by who runs it.
ADDRESS_VARIABLE: Final = "INDSATSKOMPAS_PUBLIC_URL"
# Documentation addresses (RFC 5737): a socket that is pointed there shows this machine's own, and sends nothing.
_SOMEWHERE: Final = ("192.0.2.1", 9)


@dataclass(frozen=True)
class PublicAddress:
    """The address that others type, without a slash at its end; ``problem`` is a key of ``page_workshop`` or ""."""

    url: str
    problem: str = ""


def public_address() -> PublicAddress:
    """Return where tables' devices reach the app.

    What is configured counts; else the address at which the facilitator's browser is; else, where that is this machine
    itself, its address on the network, unless the server listens to itself alone.
    """
    given = named_address()
    if given:
        return PublicAddress(given)
    here = urlsplit(str(st.context.url or ""))
    # Below an address of its own, where a proxy serves the app there; the page's own name comes off.
    below = here.path.rstrip("/").rpartition("/")[0]
    base = f"{here.scheme}://{here.netloc}{below}" if here.netloc else ""
    if base and not is_this_machine(here.hostname or ""):
        return PublicAddress(base)
    if is_this_machine(str(st.get_option("server.address") or "")):
        return PublicAddress(base, "address.local_only")
    own = _own_address()
    if not own:
        return PublicAddress(base, "address.no_network")
    port = f":{here.port}" if here.port else ""
    return PublicAddress(f"{here.scheme or 'http'}://{own}{port}{below}")


def named_address() -> str:
    """Return where who runs the app says that others reach it, "" where nobody has."""
    return os.environ.get(ADDRESS_VARIABLE, "").strip().rstrip("/")


def is_this_machine(host: str) -> bool:
    """Return whether a host's name reaches nothing but the machine that asks."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _own_address() -> str:
    """Return this machine's address on the network; "" where it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_SOMEWHERE)
        except OSError:
            return ""
        found = str(probe.getsockname()[0])
    return "" if is_this_machine(found) else found
