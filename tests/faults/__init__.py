"""Faults in the real process, judged afterwards from what the clients saw."""
