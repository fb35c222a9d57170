"""Everything that speaks HTTP: listeners, guards, routes as such, problem details."""
