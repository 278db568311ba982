"""What leaves for a network: exactly a stored payload, or nothing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.base import Capabilities, Support
from connectors.registry import CHANNELS
from errors import RuleViolated
from i18n import N_
from models.enums import Network
from workflow.content import VariantContent, variant_of
from workflow.lengths import measure
from workflow.words import said

NO_ADDRESS = N_(
    "{network} vient chercher les fichiers à une adresse publique, et Covigie n'en a pas : un administrateur doit "
    "renseigner COVIGIE_NETWORKS_URL, l'adresse https de l'application vue d'Internet. En attendant, retirez cette "
    "variante et publiez-la à la main."
)


@dataclass(frozen=True)
class Outgoing:
    """The texts and settings that a network is sent."""

    text: str
    first_comment: str
    settings: Mapping[str, Any]


def outgoing(payload_json: str, *, reachable: bool = False) -> Outgoing:
    """Return what a network is sent for a payload; raises RuleViolated when it cannot be done exactly as signed.

    Nothing is ever cut or left out: a setting that the network does not have is a refusal. `reachable`: networks have
    a public address of ours, where they fetch the files that they take in no other way.
    """
    payload = json.loads(payload_json)
    variant = variant_of(payload)
    text = payload["published_text"]
    check_length(variant.network, text)
    if variant.first_comment:
        check_length(variant.network, variant.first_comment)
    capabilities = capabilities_of(variant.network)
    if variant.media and not capabilities.max_media:
        raise RuleViolated(N_("Les médias ne peuvent pas encore être publiés sur ce réseau. Retirez-les."))
    if not reachable and needs_address(capabilities, variant):
        raise RuleViolated(NO_ADDRESS, network=said(variant.network))
    return Outgoing(text, variant.first_comment, settings_for(variant, capabilities))


def check_length(network: Network, text: str) -> None:
    """Refuse a text that the network would cut."""
    length = measure(network, text)
    if length.over:
        raise RuleViolated(
            N_("Le texte compte {count} signes pour ce réseau, {limit} au plus. Raccourcissez-le : rien n'est coupé."),
            count=length.count,
            limit=length.limit,
        )


def needs_address(capabilities: Capabilities, variant: VariantContent) -> bool:
    """Say whether the network would fetch a file of this variant itself."""
    pictures = capabilities.pictures_by_address and any(one.mime.startswith("image/") for one in variant.media)
    return capabilities.media_by_address or pictures


def has_channel(network: Network) -> bool:
    """Say whether we publish on a network, and read back what it shows."""
    return network.value in CHANNELS


def only_by_address(network: Network) -> bool:
    """Say whether a network takes nothing but what it fetches itself at a public address."""
    channel = CHANNELS.get(network.value)
    return channel is not None and channel.capabilities.media_by_address


def capabilities_of(network: Network) -> Capabilities:
    """Return what a network can do; raises RuleViolated when no channel speaks for it."""
    channel = CHANNELS.get(network.value)
    if channel is None:
        raise RuleViolated(N_("La publication sur ce réseau n'est pas encore ouverte. Retirez cette variante."))
    return channel.capabilities


def settings_for(variant: VariantContent, capabilities: Capabilities) -> dict[str, Any]:
    """Return the network's own settings that a variant was signed with."""
    signed = variant.settings
    found: dict[str, Any] = dict(signed.network)
    if signed.reply_settings:
        found["reply_settings"] = signed.reply_settings
    if signed.paid_partner:
        found["paid_partnership"] = True
    if not signed.comments_open:
        found |= _closing(capabilities.can_disable_comments, capabilities.comments_off)
    if not signed.share_open:
        found |= _closing(capabilities.can_disable_share, capabilities.share_off)
    if signed.paid_boost or set(found) - capabilities.settings:
        raise RuleViolated(
            N_("Ce réseau ne connaît pas un des réglages choisis : la publication ne serait pas celle qui est signée.")
        )
    return found


def _closing(support: Support, settings: Mapping[str, object]) -> dict[str, Any]:
    if support is not Support.YES:
        raise RuleViolated(
            N_("Ce réseau ne permet pas de fermer les commentaires ou le partage comme demandé. Retirez la variante.")
        )
    return dict(settings)
