"""Files on their way in and out: uploads, checks, sealing, links, reading."""
