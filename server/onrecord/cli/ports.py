"""Are the addresses free? Asked before anything is started, so that the answer is one sentence."""

import socket
from collections.abc import Iterable

from onrecord.domain.errors import RefuseToStart


def require_free(endpoints: Iterable[tuple[str, str, int]]) -> None:
    """Raise RefuseToStart (`port_taken`) for the first (name, address, port) that is taken."""
    for name, address, port in endpoints:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError as error:
                raise RefuseToStart(
                    "port_taken",
                    f"{address}:{port} for the {name} cannot be used: {error.strerror}.",
                    f"See who has it (ss -ltnp 'sport = :{port}'), or choose another port.",
                ) from error
