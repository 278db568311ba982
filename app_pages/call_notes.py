"""Noter un appel: what somebody said on the telephone, in a minute; it waits for pharmacovigilance like any comment."""

from app_pages._call_form import draw_form, draw_notes
from app_pages._page import current_actor, heading
from compliance.permissions import Permission, check
from i18n import _

check(current_actor(), Permission.COMMENT_ENTER)
heading(
    _("Noter un appel"), _("Reçu ou passé : ce qui a été dit entre dans la file PV, et ses délais courent dès l'appel.")
)
draw_form()
draw_notes()
