"""What a dossier shows. Values stand as they are to be shown; hashes are SHA-256 in hexadecimal; times are aware."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class VersionShown:
    """One version of the post."""

    n: int
    author: str
    created_at: datetime
    content_sha256: str


@dataclass(frozen=True)
class FileShown:
    """A picture or film of a variant: what was signed of it (hash, description), and a small JPEG to know it by."""

    name: str
    kind: str
    sha256: str
    alt_text: str
    size: int
    picture: bytes = b""


@dataclass(frozen=True)
class VariantShown:
    """The payload of one network exactly as signed: its text as published, its other fields, its canonical JSON."""

    network: str
    account: str
    text: str
    sha256: str
    payload_json: str
    settings: tuple[tuple[str, object], ...] = ()
    files: tuple[FileShown, ...] = ()


@dataclass(frozen=True)
class FindingShown:
    """One finding of a rule, and what a person decided on it."""

    rule: str
    severity: str
    field: str
    excerpt: str
    message: str
    references: tuple[str, ...]
    confidence: str
    pack_version: str
    disposition: str
    reason: str = ""
    disposed_by: str = ""
    disposed_at: datetime | None = None


@dataclass(frozen=True)
class PointShown:
    """One point that a reviewer checked with their own eyes, in the words in which it was asked."""

    check: str
    question: str
    references: tuple[str, ...]
    answer: str
    person: str
    answered_at: datetime
    pack_version: str
    reason: str = ""


@dataclass(frozen=True)
class DecisionShown:
    """One decision of the committee; `ended`: the sentence that says that it was taken back, or lapsed."""

    step: str
    person: str
    decision: str
    decided_at: datetime
    content_sha256: str
    reason: str = ""
    comment: str = ""
    on_behalf_of: str = ""
    ended: str = ""


@dataclass(frozen=True)
class SignatureShown:
    """One signature, with name and role as held at signing."""

    printed_name: str
    login: str
    role: str
    meaning: str
    signed_at: datetime
    content_sha256: str
    key_id: str
    seal: str = ""
    statement: str = ""
    on_behalf_of: str = ""


@dataclass(frozen=True)
class CarriedShown:
    """A signature of an earlier version that stands on this one: whose, on which version, what changed since."""

    printed_name: str
    role: str
    version_n: int
    signed_sha256: str
    changes: tuple[str, ...]
    matrix: str


@dataclass(frozen=True)
class NoteShown:
    """One remark of the review."""

    author: str
    created_at: datetime
    version_n: int
    text: str
    blocking: bool
    resolved_by: str = ""
    resolved_at: datetime | None = None


@dataclass(frozen=True)
class PublicationShown:
    """The receipt of one publication, and what was read back."""

    network: str
    account: str
    due_at: datetime
    signed_sha256: str
    published_at: datetime | None = None
    remote_id: str = ""
    remote_url: str = ""
    readback_at: datetime | None = None
    readback_sha256: str = ""
    readback_text: str = ""
    same_files: bool = True

    @property
    def identical(self) -> bool | None:
        """Whether what was read back is what was signed, text and files; None when nothing was read back."""
        same = self.readback_sha256 == self.signed_sha256 and self.same_files
        return same if self.readback_sha256 else None


@dataclass(frozen=True)
class AuditShown:
    """One event of the audit trail."""

    seq: int
    at: datetime
    actor: str
    action: str
    entity: str
    before: str = ""
    after: str = ""
    reason: str = ""
    hash: str = ""


@dataclass(frozen=True)
class ClaimShown:
    """One claim of the library that the content says; each source is a quotation with its document and page."""

    text: str
    status: str
    valid_until: date
    signer: str
    content_sha256: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Dossier:
    """Everything that the dossier shows; `content_sha256` is the hash that the signatures bind to.

    `prior`: the post is from before Covigie, and nobody signed it here.
    """

    post_id: str
    title: str
    company: str
    qualification: str
    circuit: str
    audience: str
    products: tuple[str, ...]
    status: str
    content_sha256: str
    made_at: datetime
    campaign: str = ""
    visa: str = ""
    internal_ref: str = ""
    versions: tuple[VersionShown, ...] = ()
    variants: tuple[VariantShown, ...] = ()
    findings: tuple[FindingShown, ...] = ()
    points: tuple[PointShown, ...] = ()
    decisions: tuple[DecisionShown, ...] = ()
    signatures: tuple[SignatureShown, ...] = ()
    notes: tuple[NoteShown, ...] = ()
    publications: tuple[PublicationShown, ...] = ()
    events: tuple[AuditShown, ...] = ()
    chain_head: str = ""
    carried: tuple[CarriedShown, ...] = ()
    claims: tuple[ClaimShown, ...] = ()
    prior: bool = False
