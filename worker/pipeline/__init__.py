"""Holds the stages of one page, from its request to its outcome; `page_stages` lists them."""
