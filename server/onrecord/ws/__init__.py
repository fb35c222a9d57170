"""The WebSocket side of the chat listener: bytes to sessions and back, limits, nothing else."""
