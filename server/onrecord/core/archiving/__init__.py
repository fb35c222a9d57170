"""From journaled to archived to published."""
