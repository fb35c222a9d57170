"""A hook in a process of its own: it can neither hurt the server nor read what is not for it."""
