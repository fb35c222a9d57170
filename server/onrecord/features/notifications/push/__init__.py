"""Web Push: a device that is not connected is told that something is new."""
