"""YouTube's side of the Data API."""
