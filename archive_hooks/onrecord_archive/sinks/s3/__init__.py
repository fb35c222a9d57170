"""S3 with Object Lock: each record is an object, or the whole log is."""
