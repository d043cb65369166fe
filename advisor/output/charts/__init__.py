"""Charts as small SVG: records of numbers and labels in, a picture with its words out."""
