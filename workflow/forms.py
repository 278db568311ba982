"""A content as the editor holds it, kept as JSON while it is being written: no title is needed, no hash is made."""

from pydantic import TypeAdapter

from workflow.content import PostContent, check_texts

_FORM = TypeAdapter(PostContent)


def written_form(content: PostContent) -> str:
    """Return a content as JSON; raises InvalidInput for what no database can hold. Nothing is cut."""
    check_texts(content)
    return _FORM.dump_json(content).decode()


def read_form(text: str) -> PostContent:
    """Return the content that was kept."""
    return _FORM.validate_json(text)
