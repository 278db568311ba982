"""Checks of a post: rule packs kept as data, tried on a post without session, clock or network.

A rule pack is a folder of YAML under `packs/`: `pack.yaml` (version, owner, review date, shared wordings, the products
of its examples) and one file a rule. `docs` of the format: `pack.Rule`. The findings are an aid to review, not legal
advice; a model may add to them, never remove one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import permutations

from models.enums import Severity
from workflow.checks.claims import ClaimFacts
from workflow.checks.conditions import severity_in
from workflow.checks.detectors import Detector, Hit
from workflow.checks.detectors.variants import PartsDisagree
from workflow.checks.finding import Bilingual, RuleFinding
from workflow.checks.format import MESSAGE_WORDS
from workflow.checks.pack import Check, Pack, Rule, default_pack, load_pack, parse_pack, with_changes
from workflow.checks.post import CheckedPost, ProductFacts, Visa
from workflow.checks.reading import FIELDS, Reading, read_post

__all__ = [
    "Bilingual",
    "Check",
    "CheckedPost",
    "Pack",
    "ProductFacts",
    "Rule",
    "RuleFinding",
    "Visa",
    "check_languages",
    "check_post",
    "checks_asked",
    "claimed_places",
    "default_pack",
    "failing_examples",
    "fires",
    "load_pack",
    "named_products",
    "parse_pack",
    "with_changes",
]

_SEVERITIES = list(Severity)
PAIR = 2


def check_post(
    post: CheckedPost,
    register: Iterable[ProductFacts],
    *,
    today: date,
    pack: Pack | None = None,
    allowed_links: Iterable[str] | None = None,
) -> list[RuleFinding]:
    """Return the findings of every rule of the pack, sorted by severity, then field, then start.

    `today` (in Paris) is used for a post without a planned date. `allowed_links` are the domains that a post may point
    to; without the list (None) a link is judged by what it shows of itself. Same post, register, day, list and pack,
    same findings.
    """
    pack = pack or default_pack()
    reading = read_post(post, tuple(register), today, None if allowed_links is None else tuple(allowed_links))
    findings = [finding for rule in pack.rules for finding in _findings(rule, reading, pack.version)]
    return sorted(findings, key=_order)


def check_languages(
    posts: Sequence[CheckedPost], register: Iterable[ProductFacts], *, today: date, pack: Pack | None = None
) -> list[tuple[str, RuleFinding]]:
    """Return where the variants of one post in two languages do not say the same: (id of the post, finding).

    A number or a product that one language replaces by another one is found on the variant of the second language,
    by the rule that looks for it inside a text in two languages.
    """
    if len(posts) < PAIR:
        return []
    pack, products = pack or default_pack(), tuple(register)
    readings = [read_post(post, products, today, None) for post in posts]
    pairs = permutations(readings, PAIR)
    found = [(other.post.id, each) for one, other in pairs for each in _disagreements(pack, one, other)]
    return list(dict.fromkeys(found))


def _disagreements(pack: Pack, one: Reading, other: Reading) -> Iterator[RuleFinding]:
    """Return what the pack's rules on two languages find between two variants, the second in the second language."""
    for rule in pack.rules:
        severity = severity_in(rule.severity, other)
        looking = [each for each in rule.detect if isinstance(each, PartsDisagree)]
        if looking and severity and (rule.applies is None or rule.applies.holds(other)):
            for detector in looking:
                for hit in detector.between(one, other):
                    yield _finding(rule, detector, other, pack.version, severity, hit)


def named_products(post: CheckedPost, register: Iterable[ProductFacts]) -> frozenset[str]:
    """Return the names of the products that a post declares or names, by brand or by substance, in any of its texts."""
    reading = read_post(post, tuple(register), date.min)
    mentioned = {product.name for mention in reading.mentions for product in mention.products}
    return frozenset(mentioned | {product.name for product in reading.declared if product})


def claimed_places(post: CheckedPost) -> list[tuple[ClaimFacts, str, int, int]]:
    """Return what a post says of its claims: claim, field, start, end."""
    reading = read_post(post, (), date.min)
    return [(each.claim, each.field, each.start, each.end) for each in reading.claimed]


def checks_asked(
    post: CheckedPost, register: Iterable[ProductFacts], *, today: date, pack: Pack | None = None
) -> tuple[Check, ...]:
    """Return the points of the pack's checklist that a person must look at on a post, in the pack's order."""
    reading = read_post(post, tuple(register), today, None)
    return tuple(
        each for each in (pack or default_pack()).checks if each.applies is None or each.applies.holds(reading)
    )


def failing_examples(pack: Pack) -> list[str]:
    """Return, rule by rule, the examples that do not do what they should; a sound pack has none."""
    return [
        f"{rule.id}: {'muet' if expected else 'se déclenche'}: {example}"
        for rule in pack.rules
        for expected, examples in ((True, rule.must_fire), (False, rule.must_not_fire))
        for example in examples
        if fires(pack, rule, example) is not expected
    ]


def fires(pack: Pack, rule: Rule, example: Mapping[str, object]) -> bool:
    """Say whether a rule of a pack fires on one of its examples (on the day that the pack was issued)."""
    post, products = pack.post(rule, example), pack.products(rule)
    reading = read_post(post, products, pack.issued, pack.allowed_links(rule, example))
    return any(True for _ in _findings(rule, reading, pack.version))


def _findings(rule: Rule, reading: Reading, pack_version: str) -> Iterator[RuleFinding]:
    """Return the findings of one rule, where a case of its severity holds."""
    if rule.applies and not rule.applies.holds(reading):
        return
    hits = list(_hits(rule, reading))
    severity = severity_in(rule.severity, reading) if hits else None
    if severity is not None:
        for detector, hit in hits:
            yield _finding(rule, detector, reading, pack_version, severity, hit)


def _hits(rule: Rule, reading: Reading) -> Iterator[tuple[Detector, Hit]]:
    """Return what the detectors of a rule find; a place that two of them find counts once."""
    places: set[tuple[str, int | None, int | None]] = set()
    for detector in rule.detect:
        if detector.when is None or detector.when.holds(reading):
            for hit in detector.hits(reading):
                if (hit.field, hit.start, hit.end) not in places:
                    places.add((hit.field, hit.start, hit.end))
                    yield detector, hit


def _finding(
    rule: Rule, detector: Detector, reading: Reading, pack_version: str, severity: Severity, hit: Hit
) -> RuleFinding:
    """Word one finding; `severity` is the rule's, where neither hit nor detector says otherwise."""
    excerpt = "" if hit.start is None else reading.source(hit.field)[hit.start : hit.end]
    words = {**dict.fromkeys(MESSAGE_WORDS, ""), "excerpt": excerpt, **hit.words}
    return RuleFinding(
        rule=rule.id,
        pack_version=pack_version,
        severity=hit.severity or severity_in(detector.severity, reading) or severity,
        field=hit.field,
        start=hit.start,
        end=hit.end,
        excerpt=excerpt,
        message=(detector.message or rule.message).sentence().filled(**words),
        fix=rule.fix.sentence().filled(**words),
        references=rule.references,
        confidence=rule.confidence,
        rule_sha256=rule.sha256,
    )


def _order(finding: RuleFinding) -> tuple[int, int, str, int, str]:
    """Sort by severity, then field (texts first, in reading order), then place, then rule."""
    place = FIELDS.index(finding.field) if finding.field in FIELDS else len(FIELDS)
    return (
        _SEVERITIES.index(finding.severity),
        place,
        finding.field,
        -1 if finding.start is None else finding.start,
        finding.rule,
    )
