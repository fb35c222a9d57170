"""The journal, pure: numbering, records and the fold that rebuilds what people see."""
