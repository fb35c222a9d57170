"""OnRecord: business chat in which every word is archived before anyone reads it."""
