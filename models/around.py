"""What stands around one comment: which words belong to which case, and which comments say nearly the same."""

from sqlmodel import Field

from models.base import Table, identifier


class CasePassage(Table, table=True):
    """Words of a revision that belong to one case, where several patients stand in one comment.

    `start` and `end` are Python indices into the revision's text, half open. A case of an undivided comment has none:
    the whole text is its own.
    """

    __tablename__ = "case_passage"

    id: str = identifier()
    case_id: str = Field(foreign_key="pv_case.id", index=True)
    revision_id: str = Field(foreign_key="comment_revision.id", index=True)
    start: int
    end: int


class CopyKey(Table, table=True):
    """One of the keys of a revision's text: two revisions that share one may say nearly the same.

    A key is a hash of some of its runs of words (`moderation.copies`): the text cannot be told from it.
    """

    __tablename__ = "copy_key"

    revision_id: str = Field(foreign_key="comment_revision.id", primary_key=True)
    key: str = Field(primary_key=True, index=True)
