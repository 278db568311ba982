"""What can be refused, and what can go wrong outside.

    AppError                 shown to the person as it reads
      InvalidInput           what was typed or sent cannot be used
      NotFound
      NotPermitted           who
      TransitionNotAllowed   this cannot be done in this state
      RuleViolated           what the policy says (own post, quorum, open finding, missing reason)
      StaleVersion           it changed since it was opened
      SignatureRefused
      SignInRefused
    ConnectorError           never shown raw; drives retry
      AuthExpired            a person must reconnect the account
      RateLimited            come back at `retry_at`
      Unavailable            nothing was done; try again
      Rejected               the network refuses, and will again
      DeliveryUnknown        it may have been done: look before doing it again

The class docstring is the default sentence. A sentence says what happened and what to do; it is a French msgid
(see `i18n`), translated when it is shown, with its fields filled in by `str.format`.
"""

from datetime import datetime

from i18n import _


class AppError(Exception):
    """L'opération n'a pas pu être faite. Rien n'a été enregistré."""

    def __init__(self, message: str | None = None, /, **fields: object) -> None:
        self.message = message or (type(self).__doc__ or "").strip()
        self.fields = fields
        super().__init__(self.message)

    def __str__(self) -> str:
        return _(self.message).format(**self.fields) if self.fields else _(self.message)


class InvalidInput(AppError):
    """La saisie ne peut pas être utilisée. Corrigez-la, puis recommencez."""


class NotFound(AppError):
    """Cet élément n'existe pas, ou n'existe plus. Revenez à la liste."""


class NotPermitted(AppError):
    """Votre rôle ne permet pas cette action. Adressez-vous à un administrateur si c'est une erreur."""


class TransitionNotAllowed(AppError):
    """Cette action n'est pas possible dans l'état actuel. Rechargez la page."""


class RuleViolated(AppError):
    """Une règle s'y oppose. Rien n'a été enregistré."""


class StaleVersion(AppError):
    """L'élément a changé depuis que vous l'avez ouvert. Relisez-le, puis recommencez."""


class SignatureRefused(AppError):
    """La signature est refusée. Rien n'a été signé."""


class SignInRefused(AppError):
    """Identifiant ou mot de passe incorrect."""


class ConnectorError(Exception):
    """A network did not do what was asked; `reason` is a sentence for the log and the coverage screen."""

    def __init__(self, reason: str = "") -> None:
        self.reason = reason or (type(self).__doc__ or "").strip()
        super().__init__(self.reason)


class AuthExpired(ConnectorError):
    """The network no longer accepts this account's token."""


class RateLimited(ConnectorError):
    """The network asks to wait until `retry_at` (aware UTC; None when it does not say)."""

    def __init__(self, reason: str = "", *, retry_at: datetime | None = None) -> None:
        self.retry_at = retry_at
        super().__init__(reason)


class Unavailable(ConnectorError):
    """The network could not be reached, and nothing was done."""


class NotShownYet(Unavailable):
    """The network answers, and does not show yet what was sent to it."""


class Rejected(ConnectorError):
    """The network refuses this request and would refuse it again."""


class DeliveryUnknown(ConnectorError):
    """The network did not answer: the effect may have happened."""
