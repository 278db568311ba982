"""The digital committee: from a draft to a published, archived post."""
