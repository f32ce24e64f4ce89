"""The practice web chat: a made-up school on one page, where a visitor can be anybody and moves the clock."""
