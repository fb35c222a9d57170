"""Holds a listener's answers to its OpenAPI document, with a validator that we did not write."""

import json
import re
from typing import Any

import httpx2
from jsonschema import Draft202012Validator

from tools.openapi import file_of

Json = dict[str, Any]


class Described:
    """A listener's document; `check` is a client's hook for responses. `seen`: what it checked."""

    def __init__(self, listener: str) -> None:
        self.document: Json = json.loads(file_of(listener).read_text(encoding="utf-8"))
        self.seen: set[tuple[str, str, int]] = set()
        self._paths = [(_pattern(path), path) for path in sorted(self.document["paths"])]

    def check(self, response: httpx2.Response) -> None:
        """Raise AssertionError unless the answer is as described. Other addresses pass."""
        method, path = response.request.method, response.request.url.path
        template = self.template(path)
        operation = self.document["paths"].get(template, {}).get(method.lower())
        if template is None or operation is None:
            return
        response.read()
        status = response.status_code
        described = operation["responses"].get(str(status))
        assert described is not None, f"{method} {template} answers {status}: {response.text[:300]}"
        self._check_body(response, f"{method} {template} {status}", self._resolved(described))
        self.seen.add((method, template, status))

    def template(self, path: str) -> str | None:
        """Return the path of the document that an address is of."""
        return next((known for pattern, known in self._paths if pattern.fullmatch(path)), None)

    def _check_body(self, response: httpx2.Response, where: str, described: Json) -> None:
        content = described.get("content")
        if content is None:
            assert not response.content, f"{where} has a body"
            return
        media = response.headers["content-type"].partition(";")[0]
        assert media in content, f"{where} is {media}"
        schema = content[media].get("schema")
        if schema is not None and media.endswith("json"):
            whole = {"components": self.document["components"], **schema}
            error = next(Draft202012Validator(whole).iter_errors(response.json()), None)
            assert error is None, f"{where}: {error.message} at {error.json_path}"

    def _resolved(self, described: Json) -> Json:
        if "$ref" not in described:
            return described
        name = str(described["$ref"]).rpartition("/")[2]
        found: Json = self.document["components"]["responses"][name]
        return found


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"{\w+}", "[^/]+", path))
