"""One small module a source, all of one shape; `sources` has the only list of them."""
