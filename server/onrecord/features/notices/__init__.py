"""The recording notice: its texts, and who accepted them."""
