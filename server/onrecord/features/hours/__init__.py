"""When the firm answers, and who is there otherwise."""
