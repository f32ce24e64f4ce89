"""The pages and probes that are not a chat platform's."""
