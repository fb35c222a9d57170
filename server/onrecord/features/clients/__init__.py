"""Clients: invited by their advisor, let in by a code to their own mail or phone."""
