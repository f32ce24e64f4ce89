"""Microsoft Teams: its activities become our events, and our messages become Adaptive Cards."""
