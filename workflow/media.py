"""Pictures and films of posts: kept once under the hash of their bytes, exactly as they came.

What is signed is the hash (in each variant's payload); what leaves is read from here and hashed again.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from connectors import base
from errors import InvalidInput, NotFound, NotPermitted, RuleViolated
from i18n import N_
from models.enums import MediaKind, MediaTrace
from models.media import Media, MediaBytes
from models.session import get
from workflow import media_rules
from workflow.content import MediaRef, PostContent, VariantContent
from workflow.films import clean_film, read_film
from workflow.media_files import MediaFacts, check_size, type_of
from workflow.media_rules import Attached
from workflow.pictures import clean_picture, read_picture

LONGEST_NAME = 120
NOT_FOR_NAMES = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True)
class MediaRow:
    """A file as a page shows it, without its bytes; `thumbnail` is a JPEG, None for a film or what was removed.

    `kept`: its bytes are still there.
    """

    sha256: str
    name: str
    kind: MediaKind
    mime: str
    size: int
    width: int
    height: int
    duration_ms: int | None
    animated: bool
    traces: tuple[MediaTrace, ...]
    thumbnail: bytes | None
    kept: bool

    def ref(self, alt_text: str = "") -> MediaRef:
        """Return how a variant names this file."""
        return MediaRef(self.sha256, alt_text, self.mime, self.name)


def facts_of(data: bytes) -> MediaFacts:
    """Return what a file is; raises InvalidInput, with the way out, for what cannot be kept or published."""
    mime = type_of(data)
    kind = MediaKind.PICTURE if mime.startswith("image/") else MediaKind.FILM
    check_size(kind, len(data))
    return read_picture(mime, data) if kind is MediaKind.PICTURE else read_film(mime, data)


def add_media(session: Session, actor: Actor, *, name: str, data: bytes) -> MediaRow:
    """Keep a picture or film, once, exactly as it came; the same bytes again are the file that is already there.

    Raises InvalidInput for a file that is broken, too large, of no kind that a network takes, or that was removed.
    """
    check(actor, Permission.POST_WRITE)
    return _keep(session, actor, tidy_name(name), data, facts_of(data))


def add_clean_copy(session: Session, actor: Actor, *, sha256: str) -> MediaRow:
    """Keep a copy of a file without what it tells beside what it shows: another file, with its own hash."""
    check(actor, Permission.POST_WRITE)
    original = get(session, Media, sha256)
    data = stored_bytes(session, sha256)
    clean = clean_picture(original.mime, data) if original.kind is MediaKind.PICTURE else clean_film(data)
    if clean == data:
        raise RuleViolated(N_("Ce fichier ne contient aucune métadonnée : il n'y a rien à retirer."))
    return _keep(session, actor, original.name, clean, facts_of(clean), copy_of=sha256)


def tidy_name(name: str) -> str:
    """Return a file's name alone, without its folder nor what turns a line round."""
    last = NOT_FOR_NAMES.sub("", name).replace("\\", "/").rsplit("/", 1)[-1].strip()
    stem, dot, kind = last.rpartition(".")
    if len(last) > LONGEST_NAME:
        last = f"{(stem or kind)[: LONGEST_NAME - len(kind) - 2]}…{dot}{kind}" if len(kind) < 6 else last[:LONGEST_NAME]  # noqa: PLR2004 - an ending
    return last or "media"


def _keep(
    session: Session, actor: Actor, name: str, data: bytes, facts: MediaFacts, *, copy_of: str | None = None
) -> MediaRow:
    if actor.id is None:
        raise NotPermitted
    sha256 = hashlib.sha256(data).hexdigest()
    if session.get(Media, sha256) is None:
        row = Media(
            sha256=sha256,
            name=name,
            kind=facts.kind,
            mime=facts.mime,
            size=len(data),
            width=facts.width,
            height=facts.height,
            duration_ms=facts.duration_ms,
            animated=facts.animated,
            traces=[trace.value for trace in facts.traces],
            copy_of=copy_of,
            added_by=actor.id,
            added_at=clock.now(),
        )
        _insert(session, actor, row, data, facts.thumbnail)
    kept = rows_of(session, [sha256])[sha256]
    if not kept.kept:
        raise InvalidInput(N_("Ce fichier a été retiré de Covigie et ne peut pas y revenir. Choisissez-en un autre."))
    return kept


def _insert(session: Session, actor: Actor, row: Media, data: bytes, thumbnail: bytes) -> None:
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
            session.add(MediaBytes(sha256=row.sha256, data=data, thumbnail=thumbnail or None))
            session.flush()
    except IntegrityError:  # somebody else kept the same bytes at this moment
        return
    new = {"size": row.size, "mime": row.mime, "copy_of": row.copy_of}
    audit.record(session, actor, AuditAction.MEDIA_ADD, "media", row.sha256, new=new)


def media_rows(session: Session, actor: Actor, *, sha256s: Iterable[str]) -> dict[str, MediaRow]:
    """Return what is known of files, by hash; one that is not known is left out."""
    check(actor, Permission.POST_READ)
    return rows_of(session, sha256s)


def rows_of(session: Session, sha256s: Iterable[str]) -> dict[str, MediaRow]:
    """Return what is known of files, by hash, for a use case that has checked who acts."""
    wanted = (
        select(Media, MediaBytes.thumbnail, MediaBytes.purged_at)
        .where(col(Media.sha256) == col(MediaBytes.sha256))
        .where(col(Media.sha256).in_(set(sha256s)))
    )
    return {media.sha256: _row(media, thumbnail, kept=at is None) for media, thumbnail, at in session.exec(wanted)}


def _row(media: Media, thumbnail: bytes | None, *, kept: bool) -> MediaRow:
    return MediaRow(
        sha256=media.sha256,
        name=media.name,
        kind=media.kind,
        mime=media.mime,
        size=media.size,
        width=media.width,
        height=media.height,
        duration_ms=media.duration_ms,
        animated=media.animated,
        traces=tuple(MediaTrace(each) for each in media.traces),
        thumbnail=thumbnail,
        kept=kept,
    )


def read_media(session: Session, actor: Actor, *, sha256: str) -> bytes:
    """Return the bytes of a file as they were kept, hashed again; for who wants to see it whole."""
    check(actor, Permission.POST_READ)
    return stored_bytes(session, sha256)


def stored_bytes(session: Session, sha256: str) -> bytes:
    """Return the bytes under a hash; raises RuleViolated for bytes that are not, or no longer, those of the hash."""
    data = session.exec(select(MediaBytes.data).where(MediaBytes.sha256 == sha256)).first()
    if data is None:
        raise NotFound(N_("Un fichier joint n'est plus gardé : remplacez-le, ou retirez-le de la publication."))
    if hashlib.sha256(data).hexdigest() != sha256:
        raise RuleViolated(
            N_("Un fichier joint n'est plus celui qui a été signé : rien n'est parti. Prévenez un administrateur.")
        )
    return data


def check_known(session: Session, content: PostContent) -> None:
    """Refuse a content that names a file that is not kept, the same one twice, or one as what it is not."""
    shown = {media.sha256 for variant in content.variants for media in variant.media}
    known = {row.sha256: row for row in session.exec(select(Media).where(col(Media.sha256).in_(shown)))}
    for variant in content.variants:
        hashes = [media.sha256 for media in variant.media]
        if len(hashes) != len(set(hashes)):
            raise InvalidInput(N_("Un fichier est joint deux fois à la même variante. Retirez-en un."))
        for media in variant.media:
            row = known.get(media.sha256)
            if row is None or media.mime != row.mime:
                raise InvalidInput(N_("Un fichier joint n'est pas connu de Covigie. Ajoutez-le à nouveau."))


def attached_to(variant: VariantContent, rows: Mapping[str, MediaRow]) -> tuple[Attached, ...]:
    """Return the files of a variant as the networks' rules judge them."""
    return tuple(_attached(media, rows[media.sha256]) for media in variant.media if media.sha256 in rows)


def _attached(media: MediaRef, row: MediaRow) -> Attached:
    return Attached(
        name=row.name,
        kind=row.kind,
        mime=row.mime,
        size=row.size,
        width=row.width,
        height=row.height,
        duration_ms=row.duration_ms,
        animated=row.animated,
        alt_text=media.alt_text,
    )


def undescribed_in(session: Session, content: PostContent) -> int:
    """Count the pictures of a content that lack their alternative text, variant by variant."""
    rows = rows_of(session, _hashes(content.variants))
    return sum(media_rules.undescribed(attached_to(variant, rows)) for variant in content.variants)


def check_accepted(session: Session, variants: Sequence[VariantContent]) -> None:
    """Refuse files that their network would not show as they are; raises RuleViolated, NotFound for removed bytes."""
    rows = rows_of(session, _hashes(variants))
    for variant in variants:
        if any(media.sha256 not in rows or not rows[media.sha256].kept for media in variant.media):
            raise NotFound(N_("Un fichier joint n'est plus gardé : remplacez-le, ou retirez-le de la publication."))
        for problem in media_rules.problems(variant.network, attached_to(variant, rows)):
            raise problem


def _hashes(variants: Sequence[VariantContent]) -> set[str]:
    return {media.sha256 for variant in variants for media in variant.media}


def signed_media(session: Session, variant: VariantContent) -> tuple[base.Media, ...]:
    """Return the files of a variant as they leave: bytes read now and hashed against what was signed."""
    return tuple(
        base.Media(media.name, media.mime, stored_bytes(session, media.sha256), media.alt_text)
        for media in variant.media
    )
