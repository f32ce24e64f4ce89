"""Measured figures, each as a ratio against a peer in the same run on the same machine."""
