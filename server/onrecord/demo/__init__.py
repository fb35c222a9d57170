"""OnRecord with people to try it as, on this machine."""
