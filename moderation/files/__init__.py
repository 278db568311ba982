"""Comments that come in a file: read row by row, mapped, stored by the thousand, resumable after any kill."""
