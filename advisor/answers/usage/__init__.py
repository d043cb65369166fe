"""Real usage priced: what every call was worth at the minute it was made, added up as asked."""
