"""The secrets of one channel: where they are found, and how they are kept out of everything that is written."""

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

from sitegen.channel import Rejected

SECRETS_FILE = "SITEGEN_SECRETS_FILE"
_REDACTED = "[secret]"


class Credentials:
    """The variables `SITEGEN_<CHANNEL>_…` of one channel; nothing that shows this object shows a value."""

    __slots__ = ("_pattern", "_prefix", "_values")

    def __init__(self, channel: str, variables: Mapping[str, str]) -> None:
        """The part of `variables` (full names) that belongs to the channel of this name; empty values don't count."""
        self._prefix = prefix_of(channel)
        self._values = {name: value for name, value in variables.items() if name.startswith(self._prefix) and value}
        forms = {form for value in self._values.values() for form in _forms(value)}
        # The longest first: one secret may be the beginning of another.
        self._pattern = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))

    def __repr__(self) -> str:
        return f"Credentials({self._prefix}*: {len(self._values)} values)"

    def require(self, *names: str) -> tuple[str, ...]:
        """The values of `SITEGEN_<CHANNEL>_<NAME>` in the order asked for; raises Rejected naming what is missing."""
        wanted = [self._prefix + name for name in names]
        if missing := [name for name in wanted if name not in self._values]:
            places = f"in the environment or in the file that {SECRETS_FILE} names"
            raise Rejected(f"Credentials are missing: set {', '.join(missing)} {places}.", stops=True)
        return tuple(self._values[name] for name in wanted)

    def redact(self, text: str) -> str:
        """The text with every secret blotted out, raw, URL-encoded or in base64."""
        return re.sub(self._pattern, _REDACTED, text) if self._pattern else text


def collect(channel: str, environment: Mapping[str, str]) -> Credentials:
    """The credentials of the channel of this name: from the environment, else from the file that it names.

    Raises Rejected where that file can't be read; the file's lines are `NAME=value`, blank, or begin with `#`.
    """
    named = environment.get(SECRETS_FILE)
    return Credentials(channel, {**(_read(Path(named)) if named else {}), **environment})


def prefix_of(channel: str) -> str:
    """How the names of a channel's variables begin: `status-pl` gives `SITEGEN_STATUS_PL_`."""
    return f"SITEGEN_{channel.upper().replace('-', '_')}_"


def _read(file: Path) -> dict[str, str]:
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, ValueError) as problem:
        # The text of a decoding error would quote the file.
        reason = problem.strerror if isinstance(problem, OSError) else "it is not UTF-8 text"
        raise Rejected(f"The secrets file {file} can't be read: {reason}.", stops=True) from None
    return dict(_split(line, file, number) for number, line in enumerate(lines, 1) if _is_written(line))


def _is_written(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _split(line: str, file: Path, number: int) -> tuple[str, str]:
    name, equals, value = (part.strip() for part in line.partition("="))
    if not equals:
        raise Rejected(f"{file}:{number}: a line of the secrets file is `NAME=value`.", stops=True)
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return name, value[1:-1] if quoted else value


def _forms(value: str) -> Iterator[str]:
    yield from (value, quote(value, safe=""), quote_plus(value))
    raw = value.encode()
    # In the middle of something longer, base64 looks one of three ways; only whole characters of it are ours.
    for shift in range(3):
        first, last = -(-8 * shift // 6), 8 * (shift + len(raw)) // 6
        for encode in (b64encode, urlsafe_b64encode):
            yield encode(bytes(shift) + raw).decode()[first:last]
