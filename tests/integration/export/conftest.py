"""The bank of compliance's tests, whose talk is exported."""

from tests.integration.compliance.conftest import bank, case, ewa, ola, talk

__all__ = ["bank", "case", "ewa", "ola", "talk"]
