"""One folder a feature: its rules, its statements, its routes."""
