"""What agents and vendors wrote down of use: files in, one columnar `Usage` out."""
