"""The wire protocol onrecord.v1, sans-I/O: bytes in, frames out; no await in this package."""
