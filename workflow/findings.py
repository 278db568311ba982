"""What the rules find in a version, kept as records: each ends with a disposition.

Findings are written with their version and brought up to date at every save, submission and slot: what is no longer
found was fixed, what is found again is open again.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from errors import RuleViolated
from i18n import N_
from models.enums import Disposition, Network, OverrideStatus, PostStatus, Role, Severity
from models.post import Finding, Post, PostProduct, PostVersion, Variant
from models.product import Product
from models.session import expect_version, get
from workflow import checks, overrides, policies, rule_pack
from workflow.checked_posts import checked, visa_named
from workflow.checks import ProductFacts, RuleFinding
from workflow.claim_uses import claims_known, note_uses
from workflow.content import PostContent, VariantContent, content_of, tidy
from workflow.networks import TITLE
from workflow.products import register_of
from workflow.rule_policies import liftable

SENTENCE_END = re.compile(r"[.!?…]+(?=\s|$)|\n")
UNSETTLED = frozenset({Disposition.OPEN, Disposition.OVERRIDDEN})
DISPOSABLE = frozenset({PostStatus.DRAFT, PostStatus.CHANGES_REQUESTED, PostStatus.IN_REVIEW, PostStatus.WITHDRAWN})


@dataclass(frozen=True)
class OverrideRow:
    """An override as a page shows it: `signed` are (name, role, moment).

    `role` is as what I may sign it now; None: I may not, and `refusal` says why.
    """

    override_id: str
    status: OverrideStatus
    reason: str
    closing_reason: str
    asked_by: str
    asked_at: datetime
    signed: tuple[tuple[str, Role, datetime], ...]
    role: Role | None
    refusal: str
    content_sha256: str
    row_version: int


@dataclass(frozen=True)
class FindingRow:
    """A finding as a page shows it; without an id it is a preview. Messages and fixes are {"fr": …, "en": …}.

    `may_ask`: I may ask for its override; `earlier_reason` is that of the lapsed one of the same sentence.
    """

    finding_id: str | None
    account_id: str
    rule_id: str
    pack_version: str
    severity: Severity
    field: str
    start: int | None
    end: int | None
    excerpt: str
    message: dict[str, str]
    fix: dict[str, str]
    references: tuple[str, ...]
    confidence: str
    disposition: Disposition
    disposition_reason: str
    row_version: int
    liftable: bool = False
    override: OverrideRow | None = None
    may_ask: bool = False
    earlier_reason: str = ""


def check_content(
    session: Session, actor: Actor, *, content: PostContent, post_id: str | None = None
) -> tuple[FindingRow, ...]:
    """Return what the rules find in a content that is being written; nothing is saved.

    A reason given on the newest version of `post_id` holds for the same sentence here.
    """
    check(actor, Permission.POST_READ)
    if rule_pack.trouble(session):
        return ()
    content = tidy(content)
    given = _justified_on(session, post_id)
    written = {variant.account_id: _as_written(variant) for variant in content.variants} if given else {}
    return tuple(_preview(account_id, found, written, given) for account_id, found in found_in(session, content))


def _justified_on(session: Session, post_id: str | None) -> dict[str, Finding]:
    post = session.get(Post, post_id) if post_id else None
    if post is None:
        return {}
    newest = select(PostVersion).where(PostVersion.post_id == post.id, PostVersion.n == post.version_n)
    return _justified_in(session, session.exec(newest).one().id)


def _as_written(variant: VariantContent) -> Variant:
    payload = json.dumps(asdict(variant) | {"settings": {"network": dict(variant.settings.network)}}, default=str)
    return Variant(
        version_id="", account_id=variant.account_id, network=variant.network, variant_sha256="", payload_json=payload
    )


def found_in(
    session: Session,
    content: PostContent,
    *,
    planned_at: datetime | None = None,
    register: tuple[ProductFacts, ...] | None = None,
) -> list[tuple[str, RuleFinding]]:
    """Return (account, finding) pairs of every variant, as if published at `planned_at` (or as the content plans).

    `register`: the products as they would be; None: as the register has them. The variants are also held against each
    other where they are in two languages.
    """
    register = register_of(session) if register is None else register
    claims = claims_known(session)
    own = rule_pack.own_pack(session)
    today = clock.paris(clock.now()).date()
    names = tuple(product.name for product in products_named(session, content.products))
    visa = visa_named(session, content.visa)
    at = planned_at or content.planned_at
    posts = [checked(content, variant, names, visa, at, claims) for variant in content.variants]
    found = [(post.id, each) for post in posts for each in checks.check_post(post, register, today=today, pack=own)]
    return found + checks.check_languages(posts, register, today=today, pack=own)


def names_product(
    session: Session, content: PostContent, product_id: str, register: Sequence[checks.ProductFacts]
) -> bool:
    """Say whether a content declares a product of the register, or names it or its substance anywhere."""
    wanted = get(session, Product, product_id).name
    posts = (checked(content, variant) for variant in content.variants)
    named = any(wanted in checks.named_products(post, register) for post in posts)
    return named or product_id in content.products


def products_named(session: Session, ids: Sequence[str]) -> Sequence[Product]:
    """Return the declared products; raises RuleViolated for one that the register does not hold."""
    found = session.exec(select(Product).where(col(Product.id).in_(ids)).order_by(col(Product.name))).all()
    if len(found) != len(set(ids)):
        raise RuleViolated(N_("Un produit déclaré n'est pas, ou n'est plus, au registre. Choisissez-le à nouveau."))
    return found


def stored_content(session: Session, post: Post, version: PostVersion) -> PostContent:
    """Return what a version holds, read from its stored payloads."""
    payloads = [variant.payload_json for variant in variants_of(session, version.id)]
    return content_of(
        version.canonical_json, payloads, title=post.title, campaign=post.campaign, planned_at=post.planned_at
    )


def variants_of(session: Session, version_id: str) -> Sequence[Variant]:
    """Return the variants of a version, by network, then account."""
    variants = session.exec(select(Variant).where(Variant.version_id == version_id)).all()
    return sorted(variants, key=lambda variant: (list(Network).index(variant.network), variant.account_id))


def recheck(session: Session, version: PostVersion, content: PostContent) -> None:
    """Check a version that is being written.

    While the rules cannot be read it is kept all the same, unchecked: nobody loses words, and it cannot be submitted.
    The claims that it says are noted in any case.
    """
    note_claims(session, version, content)
    if not rule_pack.trouble(session):
        refresh_findings(session, version, found_in(session, content))


def note_claims(session: Session, version: PostVersion, content: PostContent) -> None:
    """Write down the claims of the library that a version says."""
    known = claims_known(session)
    note_uses(session, version, (checked(content, variant, claims=known) for variant in content.variants))


def refresh_findings(session: Session, version: PostVersion, found: Iterable[tuple[str, RuleFinding]]) -> None:
    """Bring a version's findings up to date; a reason given on the version before holds for the same sentence."""
    variants = {variant.account_id: variant for variant in variants_of(session, version.id)}
    known = {_key(finding): finding for finding in findings_of(session, version.id)}
    earlier = _justified_before(session, version)
    seen = set()
    for account_id, each in found:
        fresh = _row(version, variants[account_id].id, each)
        key = _known_key(known, fresh)
        seen.add(key)
        if key not in known:
            known[key] = _inherit(fresh, earlier.get(words_of(variants[account_id], fresh)))
            session.add(known[key])
        elif known[key].disposition is Disposition.FIXED and known[key].disposed_by is None:
            known[key].disposition, known[key].disposed_at = Disposition.OPEN, None
    for key, finding in known.items():
        if key not in seen and finding.disposition in UNSETTLED:
            overrides.lapse_of(session, finding.id)
            finding.disposition, finding.disposed_at, finding.disposed_by = Disposition.FIXED, clock.now(), None
    overrides.lapse_earlier(session, version)
    session.flush()


def findings_of(session: Session, version_id: str) -> Sequence[Finding]:
    """Return the findings of a version: by severity, then where they stand."""
    found = session.exec(select(Finding).where(Finding.version_id == version_id)).all()
    order = list(Severity)
    return sorted(found, key=lambda f: (order.index(f.severity), f.variant_id or "", f.field, f.start or -1, f.rule_id))


def open_findings(session: Session, version_id: str) -> policies.FindingFacts:
    """Count the open findings of a version."""
    severities = [f.severity for f in findings_of(session, version_id) if _stands(session, f)]
    return policies.FindingFacts(
        blocking=severities.count(Severity.BLOCK),
        unjustified=sum(severity in policies.TO_JUSTIFY for severity in severities),
    )


def _stands(session: Session, finding: Finding) -> bool:
    """Say whether a finding still waits for something; a lifted one does when its two signatures do not hold."""
    if finding.disposition is Disposition.OVERRIDDEN:
        return not overrides.is_lifted(session, finding)
    return finding.disposition is Disposition.OPEN


def dispose_finding(
    session: Session, actor: Actor, *, finding_id: str, row_version: int | None, disposition: Disposition, reason: str
) -> Finding:
    """Close a finding that does not block, with a reason; it enters the audit chain with the pack's version."""
    check(actor, Permission.FINDING_DISPOSE)
    finding = get(session, Finding, finding_id, lock=True)
    expect_version(finding, row_version)
    policies.check_disposition(finding.severity, disposition, reason)
    version = get(session, PostVersion, finding.version_id)
    post = get(session, Post, version.post_id)
    if version.n != post.version_n or post.status not in DISPOSABLE:
        raise RuleViolated(N_("Ce constat porte sur une version qui ne change plus. Ouvrez la dernière version."))
    old = finding.disposition.value
    finding.disposition, finding.disposition_reason = disposition, reason.strip()
    finding.disposed_by, finding.disposed_at = actor.id, clock.now()
    new = {"disposition": disposition.value, "rule": finding.rule_id, "pack": finding.pack_version}
    audit.record(
        session, actor, AuditAction.FINDING_DISPOSE, "finding", finding.id,
        old={"disposition": old}, new=new, reason=finding.disposition_reason,
    )  # fmt: skip
    return finding


def declare_products(session: Session, version: PostVersion, ids: Iterable[str]) -> None:
    """Write down which products a version is declared to be about."""
    for product_id in ids:
        session.add(PostProduct(version_id=version.id, product_id=product_id))


def finding_row(finding: Finding, account_id: str) -> FindingRow:
    """Return a stored finding as a page shows it."""
    return FindingRow(
        finding_id=finding.id,
        account_id=account_id,
        rule_id=finding.rule_id,
        pack_version=finding.pack_version,
        severity=finding.severity,
        field=finding.field,
        start=finding.start,
        end=finding.end,
        excerpt=finding.excerpt or "",
        message=finding.message,
        fix=finding.fix,
        references=tuple(finding.references),
        confidence=finding.confidence,
        disposition=finding.disposition,
        disposition_reason=finding.disposition_reason or "",
        row_version=finding.row_version,
        liftable=liftable(finding.rule_id, finding.severity),
    )


def _preview(
    account_id: str, found: RuleFinding, written: Mapping[str, Variant], given: Mapping[str, Finding]
) -> FindingRow:
    fresh = _row(None, None, found)
    if given:
        fresh = _inherit(fresh, given.get(words_of(written[account_id], fresh)))
    return replace(finding_row(fresh, account_id), finding_id=None)


def _row(version: PostVersion | None, variant_id: str | None, found: RuleFinding) -> Finding:
    return Finding(
        version_id=version.id if version else "",
        variant_id=variant_id,
        rule_id=found.rule,
        pack_version=found.pack_version,
        rule_sha256=found.rule_sha256 or None,
        severity=found.severity,
        field=found.field,
        start=found.start,
        end=found.end,
        excerpt=found.excerpt,
        message=asdict(found.message),
        fix=asdict(found.fix),
        references=list(found.references),
        confidence=found.confidence,
        disposition=Disposition.OPEN,
    )


def _key(finding: Finding) -> tuple[object, ...]:
    """Return what makes a finding the same one: its rule in the same wording, its severity and its place."""
    return (*_place(finding), finding.rule_sha256 or finding.pack_version)


def _place(finding: Finding) -> tuple[object, ...]:
    place = (finding.field, finding.start, finding.end, finding.excerpt or "")
    return (finding.variant_id, finding.rule_id, finding.severity, *place)


def _known_key(known: Mapping[tuple[object, ...], Finding], fresh: Finding) -> tuple[object, ...]:
    """Return the key of a finding found now; one kept before rules had hashes is known by its pack's version."""
    older = (*_place(fresh), fresh.pack_version)
    return older if older in known else _key(fresh)


def words_of(variant: Variant, finding: Finding) -> str:
    """Return what a finding is about: its rule, and the whole sentence that it stands in."""
    rule = [variant.account_id, finding.rule_id, finding.severity.value, finding.field]
    return json.dumps([*rule, finding.excerpt or "", _sentence(variant, finding), finding.message], sort_keys=True)


def _sentence(variant: Variant, finding: Finding) -> str:
    if finding.start is None or finding.end is None:
        return ""
    payload = json.loads(variant.payload_json)
    texts = payload | {
        "title": payload["settings"]["network"].get(TITLE, ""),
        "hashtags": " ".join(payload["hashtags"]),
        "alt_text": "\n".join(media["alt_text"] for media in payload["media"] if media["alt_text"]),
    }
    text = str(texts.get(finding.field, ""))
    before = max((mark.end() for mark in SENTENCE_END.finditer(text, 0, finding.start)), default=0)
    after = SENTENCE_END.search(text, finding.end)
    return text[before : after.start() if after else len(text)].strip()


def _justified_before(session: Session, version: PostVersion) -> dict[str, Finding]:
    return _justified_in(session, version.parent_id) if version.parent_id else {}


def _justified_in(session: Session, version_id: str) -> dict[str, Finding]:
    variants = {variant.id: variant for variant in variants_of(session, version_id)}
    return {
        words_of(variants[finding.variant_id], finding): finding
        for finding in findings_of(session, version_id)
        if finding.disposition is Disposition.NOT_APPLICABLE and finding.variant_id in variants
    }


def _inherit(fresh: Finding, earlier: Finding | None) -> Finding:
    if earlier is not None:
        fresh.disposition, fresh.disposition_reason = earlier.disposition, earlier.disposition_reason
        fresh.disposed_by, fresh.disposed_at = earlier.disposed_by, earlier.disposed_at
    return fresh
