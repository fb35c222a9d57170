"""The published formats, pure: they read no file and know no destination."""
