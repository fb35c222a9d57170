"""The archive: its formats, its writer, its reader and its verifier."""
