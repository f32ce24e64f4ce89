"""The room that conducts: it hears an event, lets flows decide, storage remember and adapters speak."""
