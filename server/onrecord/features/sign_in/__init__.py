"""Passwords, links, sessions, tokens: how people come in and stay in."""
