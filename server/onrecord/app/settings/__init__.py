"""What an installation decides: read once, imported by the command and `app` only."""
