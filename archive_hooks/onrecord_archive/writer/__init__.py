"""The one that writes an archive: its log, its seals and its key stores."""
