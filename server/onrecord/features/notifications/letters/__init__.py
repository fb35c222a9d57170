"""Letters to clients: what they say (texts), and how they leave (mail, sms, folder)."""
