"""Why a comment was decided so, in sentences for the person who reads it."""

from collections.abc import Callable, Iterator

from i18n import N_, _
from models.enums import Screening
from moderation.decision import AGREEMENT, Verdict
from moderation.detectors.company import COMPANY_TERM
from moderation.detectors.evidence import Evidences, Finding, FindingKind
from moderation.masking import masked

_MOST = 6
_LONGEST_QUOTE = 60

CONTEXTS = {
    "page_product": N_("la page parle d'un produit"),
    "post_treatment": N_("la publication parle d'un traitement"),
    "parent_treatment": N_("répond à un commentaire sur un traitement"),
}
SITUATIONS = {
    "pregnancy": N_("grossesse"),
    "breastfeeding": N_("allaitement"),
    "overdose": N_("surdosage"),
    "misuse": N_("mésusage"),
    "abuse": N_("abus"),
    "off_label": N_("hors AMM"),
    "medication_error": N_("erreur médicamenteuse"),
    "occupational_exposure": N_("exposition professionnelle"),
    "lack_of_efficacy": N_("manque d'efficacité"),
    "quality_defect": N_("défaut de qualité"),
    "falsified": N_("produit falsifié"),
    "interaction": N_("interaction"),
    "withdrawal": N_("effet à l'arrêt"),
    "unexpected_benefit": N_("bénéfice inattendu"),
}
SERIOUSNESS = {
    "death": N_("décès"),
    "life_threatening": N_("pronostic vital"),
    "hospital": N_("hospitalisation"),
    "disability": N_("invalidité"),
    "congenital": N_("anomalie congénitale"),
    "medically_important": N_("événement médicalement important"),
}
EMERGENCIES = {
    "suicide": N_("idées suicidaires"),
    "despair": N_("désespoir"),
    "overdose_now": N_("surdosage en cours"),
    "anaphylaxis": N_("signes d'anaphylaxie"),
    "chest_pain": N_("douleur dans la poitrine"),
    "neurological": N_("signes neurologiques"),
    "overdose_child": N_("enfant qui a avalé un produit"),
    "pain_crisis": N_("signes de détresse"),
    "call": N_("appel à l'aide"),
}
REASONS = {
    "language": N_("Langue sans règles : à lire par une personne."),
    "no_words": N_("Pas assez de mots pour juger : à lire par une personne."),
    "no_model": N_("Commentaire que le modèle n'a pas lu : à lire par une personne."),
    "too_long": N_("Texte trop long pour être lu en entier : à lire par une personne."),
}


def explain(text: str, verdict: Verdict, evidence: Evidences) -> tuple[str, ...]:
    """Return the reasons of a verdict, the most telling first; personal data is covered in what they quote."""
    if verdict.screening == Screening.UNSCREENED:
        return tuple(_reason(reason) for reason in verdict.reasons)
    sentences = [*_emergencies(text, verdict, evidence)]
    if verdict.screening == Screening.FLAGGED:
        sentences += [*_echo(text, verdict, evidence), *_reactions(text, evidence), *_labelled(text, evidence)]
        sentences += _company(text, evidence)
        sentences = sentences or [_("Faisceau d'indices : score {score}.").format(score=f"{verdict.score:.2f}")]
    return tuple(dict.fromkeys(sentences)) or (_("Aucun indice de pharmacovigilance."),)


def _reason(reason: str) -> str:
    if reason.startswith("failed:"):
        _kind, detector, error = reason.split(":", 2)
        return _("Le détecteur « {detector} » n'a pas fini ({error}) : à lire par une personne.").format(
            detector=detector, error=error
        )
    return _(REASONS[reason])


def _emergencies(text: str, verdict: Verdict, evidence: Evidences) -> Iterator[str]:
    """One sentence a sign of danger or a call for help; that it is now, or was, says nothing by itself."""
    quote = _quoting(text, evidence)
    signs = [f for f in evidence.findings(FindingKind.EMERGENCY) if f.label in EMERGENCIES]
    for f in signs if verdict.emergency else ():
        yield _("{quote} : danger possible maintenant ({what})").format(quote=quote(f), what=_(EMERGENCIES[f.label]))


def _echo(text: str, verdict: Verdict, evidence: Evidences) -> Iterator[str]:
    """Say that an answer agrees with a case, and so inherits its suspicion."""
    if AGREEMENT not in verdict.rules:
        return
    quote = _quoting(text, evidence)
    cues = [f for label in ("echo", "agreement") for f in _spanned(evidence, FindingKind.CUE, label)]
    told = _("{quote} : dit la même chose que le commentaire auquel il répond, et hérite de son soupçon")
    yield told.format(quote=quote(cues[0]) if cues else "« … »")


def _reactions(text: str, evidence: Evidences) -> Iterator[str]:
    """One sentence a reaction, with the product or treatment before it when there is one."""
    quote = _quoting(text, evidence)
    drugs = sorted(
        _spanned(evidence, FindingKind.PRODUCT) + _spanned(evidence, FindingKind.CUE, "treatment"), key=_start
    )
    times = _spanned(evidence, FindingKind.CUE, "time")
    around = next((CONTEXTS[f.label] for f in evidence.findings(FindingKind.CONTEXT) if f.label in CONTEXTS), None)
    for f in _widest(evidence.findings(FindingKind.REACTION))[:_MOST]:
        drug = next((d for d in reversed(drugs) if _start(d) < _start(f)), drugs[0] if drugs else None)
        if drug is not None and times and _start(drug) < _start(f):
            sentence = _("{quote} après {drug} : ordre temporel").format(quote=quote(f), drug=quote(drug))
        elif drug is not None:
            sentence = _("{quote} avec {drug}").format(quote=quote(f), drug=quote(drug))
        elif around is not None:
            sentence = _("{quote} : réaction possible, {context}").format(quote=quote(f), context=_(around))
        else:
            sentence = _("{quote} : réaction possible").format(quote=quote(f))
        yield sentence


def _labelled(text: str, evidence: Evidences) -> Iterator[str]:
    quote = _quoting(text, evidence)
    for kind, names in ((FindingKind.SITUATION, SITUATIONS), (FindingKind.SERIOUSNESS, SERIOUSNESS)):
        for f in _widest(evidence.findings(kind))[:_MOST]:
            yield _("{quote} : {what}").format(quote=quote(f), what=_(names[f.label]))


def _company(text: str, evidence: Evidences) -> Iterator[str]:
    quote = _quoting(text, evidence)
    for f in _widest(_spanned(evidence, FindingKind.CUE, COMPANY_TERM))[:_MOST]:
        yield _("{quote} : terme suspect pour l'entreprise").format(quote=quote(f))


def _spanned(evidence: Evidences, kind: FindingKind, label: str | None = None) -> list[Finding]:
    return [f for f in evidence.findings(kind) if f.start is not None and label in (None, f.label)]


def _widest(findings: list[Finding]) -> list[Finding]:
    """Keep the findings that no longer one of the same kind covers, in the order of the text."""
    kept: list[Finding] = []
    for f in sorted(findings, key=lambda f: (_start(f), -(f.end or 0))):
        if not kept or (f.end or 0) > (kept[-1].end or 0):
            kept.append(f)
    return kept


def _start(finding: Finding) -> int:
    return finding.start or 0


def _quoting(text: str, evidence: Evidences) -> Callable[[Finding], str]:
    """Return what quotes a finding, personal data covered."""
    personal = evidence.findings(FindingKind.PII)

    def quote(finding: Finding) -> str:
        words = " ".join(masked(text, personal, _start(finding), finding.end).split())
        return f"« {words[:_LONGEST_QUOTE]}{'…' if len(words) > _LONGEST_QUOTE else ''} »"

    return quote
