"""The room that speaks: each chat platform's events become ours, and our messages become its drawings."""
