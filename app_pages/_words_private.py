"""How it is said where a text was left: msgid, icon and tone, as `_words.Word` takes them."""

from enum import StrEnum

from i18n import N_
from models.enums import CommentKind as K

SAID: dict[type[StrEnum], dict[StrEnum, tuple[str, ...]]] = {
    K: {
        K.COMMENT: (N_("Commentaire public"),),
        K.PRIVATE_MESSAGE: (N_("Message privé"), "✉", "info"),
        K.STORY_REPLY: (N_("Réponse privée à une story"), "◌", "info"),
        K.AD_COMMENT: (N_("Sous une publicité"), "€", "info"),
    },
}
