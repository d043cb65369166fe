"""Another public price table against ours: what it proposes, as a patch that only appends."""
