"""Pictures on their way to a page: brought unpublished, then taken up by the post that shows them.

Nothing of it is public before the post: whatever fails here, nothing was published. A film has an interface of its own.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from connectors.base import Media, PublishedMedia, PublishedPost
from connectors.media_limits import limits_of
from connectors.meta.facebook_film import MIME
from connectors.meta.facebook_parse import attachments_of, kind_of
from connectors.meta.wire import Answer, Graph, node
from errors import Rejected, Unavailable

LIMITS = limits_of("facebook")


def check(media: Sequence[Media]) -> None:
    """Refuse what a post cannot show, before anything is sent: some pictures, or one film."""
    if any(one.mime == MIME for one in media) and len(media) > LIMITS.most_films:
        raise Rejected("a post on Facebook shows one film and nothing else, or pictures")
    if len(media) > LIMITS.most_pictures:
        raise Rejected(f"a post on Facebook shows {LIMITS.most_pictures} pictures at most, {len(media)} given")
    for one in media:
        if one.mime not in {*LIMITS.pictures, MIME}:
            raise Rejected(f"{one.name}: Facebook takes pictures and MP4 films from here, not {one.mime}")
        if len(one.alt_text) > LIMITS.alt_text:
            raise Rejected(f"{one.name}: Facebook takes a description of {LIMITS.alt_text} characters at most")


def bring(graph: Graph, page_id: str, media: Sequence[Media]) -> dict[str, str]:
    """Return what the post says to show these pictures, in their order."""
    ids = [_bring(graph, page_id, one) for one in media]
    return {f"attached_media[{place}]": json.dumps({"media_fbid": one}) for place, one in enumerate(ids)}


def _bring(graph: Graph, page_id: str, one: Media) -> str:
    data = {"published": "false"} | ({"alt_text_custom": one.alt_text} if one.alt_text.strip() else {})
    answer = graph.bring(f"{node(page_id)}/photos", data, {"source": (one.name, one.data, one.mime)})
    if not answer.body.get("id"):
        raise Unavailable("Facebook took a picture and gave no id")
    return str(answer.body["id"])


def described(graph: Graph, post: PublishedPost, row: Mapping[str, Any]) -> PublishedPost:
    """Return a post with the descriptions of its pictures, as Facebook keeps them; it leaves out one that is empty."""
    shown = list(attachments_of(row))
    ids = [str((one.get("target") or {}).get("id") or "") for one in shown]
    photos = [one for one, file in zip(ids, shown, strict=True) if one and kind_of(file) == "photo"]
    if not photos:
        return post
    answers = graph.batch([(node(one), {"fields": "id,alt_text_custom"}) for one in photos])
    told = {one: answer for one, answer in zip(photos, answers, strict=True) if isinstance(answer, Answer)}
    texts = [str(told[one].body.get("alt_text_custom") or "") if one in told else None for one in ids]
    media = tuple(PublishedMedia(kind_of(file), text) for file, text in zip(shown, texts, strict=True))
    return replace(post, media=media)
