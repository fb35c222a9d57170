"""A real installation, a real server process and real clients, for every kind of test."""
