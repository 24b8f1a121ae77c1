"""`crisis-bot demo`: the whole bot against the built-in simulator, as a page in a browser or as a printed script."""
