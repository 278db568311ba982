"""Importer: a file of comments, tried first, then entered by the engine; each becomes a comment like any other."""

from app_pages._import_file import draw_import
from app_pages._import_rows import draw_imports
from app_pages._page import current_actor, heading
from compliance.permissions import Permission, check
from i18n import _

check(current_actor(), Permission.COMMENT_ENTER)
heading(
    _("Importer"), _("Chaque ligne entre dans la même file, avec les mêmes délais et la même analyse que le reste.")
)
draw_import()
draw_imports()
