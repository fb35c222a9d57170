"""Everything that speaks HTTP and WebSocket: listeners, routes, guards."""
