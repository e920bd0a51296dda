"""What the Graph API checks before it listens: version, token, proof and fields of a request; and how it says no."""

import hmac
from collections.abc import Mapping
from email import message_from_bytes
from hashlib import sha256
from urllib.parse import parse_qsl

import msgspec

from tests.simulators.loopback import Answer, Request, answer_json

HOST, VERSION = "graph.facebook.com", "v26.0"
Headers = tuple[tuple[str, str], ...]


class Refusal(Exception):  # noqa: N818
    """An answer that refuses, in the shape of the Graph API's errors."""

    def __init__(
        self, code: int, message: str, *, subcode: int = 0, status: int = 400, transient: bool = False
    ) -> None:
        self.error: dict[str, object] = {
            "message": message if code in (100, 190) else f"(#{code}) {message}",
            "type": "GraphMethodException" if subcode == 33 else "OAuthException",
            "code": code,
            "is_transient": transient,
            "fbtrace_id": "AbCdEfGhIjKlMnOpQrStUv",
        }
        if subcode:
            self.error["error_subcode"] = subcode
        self.status = status
        super().__init__(message)

    def answer(self, headers: Headers = ()) -> Answer:
        """The answer that goes out."""
        return answer_json(self.status, {"error": self.error}, headers)


def refuse_missing(remote_id: str) -> Refusal:
    """What is said of anything that is gone, or that the token may not see."""
    reasons = "does not exist, cannot be loaded due to missing permissions, or does not support this operation"
    return Refusal(100, f"Unsupported request. Object with ID '{remote_id}' {reasons}.", subcode=33)


class Call(msgspec.Struct, frozen=True):
    """One request that passed the checks: its method, the parts of its path after the version, its parameters."""

    method: str
    path: tuple[str, ...]
    fields: Mapping[str, str]
    files: Mapping[str, bytes]
    token: str

    def check(self, *known: str) -> Mapping[str, str]:
        """The parameters, which must be among the known ones."""
        if unknown := self.fields.keys() - known:
            raise Refusal(100, f"Unexpected parameter {min(unknown)}")
        return self.fields


def read_call(request: Request, app_secret: str) -> Call:
    """What is asked for; refused where host, version, token or proof are not as they must be."""
    if request.headers["host"] != HOST:
        raise Refusal(1, "there is no such host here", status=404)
    _, version, *path = request.path.split("/")
    if version != VERSION:
        raise Refusal(2635, "You are calling a deprecated version of the API.")
    if "access_token" in dict(request.query) or "input_token" in dict(request.query):
        raise Refusal(100, "A token stands in the address.")
    token = _read_token(request)
    body, files = _read_body(request)
    fields = {**dict(request.query), **body}
    _check_proof(fields.pop("appsecret_proof", ""), token, app_secret)
    method = fields.pop("method", request.method) if request.method == "POST" else request.method
    return Call(method, tuple(path), fields, files, token)


def _read_token(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind != "Bearer" or not token:
        raise Refusal(104, "An access token is required to request this resource.", status=401)
    return token


def _check_proof(proof: str, token: str, app_secret: str) -> None:
    if not proof:
        raise Refusal(100, "API calls from the server require an appsecret_proof argument")
    if not hmac.compare_digest(proof, hmac.new(app_secret.encode(), token.encode(), sha256).hexdigest()):
        raise Refusal(100, "Invalid appsecret_proof provided in the API argument")


def _read_body(request: Request) -> tuple[dict[str, str], dict[str, bytes]]:
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        return _read_parts(f"Content-Type: {kind}\r\n\r\n".encode() + request.body)
    return dict(parse_qsl(request.body.decode(), keep_blank_values=True)), {}


def _read_parts(message: bytes) -> tuple[dict[str, str], dict[str, bytes]]:
    fields, files = dict[str, str](), dict[str, bytes]()
    for part in message_from_bytes(message).walk():
        name, content = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            continue
        if part.get_filename():
            files[name] = content
        else:
            fields[name] = content.decode()
    return fields, files
