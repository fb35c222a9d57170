"""The listener without cookies, which files are shown from."""
