"""Whether a host is this machine, the one place where secrets may go without encryption, and simulators answer."""

import ipaddress
from contextlib import suppress


def is_loopback(host: str) -> bool:
    """Whether the host (a name or an address, without port and brackets) is on loopback; no name is looked up."""
    with suppress(ValueError):
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    return False
