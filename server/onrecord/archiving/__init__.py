"""From journaled to archived to published, and on to the hooks."""
