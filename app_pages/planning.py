"""Calendrier: what leaves on which day, health days, days on which a product may not be advertised; moving a date."""

from datetime import date

from app_pages._page import current_actor, heading, parameter
from app_pages._planning_grid import draw_grid, draw_legend
from app_pages._planning_list import draw_list
from app_pages._planning_nav import MONTH, WEEK, draw_navigation, shown_days
from app_pages._post_preview import use_style
from compliance import clock
from i18n import _
from models.enums import ProductOwner
from models.session import reading
from workflow import editing, planning

actor = current_actor()
use_style()
heading(
    _("Calendrier"), _("Ce qui part, quand et où ; une date se déplace sous le calendrier, les signatures restent.")
)
today = clock.paris(clock.now()).date()
asked = parameter("jour")
day = date.fromisoformat(asked) if asked and len(asked) == len("2026-01-01") else today
with reading() as session:
    products = [row for row in editing.editor_view(session, actor).products if row.owner is ProductOwner.OWN]
kind, product_id = draw_navigation(day, today, {row.product_id: row.name for row in products})
with reading() as session:
    days = planning.calendar_view(session, actor, days=shown_days(kind, day), product_id=product_id)
if kind in {MONTH, WEEK}:
    draw_legend(product_id is not None)
    draw_grid(days, month=day.month if kind == MONTH else None, today=today)
draw_list(days)
