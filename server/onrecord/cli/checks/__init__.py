"""What `onrecord doctor` looks at, one file a subject; each check returns findings."""
