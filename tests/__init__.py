"""The tests; one folder a kind (README.md)."""
