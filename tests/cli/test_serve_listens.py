"""Claims about where `advisor serve` listens."""

from __future__ import annotations

import socket

import pytest

from advisor.cli.serve import HOST, _listening
from advisor.errors import InputError


def test_who_opens_the_page_at_once_is_let_in() -> None:
    """It listens before its address is told, and nobody else can have the port."""
    with _listening(0) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection((HOST, port), timeout=5) as visitor:
            assert visitor.getpeername() == (HOST, port)
        with pytest.raises(InputError, match="can't be listened on"):
            _listening(port)
