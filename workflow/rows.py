"""What the pages of the committee show: frozen rows, without a session behind them."""

from dataclasses import dataclass
from datetime import date, datetime

from models.enums import (
    AccountStatus,
    Audience,
    DecisionKind,
    Network,
    PostAction,
    PostStatus,
    ProductKind,
    ProductOwner,
    PublicationStatus,
    Qualification,
    Quorum,
    RejectReason,
    Role,
    RoundStatus,
    SignatureMeaning,
    StepStatus,
)
from workflow.checklist import AnswerRow, PointRow
from workflow.content import PostContent
from workflow.expiry import Approval, Expiry
from workflow.findings import FindingRow
from workflow.lengths import Length
from workflow.note_rows import NoteRow
from workflow.reapproval import Change
from workflow.withdrawals import TakenBackRow


@dataclass(frozen=True)
class PostRow:
    """A post in a list; `waiting_for` are the roles of its open steps; `expiry` is that of an approved one.

    `prior`: it is from before Covigie, unsigned.
    """

    post_id: str
    title: str
    campaign: str
    status: PostStatus
    qualification: Qualification | None
    networks: tuple[Network, ...]
    author_id: str
    author: str
    version_n: int
    planned_at: datetime | None
    updated_at: datetime
    waiting_for: tuple[Role, ...]
    open_findings: int
    blocking_findings: int
    row_version: int
    expiry: Expiry = Expiry.GOOD
    prior: bool = False


@dataclass(frozen=True)
class WorkRow:
    """A step that waits for me; `my_last_version_n` is the version on which I last decided.

    `delegated_by`: whose signature I would give, until `delegated_until`. `claimed_by`: who took the step on.
    `opened`: I have opened this very version.
    """

    step_id: str
    post_id: str
    title: str
    networks: tuple[Network, ...]
    role: Role
    meaning: SignatureMeaning
    version_n: int
    entered_at: datetime | None
    due_at: datetime | None
    late: bool
    my_last_version_n: int | None
    open_findings: int
    open_notes: int
    claimed_by: str = ""
    claimed_by_me: bool = False
    delegated_by: str = ""
    delegated_until: date | None = None
    opened: bool = False


@dataclass(frozen=True)
class PublicationRow:
    """One variant on its way to one account, or there."""

    publication_id: str
    post_id: str
    title: str
    network: Network
    account: str
    due_at: datetime
    status: PublicationStatus
    remote_id: str | None
    remote_url: str | None
    published_at: datetime | None
    readback_at: datetime | None
    last_error: str
    row_version: int


@dataclass(frozen=True)
class MyWork:
    """What waits for a person, the most urgent first."""

    to_sign: tuple[WorkRow, ...]
    returned: tuple[PostRow, ...]
    to_schedule: tuple[PostRow, ...]
    failed: tuple[PublicationRow, ...]
    taken_back: tuple[TakenBackRow, ...] = ()


@dataclass(frozen=True)
class SignatureRow:
    """A signature as it was given: name and role held at signing; `statement` is a French msgid.

    `holds`: its seal is the installation's, and its statement still its row's.
    """

    signature_id: str
    printed_name: str
    login: str
    role: Role
    meaning: SignatureMeaning
    statement: str
    signed_at: datetime
    content_sha256: str
    key_id: str
    holds: bool
    on_behalf_of: str = ""


@dataclass(frozen=True)
class DecisionRow:
    """What one person decided, perhaps in another's name; `ended`: what took it back, or lapsed it, and why."""

    person: str
    kind: DecisionKind
    reason: RejectReason | None
    comment: str
    decided_at: datetime
    content_sha256: str
    signature: SignatureRow | None
    answers: tuple[AnswerRow, ...] = ()
    on_behalf_of: str = ""
    ended: str = ""
    ended_at: datetime | None = None
    ended_by: str = ""
    lapsed: bool = False


@dataclass(frozen=True)
class CarriedRow:
    """A signature of an earlier version that stands for a step, or that a change let fall (`because`: which ones)."""

    signature: SignatureRow
    version_n: int
    changes: tuple[Change, ...]
    because: tuple[Change, ...]
    stands: bool


@dataclass(frozen=True)
class StepRow:
    """One role's turn; `refusal` says why I may not approve it now, empty when I may.

    `on_behalf_of`: in whose name I would sign. `may_withdraw`: it holds an approval that I may take back now.
    `carried` is the earlier signature on this step, where there is one: standing, or fallen.
    """

    step_id: str
    stage: int
    role: Role
    quorum: Quorum
    meaning: SignatureMeaning
    status: StepStatus
    entered_at: datetime | None
    due_at: datetime | None
    late: bool
    row_version: int
    decisions: tuple[DecisionRow, ...]
    refusal: str = ""
    needed: int | None = None
    claimed_by: str = ""
    claimed_by_me: bool = False
    on_behalf_of: str = ""
    may_withdraw: bool = False
    carried: CarriedRow | None = None


@dataclass(frozen=True)
class RoundRow:
    """One passage of one version through one version of a circuit."""

    round_id: str
    version_n: int
    circuit_name: str
    circuit_n: int
    status: RoundStatus
    opened_by: str
    opened_at: datetime
    closed_at: datetime | None
    steps: tuple[StepRow, ...]


@dataclass(frozen=True)
class VersionRow:
    """One version of a post."""

    n: int
    author: str
    created_at: datetime
    content_sha256: str


@dataclass(frozen=True)
class VariantRow:
    """One variant: as written, as its network gets it, and how long that is."""

    variant_id: str
    account_id: str
    network: Network
    handle: str
    display_name: str
    text: str
    published_text: str
    link: str
    first_comment: str
    hashtags: tuple[str, ...]
    media: tuple[tuple[str, str], ...]
    comments_open: bool
    share_open: bool
    paid_partner: bool
    paid_boost: bool
    audience: Audience
    length: Length
    sha256: str
    payload_json: str


@dataclass(frozen=True)
class PostView:
    """Everything about a post; `round` is the newest one on its newest version, `rounds` are the others.

    `my_step` is the open step of a role of mine, `points` what I must check on it with my own eyes.
    """

    post: PostRow
    content_sha256: str
    audience: Audience
    products: tuple[str, ...]
    visa: str
    internal_ref: str
    qualification_signed: bool
    versions: tuple[VersionRow, ...]
    variants: tuple[VariantRow, ...]
    findings: tuple[FindingRow, ...]
    round: RoundRow | None
    rounds: tuple[RoundRow, ...]
    notes: tuple[NoteRow, ...]
    publications: tuple[PublicationRow, ...]
    archived: bool
    actions: frozenset[PostAction]
    my_step: StepRow | None
    points: tuple[PointRow, ...] = ()
    approval: Approval | None = None
    moderation_plan: str = ""


@dataclass(frozen=True)
class AccountRow:
    """An account that a variant can be written for.

    `spokesperson` names the person whose own account it is, empty for the company's; `publishes`: we can publish on
    its network; `unreachable`: not now, for it fetches every file itself and we have no public address.
    """

    account_id: str
    network: Network
    handle: str
    display_name: str
    status: AccountStatus
    spokesperson: str = ""
    publishes: bool = True
    unreachable: bool = False


@dataclass(frozen=True)
class DraftRow:
    """What I am writing and have not saved as a version; `dropped`: I set it aside."""

    draft_id: str
    row_version: int
    base_n: int
    updated_at: datetime
    dropped: bool


@dataclass(frozen=True)
class WriterRow:
    """Somebody else who is writing on the same post."""

    person: str
    updated_at: datetime


@dataclass(frozen=True)
class NewDraftRow:
    """A draft of mine that is no post yet."""

    draft_id: str
    row_version: int
    title: str
    updated_at: datetime


@dataclass(frozen=True)
class ProductRow:
    """A product that a post can be declared to be about."""

    product_id: str
    name: str
    kind: ProductKind
    owner: ProductOwner


@dataclass(frozen=True)
class CircuitRow:
    """A circuit as the editor shows it: its steps as (stage, role); the qualification comes before and counts apart.

    `needed` are the steps that ask for more than one signature: (stage, role, how many).
    """

    key: str
    n: int
    name: str
    steps: tuple[tuple[int, Role], ...]
    asks_qualification: bool
    needed: frozenset[tuple[int, Role, int]] = frozenset()


@dataclass(frozen=True)
class EditorView:
    """What the editor opens with: my draft where I have one, else the newest version, ready to be changed.

    `findings` are those of the version; with a draft the page tries the rules on what is written.
    """

    post_id: str | None
    status: PostStatus
    version_n: int
    updated_at: datetime | None
    row_version: int | None
    content: PostContent
    accounts: tuple[AccountRow, ...]
    products: tuple[ProductRow, ...]
    findings: tuple[FindingRow, ...]
    notes: tuple[NoteRow, ...]
    last_decision: DecisionRow | None
    circuit: CircuitRow | None
    actions: frozenset[PostAction]
    draft: DraftRow | None = None
    writers: tuple[WriterRow, ...] = ()
