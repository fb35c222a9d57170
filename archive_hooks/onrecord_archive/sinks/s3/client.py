"""The connection of the hook `s3`: boto3 without its own retries, proxies and files, over TLS 1.3.

No profile and no variable of the machine's changes where it goes or how: the settings say that.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from onrecord_archive.contract import HookError, Misconfigured, Rejected, Retry
from onrecord_archive.sinks.http_answers import parse_retry_after
from onrecord_archive.sinks.options import read_file
from onrecord_archive.sinks.tls import tls_context, unanswered

try:
    import boto3
    import botocore.session
    import urllib3
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse
    from botocore.compat import HTTPHeaders
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
    from botocore.loaders import Loader, create_loader
    from urllib3.exceptions import HTTPError
except ModuleNotFoundError as error:
    raise Misconfigured("boto3 is not installed: pip install 'onrecord[s3]'") from error

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

_LATER: Final = frozenset(
    {
        *("SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout", "OperationAborted"),
        *("Throttling", "ThrottlingException", "RequestLimitExceeded", "QuotaExceeded"),
    }
)
"""Error codes of what passes: busy, or full."""
_DAMAGED: Final = frozenset({"BadDigest", "XAmzContentSHA256Mismatch", "IncompleteBody"})
"""Of what was damaged on the way."""
_NOBODY: Final = frozenset({"InvalidAccessKeyId", "SignatureDoesNotMatch", "UserSuspended"})
"""Of keys that the store does not know: it has judged nothing else."""
_LATER_STATUS: Final = frozenset({408, 425, 429})
_NOT_DONE: Final = 501
"""The store does not know the request: it never does it, and that is an answer."""
_CLOCK: Final = "RequestTimeTooSkewed"
_TOO_LARGE: Final = "EntityTooLarge"


@dataclass(frozen=True, slots=True)
class Access:
    """Where the bucket is and who asks; `timeout` seconds bound each step of a request."""

    bucket: str
    endpoint: str
    region: str
    access_key_file: Path
    secret_key_file: Path
    ca_file: Path | None
    timeout: float
    connections: int


class Wire:
    """Sends requests in botocore's place: it would take TLS 1.2, and the environment's proxies."""

    def __init__(self, access: Access) -> None:
        self._pool = urllib3.PoolManager(
            maxsize=access.connections,
            timeout=access.timeout,
            retries=False,
            ssl_context=tls_context(access.ca_file),
        )

    def answer(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        """Return the answer to a signed request: botocore's event `before-send`."""
        headers = {name: value for name, value in request.headers.items() if name != "Expect"}
        answer = self._pool.urlopen(
            request.method,
            request.url,
            body=request.body,
            headers=headers,
            preload_content=False,
            decode_content=False,
            redirect=False,
        )
        headers_there = HTTPHeaders.from_dict(answer.headers)
        return AWSResponse(request.url, answer.status, headers_there, answer)

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()


def open_client(access: Access, wire: Wire) -> S3Client:
    """Return a client with the keys that the files have now. Connects to nothing.

    Raises Misconfigured.
    """
    session = _session()
    try:
        client = boto3.Session(botocore_session=session).client(
            "s3",
            endpoint_url=access.endpoint,
            region_name=access.region,
            aws_access_key_id=_secret(access.access_key_file, "the access key"),
            aws_secret_access_key=_secret(access.secret_key_file, "the secret key"),
            config=_config(access),
        )
    except (BotoCoreError, ValueError) as error:
        raise Misconfigured(f"the endpoint or the region: {error}") from error
    client.meta.events.register("before-send.s3", wire.answer)  # type: ignore[arg-type]
    return client


def _session() -> botocore.session.Session:
    """Return a session that reads no profile of the machine's."""
    session = botocore.session.Session(
        {
            "profile": (None, None, None, None),
            "config_file": (None, None, "/dev/null", None),
            "credentials_file": (None, None, "/dev/null", None),
        }
    )
    session.register_component("data_loader", _models())
    return session


@cache
def _models() -> Loader:
    """Return what reads botocore's description of S3, once: it takes a tenth of a second."""
    return create_loader()


def _config(access: Access) -> Config:
    return Config(
        connect_timeout=access.timeout,
        read_timeout=access.timeout,
        max_pool_connections=access.connections,
        retries={"total_max_attempts": 1, "mode": "standard"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        # Signed, the body's SHA-256 is checked also by a store that ignores x-amz-checksum-sha256.
        s3={"addressing_style": "path", "payload_signing_enabled": True},
        signature_version="s3v4",
        use_fips_endpoint=False,
        use_dualstack_endpoint=False,
    )


def _secret(path: Path, what: str) -> str:
    try:
        value = read_file(path, what).decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise Misconfigured(f"{what} in {path} is not ASCII") from error
    if not value:
        raise Misconfigured(f"{what} in {path} is empty")
    return value


@contextmanager
def translated(archive_index: int | None = None) -> Iterator[None]:
    """Raise what the store answers as a HookError.

    An object that is too large refuses the entry `archive_index`, where there is one.
    """
    try:
        yield
    except ClientError as error:
        raise _error_of(error, archive_index) from error
    except ParamValidationError as error:
        raise Misconfigured("the bucket's name is not valid") from error
    except (BotoCoreError, HTTPError, OSError) as error:
        raise unanswered(error) from error


def code_of(error: ClientError) -> str:
    """Return the store's word for an error, such as `AccessDenied`; its status if it said none."""
    return str(error.response.get("Error", {}).get("Code") or _status_of(error))


def is_refusal(error: ClientError) -> bool:
    """Tell whether the store judged a request and refused it: it knew the keys and was not busy."""
    code = code_of(error)
    return code != _CLOCK and code not in _NOBODY and not _passes(code, _status_of(error))


def _passes(code: str, status: int) -> bool:
    if status == _NOT_DONE:
        return False
    return code in _LATER or status in _LATER_STATUS or not 300 <= status < 500


def _status_of(error: ClientError) -> int:
    about: Mapping[str, Any] = error.response.get("ResponseMetadata", {})
    return int(about.get("HTTPStatusCode", 0))


def _error_of(error: ClientError, archive_index: int | None) -> HookError:
    code, status = code_of(error), _status_of(error)
    said = f"{error.operation_name}: it answers {code}"
    if code == _CLOCK:
        return Misconfigured(f"{said}: set this machine's clock, or the store's")
    if code in _DAMAGED or _passes(code, status):
        about: Mapping[str, Any] = error.response.get("ResponseMetadata", {})
        pause = parse_retry_after(about.get("HTTPHeaders", {}).get("retry-after"), time.time())
        return Retry(said, retry_after=pause)
    if code == _TOO_LARGE and archive_index is not None:
        return Rejected(said, archive_index=archive_index)
    return Misconfigured(said)
