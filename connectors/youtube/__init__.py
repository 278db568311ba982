"""YouTube, through the Data API."""
