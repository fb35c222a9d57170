"""What an installation decides: read once, imported by cli and compose only."""
