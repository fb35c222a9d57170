"""The OpenAPI documents are valid by somebody else's reading, which takes seconds for each."""

from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tools import openapi

pytestmark = pytest.mark.many_inputs


def mistakes(document: dict[str, Any]) -> list[str]:
    """What openapi-spec-validator finds."""
    return [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()]


@pytest.mark.parametrize("listener", sorted(openapi.PARTS))
def test_the_document_is_openapi_3_1(listener: str) -> None:
    assert mistakes(openapi.document(listener)) == []


def test_control_a_wrong_document_is_found() -> None:
    document = openapi.document("internal")
    del document["paths"]["/live"]["get"]["responses"]["200"]["description"]
    assert mistakes(document)
