"""What clients complain about, and until when it is answered."""
