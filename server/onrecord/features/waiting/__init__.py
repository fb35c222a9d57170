"""Clients who wait for an answer."""
