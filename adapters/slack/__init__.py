"""Slack: its events become ours, and our messages become Block Kit."""
