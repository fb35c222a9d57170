"""One file a process: from the settings to every object, closed in reverse."""
