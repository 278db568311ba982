"""Who may do what: one member a permission, one sentence each; roles are data.

Being an administrator gives no right to sign. A page asks `allows`; a use case calls `check`.
"""

from dataclasses import dataclass
from enum import Enum

from errors import NotPermitted
from i18n import N_
from models.enums import Role


class Permission(Enum):
    """A right, with the sentence that says what it lets a person do."""

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        self.sentence = sentence

    POST_READ = "post:read", N_("Lire les publications, leurs versions et leurs avis.")
    POST_WRITE = "post:write", N_("Écrire une publication et la modifier.")
    POST_SUBMIT = "post:submit", N_("Soumettre une publication au comité, ou la retirer.")
    POST_REVIEW = "post:review", N_("Donner et signer son avis à l'étape de son propre rôle, jamais sur son texte.")
    POST_NOTE = "post:note", N_("Commenter une publication sans la signer.")
    GUEST_INVITE = "guest:invite", N_("Inviter un expert extérieur à lire une version et à la commenter.")
    POST_SCHEDULE = "post:schedule", N_("Programmer une publication approuvée, ou la déprogrammer.")
    STOP_START = "stop:start", N_("Arrêter d'urgence ce qui devait être publié.")
    STOP_RELEASE = "stop:release", N_("Lever un arrêt d'urgence, à deux.")
    MEETING_KEEP = "meeting:keep", N_("Convoquer et tenir les réunions du comité.")
    VISA_KEEP = "visa:keep", N_("Tenir le registre des visas de publicité.")
    CLAIM_KEEP = (
        "claim:keep",
        N_("Écrire, sourcer et retirer les allégations ; signer celles d'un autre."),
    )
    PRODUCT_KEEP = "product:keep", N_("Tenir le registre des produits : état, AMM, restrictions.")
    POST_TAKE_IN = "post:take_in", N_("Reprendre les publications antérieures à Covigie.")
    POST_QUALIFY = "post:qualify", N_("Signer la qualification promotionnelle d'une publication.")
    FINDING_DISPOSE = "finding:dispose", N_("Justifier un constat non bloquant.")
    FINDING_OVERRIDE = "finding:override", N_("Lever un constat bloquant, avec une seconde signature.")
    OVERRIDE_ASK = "override:ask", N_("Demander la levée d'un constat bloquant.")
    RULE_READ = "rule:read", N_("Lire les règles, leur base légale et leurs changements.")
    RULE_CHANGE = "rule:change", N_("Changer une règle : l'écrire, l'essayer, la signer à deux.")
    MATRIX_SIGN = (
        "matrix:sign",
        N_("Changer et signer la matrice de réapprobation : quelles signatures survivent à quel changement."),
    )
    DOSSIER_READ = "dossier:read", N_("Télécharger le dossier d'une publication.")
    CYCLE_READ = "cycle:read", N_("Voir les délais du comité et ce qui renvoie les textes.")
    ARCHIVE_EXPORT = "archive:export", N_("Exporter les preuves d'une période, pour une inspection.")
    COMMENT_READ = "comment:read", N_("Lire les commentaires, auteurs pseudonymisés.")
    COMMENT_ENTER = "comment:enter", N_("Saisir un message reçu par téléphone, par courrier ou dans un fichier.")
    COMMENT_TRIAGE = "comment:triage", N_("Prendre, qualifier et transmettre les commentaires signalés.")
    COMMENT_SKIM = "comment:skim", N_("Parcourir ce que l'analyse a classé, et en sortir ce qui est suspect.")
    WITNESS_KEEP = "witness:keep", N_("Écrire et retirer les témoins glissés dans le parcours.")
    QUALITY_READ = "quality:read", N_("Voir la qualité de la détection et de la lecture, et ses rapports.")
    READING_SECOND = "reading:second", N_("Lire une seconde fois, sans connaître la première décision.")
    READING_SETTLE = "reading:settle", N_("Départager deux lectures qui diffèrent.")
    DETECTION_READ = "detection:read", N_("Lire ce qui règle la détection, ses changements et leurs essais.")
    DETECTION_CHANGE = (
        "detection:change",
        N_("Proposer un changement de la détection, l'essayer, et signer celui d'un autre."),
    )
    COMMENT_REVEAL = "comment:reveal", N_("Révéler l'auteur d'un commentaire ; chaque fois est tracée.")
    COMMENT_HIDE = "comment:hide", N_("Masquer un commentaire, le réafficher, demander sa suppression.")
    COMMENT_DELETE = "comment:delete", N_("Confirmer ou refuser la suppression qu'un autre a demandée.")
    EVIDENCE_READ = "evidence:read", N_("Lire et exporter les preuves gelées ; chaque export est tracé.")
    CONTEST_DECIDE = "contest:decide", N_("Décider de la contestation d'un auteur, jamais sur son propre masquage.")
    NAME_POLICY_SET = "name_policy:set", N_("Régler ce qu'appelle un nom de produit, réseau par réseau.")
    NAME_POLICY_APPROVE = "name_policy:approve", N_("Approuver le masquage automatique qu'un autre a réglé.")
    QUEUE_MEDICAL = "queue:medical", N_("Voir et traiter la file de l'information médicale.")
    QUEUE_QUALITY = "queue:quality", N_("Voir et traiter la file des défauts de qualité.")
    QUEUE_LEGAL = "queue:legal", N_("Voir et traiter la file du juridique.")
    QUEUE_COMMUNITY = "queue:community", N_("Voir et traiter la file de la communauté.")
    ROUTING_PROPOSE = "routing:propose", N_("Voir les règles d'aiguillage et en proposer d'autres.")
    ROUTING_SIGN = "routing:sign", N_("Signer les règles d'aiguillage, au nom de la pharmacovigilance.")
    CASE_READ = "case:read", N_("Lire les cas de vigilance.")
    CASE_WRITE = "case:write", N_("Compléter un cas et le transmettre à la pharmacovigilance.")
    CASE_ACKNOWLEDGE = "case:acknowledge", N_("Enregistrer l'accusé de réception d'un cas.")
    ON_CALL_SERVE = "on_call:serve", N_("Être d'astreinte de pharmacovigilance, et répondre d'une alerte.")
    ON_CALL_KEEP = "on_call:keep", N_("Tenir le planning d'astreinte et les moyens de joindre.")
    HANDOFF_READ = "handoff:read", N_("Lire les rapprochements avec la pharmacovigilance et les certificats du jour.")
    HANDOFF_KEEP = (
        "handoff:keep",
        N_("Rattacher les accusés reçus, importer la liste de la pharmacovigilance, figer un rapprochement."),
    )
    HANDOFF_SIGN_COMMUNITY = (
        "handoff:sign_community",
        N_("Signer un rapprochement ou un certificat du jour au nom de la modération."),
    )
    HANDOFF_SIGN_PV = (
        "handoff:sign_pv",
        N_("Signer un rapprochement ou un certificat du jour au nom de la pharmacovigilance."),
    )
    CASE_WATCH = "case:watch", N_("Voir dans Mon travail les cas transmis que rien n'accuse.")
    REPLY_SEND = "reply:send", N_("Répondre avec un texte approuvé.")
    REPLY_WAIVE = "reply:waive", N_("Classer sans réponse, avec une raison.")
    REPLY_APPROVE = "reply:approve", N_("Approuver ou refuser une réponse libre sur un sujet de son rôle.")
    TEXT_PROPOSE = "text:propose", N_("Proposer un texte de réponse pour la bibliothèque.")
    TEXT_SIGN = "text:sign", N_("Signer, refuser ou retirer un texte de réponse, jamais le sien.")
    DASHBOARD_READ = "dashboard:read", N_("Voir les tableaux de bord : des nombres, jamais un auteur ni un texte.")
    CHECK_KEEP = "check:keep", N_("Nommer qui regarde à la main ce qu'aucune interface ne montre, et à quelle heure.")
    CHECK_DO = "check:do", N_("Noter que l'on a regardé à la main, et ce que l'on a trouvé.")
    BYPASS_SETTLE = "bypass:settle", N_("Régler ce qui a été publié hors circuit, avec une raison.")
    BREAKER_RETRY = "breaker:retry", N_("Relancer tout de suite un compte dont les appels sont espacés ou arrêtés.")
    TERMS_READ = "terms:read", N_("Lire les conditions des réseaux, et qui les a signées.")
    TERMS_SIGN = (
        "terms:sign",
        N_("Préparer, signer et révoquer la feuille de conditions d'un réseau, au nom de son rôle."),
    )
    HOLD_KEEP = "hold:keep", N_("Poser et lever un gel juridique : ce qui est gelé n'est pas effacé.")
    COVERAGE_READ = "coverage:read", N_("Voir la couverture des comptes et ses trous.")
    USER_ADMIN = (
        "user:admin",
        N_("Créer des personnes, donner et retirer des rôles. Ne donne aucune signature."),
    )
    AUDIT_READ = "audit:read", N_("Lire et vérifier la piste d'audit.")
    ENGINE = "engine:run", N_("Agir comme le moteur : relever, analyser, publier ce qui est signé, envoyer.")


P = Permission
STOPPING = {P.STOP_START, P.STOP_RELEASE}
READING = {P.POST_READ, P.DOSSIER_READ, P.CYCLE_READ, P.RULE_READ}
REVIEWING = READING | {P.POST_REVIEW, P.POST_NOTE, P.GUEST_INVITE}
WRITING = {
    P.MEETING_KEEP,
    P.POST_WRITE,
    P.POST_SUBMIT,
    P.POST_SCHEDULE,
    P.FINDING_DISPOSE,
    P.OVERRIDE_ASK,
    P.POST_NOTE,
    P.GUEST_INVITE,
}
LIBRARY = {P.VISA_KEEP, P.CLAIM_KEEP, P.PRODUCT_KEEP}
VIGILANCE = {
    P.COMMENT_READ,
    P.CASE_READ,
    P.COVERAGE_READ,
    P.QUALITY_READ,
    P.HANDOFF_READ,
    P.EVIDENCE_READ,
    P.DASHBOARD_READ,
    P.DETECTION_READ,
    P.TERMS_READ,
}
ANSWERING = {P.TEXT_PROPOSE, P.TEXT_SIGN, P.REPLY_APPROVE}
JUDGING = {P.COMMENT_READ, P.COMMENT_DELETE, P.CONTEST_DECIDE}
ROUTING = {P.ROUTING_PROPOSE, P.ROUTING_SIGN}
NAME_POLICY = {P.NAME_POLICY_SET, P.NAME_POLICY_APPROVE}
CHECKS = {P.CHECK_KEEP, P.CHECK_DO, P.BREAKER_RETRY}
TERMS = {P.TERMS_READ, P.TERMS_SIGN}
ON_CALL = {P.ON_CALL_SERVE, P.ON_CALL_KEEP}
HANDOFF_PV = {P.HANDOFF_KEEP, P.HANDOFF_SIGN_PV, P.CASE_WATCH}
HANDOFF_COMMUNITY = {P.HANDOFF_READ, P.HANDOFF_SIGN_COMMUNITY}

ROLES: dict[Role, frozenset[Permission]] = {
    Role.COMMUNITY_MANAGER: frozenset(
        READING
        | WRITING
        | HANDOFF_COMMUNITY
        | {
            P.STOP_START,
            P.POST_TAKE_IN,
            P.COMMENT_READ,
            P.COMMENT_ENTER,
            P.REPLY_SEND,
            P.REPLY_WAIVE,
            P.COVERAGE_READ,
            P.COMMENT_SKIM,
            P.CHECK_DO,
            P.BREAKER_RETRY,
            P.COMMENT_HIDE,
            P.CONTEST_DECIDE,
            P.QUEUE_COMMUNITY,
            P.TEXT_PROPOSE,
            P.DASHBOARD_READ,
        }
    ),
    Role.COMMUNICATIONS: frozenset(REVIEWING | STOPPING | {P.MEETING_KEEP, P.TEXT_PROPOSE, P.DASHBOARD_READ}),
    Role.REGULATORY: frozenset(
        REVIEWING
        | STOPPING
        | LIBRARY
        | ANSWERING
        | {P.POST_TAKE_IN, P.MEETING_KEEP, P.RULE_CHANGE, P.COVERAGE_READ, P.BYPASS_SETTLE}
    ),
    Role.LEGAL: frozenset(
        REVIEWING
        | STOPPING
        | JUDGING
        | TERMS
        | {P.FINDING_OVERRIDE, P.EVIDENCE_READ, P.QUEUE_LEGAL, P.REPLY_APPROVE, P.HOLD_KEEP}
    ),
    Role.MEDICAL: frozenset(
        REVIEWING | ANSWERING | {P.STOP_START, P.CLAIM_KEEP, P.COMMENT_READ, P.QUEUE_MEDICAL, P.DASHBOARD_READ}
    ),
    Role.RESPONSIBLE_PHARMACIST: frozenset(
        REVIEWING
        | STOPPING
        | VIGILANCE
        | ON_CALL
        | CHECKS
        | NAME_POLICY
        | LIBRARY
        | HANDOFF_PV
        | {P.FINDING_OVERRIDE, P.POST_QUALIFY, P.RULE_CHANGE, P.MATRIX_SIGN, P.ARCHIVE_EXPORT, P.BYPASS_SETTLE}
    ),
    Role.PV_OFFICER: frozenset(
        REVIEWING
        | VIGILANCE
        | ON_CALL
        | CHECKS
        | HANDOFF_PV
        | JUDGING
        | NAME_POLICY
        | ROUTING
        | {
            P.STOP_START,
            P.COMMENT_HIDE,
            P.COMMENT_ENTER,
            P.COMMENT_SKIM,
            P.WITNESS_KEEP,
            P.READING_SECOND,
            P.READING_SETTLE,
            P.COMMENT_TRIAGE,
            P.COMMENT_REVEAL,
            P.CASE_WRITE,
            P.CASE_ACKNOWLEDGE,
            P.DETECTION_CHANGE,
            P.HOLD_KEEP,
            P.TEXT_PROPOSE,
            P.TEXT_SIGN,
        }
    ),
    Role.QUALITY: frozenset(
        READING
        | VIGILANCE
        | {
            P.AUDIT_READ,
            P.ARCHIVE_EXPORT,
            P.WITNESS_KEEP,
            P.READING_SECOND,
            P.READING_SETTLE,
            P.HANDOFF_KEEP,
            P.CASE_WATCH,
            P.QUEUE_QUALITY,
            P.REPLY_APPROVE,
        }
    ),
    Role.DATA_PROTECTION: frozenset(TERMS | {P.COVERAGE_READ}),
    Role.AUDITOR: frozenset(READING | VIGILANCE | {P.AUDIT_READ, P.ARCHIVE_EXPORT}),
    Role.ADMINISTRATOR: frozenset(
        {
            P.USER_ADMIN,
            P.CHECK_KEEP,
            P.BREAKER_RETRY,
            P.ON_CALL_KEEP,
            P.NAME_POLICY_SET,
            P.ROUTING_PROPOSE,
            P.TERMS_READ,
            P.COVERAGE_READ,
            P.AUDIT_READ,
            P.RULE_READ,
        }
    ),
    Role.SYSTEM: frozenset({P.ENGINE, P.CASE_READ}),
}


@dataclass(frozen=True)
class Actor:
    """Who acts: a person with the roles held now, or the system."""

    id: str | None
    login: str
    printed_name: str
    roles: frozenset[Role]


SYSTEM = Actor(None, "covigie", "Covigie", frozenset({Role.SYSTEM}))


def permissions_of(actor: Actor) -> frozenset[Permission]:
    """Return all that the actor's roles allow."""
    return frozenset().union(*(ROLES[role] for role in actor.roles))


def allows(actor: Actor, permission: Permission) -> bool:
    """Say whether the actor holds a permission."""
    return permission in permissions_of(actor)


def check(actor: Actor, permission: Permission) -> None:
    """Refuse an actor who does not hold a permission; raises NotPermitted."""
    if not allows(actor, permission):
        raise NotPermitted(
            N_("Votre rôle ne permet pas cette action ({right}). Est-ce une erreur ? Voyez un administrateur."),
            right=permission.sentence,
        )
