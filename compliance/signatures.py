"""Electronic signatures: simple ones in the sense of eIDAS, built to the controls of 21 CFR 11.50, 11.70 and 11.200.

Three moments: the dialog opens and gets a one-shot nonce bound to person, subject and content; the person proves
their identity (password, and code when set); the signature spends the nonce. A failed proof is counted and committed
on its own, and signs nothing.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta

from sqlmodel import Session

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.canonical import canonical
from compliance.keys import installation_key, register_public_key, seal_holds
from compliance.permissions import Actor
from compliance.sign_in import prove_identity
from errors import AppError, SignatureRefused
from i18n import N_
from models.base import new_id
from models.compliance import PublicKey
from models.enums import Role, SignatureMeaning
from models.review import Signature
from models.session import get
from models.user import SigningNonce, User

NONCE_MINUTES = 30
PROOF_SECONDS = 60

MEANINGS: dict[SignatureMeaning, str] = {
    SignatureMeaning.QUALIFICATION: N_("je qualifie cette publication au regard de la réglementation de la publicité"),
    SignatureMeaning.APPROVAL_COMMUNICATIONS: N_("conforme à la ligne éditoriale et à la charte de l'entreprise"),
    SignatureMeaning.APPROVAL_REGULATORY: N_("conforme à la réglementation de la publicité"),
    SignatureMeaning.APPROVAL_LEGAL: N_("sans obstacle juridique"),
    SignatureMeaning.APPROVAL_MEDICAL: N_("exact et équilibré au plan médical et scientifique"),
    SignatureMeaning.APPROVAL_PV: N_("plan de vigilance en ordre"),
    SignatureMeaning.RELEASE: N_("bon à publier, sous ma responsabilité de pharmacien responsable"),
    SignatureMeaning.FINDING_OVERRIDE: N_("je lève ce constat bloquant sur ce contenu, pour la raison jointe"),
    SignatureMeaning.CONDITIONAL: N_("avis sous les conditions jointes, qui ne vaut pas approbation"),
    SignatureMeaning.RULE_CHANGE: N_("je mets cette règle en vigueur, après l'avoir essayée"),
    SignatureMeaning.MATRIX_CHANGE: N_("je mets cette matrice de réapprobation en vigueur"),
    SignatureMeaning.RECONCILIATION: N_("ce rapprochement dit ce qui a été transmis, et ce qui a été reçu"),
    SignatureMeaning.DAY_CERTIFICATE: N_(
        "ce jour est complet : tout ce qui a été reçu a été regardé, personne n'attend au-delà de son délai"
    ),
    SignatureMeaning.ROUTING_CHANGE: N_("je mets ces règles d'aiguillage en vigueur"),
    SignatureMeaning.DETECTION_CHANGE: N_(
        "je mets ce changement de la détection en vigueur, après avoir lu ce que son essai a trouvé"
    ),
    SignatureMeaning.TERMS_LEGAL: N_(
        "les conditions de ce réseau permettent ce relevé, sous la conservation et les exceptions jointes"
    ),
    SignatureMeaning.TERMS_PROTECTION: N_(
        "j'ai rendu mon avis sur cette conservation, ces effacements et ces exceptions : ils sont conformes au RGPD"
    ),
    SignatureMeaning.CLAIM: N_("j'approuve cette allégation, que ses références soutiennent"),
    SignatureMeaning.REPLY_TEXT: N_("j'approuve ce texte de réponse, tel quel, jusqu'à son terme"),
    SignatureMeaning.REPLY: N_("j'approuve cette réponse, mot pour mot, à ce commentaire"),
}


@dataclass(frozen=True)
class OnBehalfOf:
    """In whose name a signature is given, and under which delegation."""

    delegation_id: str
    on_behalf_of_id: str
    on_behalf_of_name: str


LENT = tuple(field.name for field in fields(OnBehalfOf))


def open_signing(session: Session, actor: Actor, *, subject_id: str, content_sha256: str) -> str:
    """Open a signing dialog: return the id of a nonce for this person, this subject, this content, once."""
    nonce = SigningNonce(
        user_id=actor.id or "",
        subject_id=subject_id,
        content_sha256=content_sha256,
        expires_at=clock.now() + timedelta(minutes=NONCE_MINUTES),
    )
    session.add(nonce)
    return nonce.id


def prove(session: Session, actor: Actor, *, nonce_id: str, password: str, code: str = "") -> AppError | None:
    """Check who is at the keyboard before a signature; return the refusal to show, or None.

    Commit it either way: a wrong password is counted, written down, and locks after five.
    """
    return prove_all(session, actor, nonce_ids=[nonce_id], password=password, code=code)


def prove_all(
    session: Session, actor: Actor, *, nonce_ids: Sequence[str], password: str, code: str = ""
) -> AppError | None:
    """Check once who is at the keyboard before several signatures, each with its own nonce; as `prove` does."""
    nonces = [get(session, SigningNonce, nonce_id, lock=True) for nonce_id in sorted(nonce_ids)]
    if not nonces or any(nonce.user_id != actor.id or nonce.used_at for nonce in nonces):
        return SignatureRefused(N_("Cette fenêtre de signature a déjà servi. Rouvrez-la pour signer."))
    user = get(session, User, actor.id, lock=True)
    refusal = prove_identity(session, user, password=password, code=code, refused=AuditAction.SIGNING_REFUSED)
    if refusal is None:
        for nonce in nonces:
            nonce.confirmed_at = clock.now()
    return refusal


def sign(
    session: Session,
    actor: Actor,
    *,
    nonce_id: str,
    role: Role,
    meaning: SignatureMeaning,
    subject_kind: str,
    subject_id: str,
    content_sha256: str,
    on_behalf_of: OnBehalfOf | None = None,
) -> Signature:
    """Sign a content in a role held now, or lent; raises SignatureRefused unless the nonce was proven for this.

    Whether a delegation holds is for the caller to check, in the same transaction; the statement names it.
    """
    if (role not in actor.roles and on_behalf_of is None) or actor.id is None:
        raise SignatureRefused(N_("Vous ne tenez pas le rôle au nom duquel cette signature est demandée."))
    _spend(session, actor, nonce_id, subject_id, content_sha256)
    user = get(session, User, actor.id)
    key = installation_key()
    register_public_key(session, key)
    signature = Signature(
        id=new_id(),
        user_id=user.id,
        login=user.login,
        printed_name=user.printed_name,
        role=role,
        meaning=meaning,
        subject_kind=subject_kind,
        subject_id=subject_id,
        content_sha256=content_sha256,
        signed_at=audit.moment(session),
        time_zone=str(clock.PARIS),
        nonce_id=nonce_id,
        key_id=key.key_id,
        statement_json="",
        seal="",
        **(asdict(on_behalf_of) if on_behalf_of else {}),
    )
    signature.statement_json = statement(signature)
    signature.seal = key.seal(signature.statement_json)
    session.add(signature)
    session.flush()
    new = {"signature": signature.id, "role": role.value, "meaning": meaning.value, "content_sha256": content_sha256}
    lent = (
        {"delegation": on_behalf_of.delegation_id, "on_behalf_of": on_behalf_of.on_behalf_of_id} if on_behalf_of else {}
    )
    audit.record(session, actor, AuditAction.SIGNED, subject_kind, subject_id, new=new | lent)
    return signature


def statement(signature: Signature) -> str:
    """Return the canonical text that the installation's key seals: cut from its record, it proves nothing else.

    What was signed under a delegation says in whose name.
    """
    keys = ("id", "user_id", "login", "printed_name", "subject_kind", "subject_id", "content_sha256", "time_zone")
    told = {key: getattr(signature, key) for key in keys}
    signed_at = signature.signed_at.isoformat(timespec="microseconds")
    enums = {"role": signature.role.value, "meaning": signature.meaning.value}
    lent = {key: getattr(signature, key) for key in LENT if getattr(signature, key) is not None}
    return canonical(told | lent | enums | {"signed_at": signed_at, "covigie": "signature"})


def signature_holds(session: Session, signature: Signature) -> bool:
    """Say whether a signature's statement is still its row's, and its seal the installation's."""
    key = installation_key()
    kept = session.get(PublicKey, signature.key_id)
    pem = key.public_pem if key.key_id == signature.key_id else kept.public_pem if kept else ""
    stated = statement(signature) == signature.statement_json
    return bool(pem) and stated and seal_holds(pem, signature.statement_json, signature.seal)


def _spend(session: Session, actor: Actor, nonce_id: str, subject_id: str, content_sha256: str) -> None:
    nonce = get(session, SigningNonce, nonce_id, lock=True)
    now = clock.now()
    if nonce.used_at is not None:
        raise SignatureRefused(N_("Cette fenêtre de signature a déjà servi. Rouvrez-la pour signer."))
    if not _proven(nonce.confirmed_at, now) or nonce.expires_at <= now or nonce.user_id != actor.id:
        raise SignatureRefused(N_("L'identité n'a pas été confirmée à l'instant. Saisissez à nouveau le mot de passe."))
    if (nonce.subject_id, nonce.content_sha256) != (subject_id, content_sha256):
        raise SignatureRefused(N_("Le contenu n'est plus celui que vous avez relu. Relisez la nouvelle version."))
    nonce.used_at = now


def _proven(confirmed_at: datetime | None, now: datetime) -> bool:
    return confirmed_at is not None and abs(now - confirmed_at) <= timedelta(seconds=PROOF_SECONDS)
