"""The price tables as an answer: what they list, what is odd in them, what others say."""
