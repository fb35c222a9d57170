"""From published events to every socket that may see them: encoded once, coalesced a tick."""
