"""The hooks that come with OnRecord; they use the same public door as everybody else's."""
