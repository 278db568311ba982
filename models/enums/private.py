"""Where a text was left, beside the public comments."""

from enum import StrEnum


class CommentKind(StrEnum):
    """Where a text was left: in public, in private, in answer to a story, under an advertisement of ours."""

    COMMENT = "comment"
    PRIVATE_MESSAGE = "private_message"
    STORY_REPLY = "story_reply"
    AD_COMMENT = "ad_comment"


PRIVATE_KINDS = frozenset({CommentKind.PRIVATE_MESSAGE, CommentKind.STORY_REPLY})
"""What the public never sees: its author and we alone."""
