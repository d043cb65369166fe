"""What a text is in tokens, for each model, and what reading it costs; reads no files."""
