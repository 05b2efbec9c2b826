"""What the articles of a site have in common around their text, learned from readings of pages. Pure."""
