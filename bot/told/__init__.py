"""A told cycle: scripted people live through ten weeks, and an account is given of every message."""
