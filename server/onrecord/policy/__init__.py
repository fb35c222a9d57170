"""What the firm's policies look for in texts. Pure."""
