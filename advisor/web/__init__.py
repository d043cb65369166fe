"""The live page: figures, charts and routes that follow while one is still looking."""
