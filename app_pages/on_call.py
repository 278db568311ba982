"""Astreinte: who answers at night, on week-ends and holidays; how they are reached; what called them."""

from app_pages._on_call_alarms import draw_alarm
from app_pages._on_call_rota import draw_form, draw_weeks
from app_pages._on_call_ways import draw_office, draw_ways
from app_pages._page import current_actor, empty, heading, parameter, section
from compliance.permissions import Permission, allows
from i18n import _
from models.session import reading
from moderation import on_call_views

actor = current_actor()
serves = allows(actor, Permission.ON_CALL_SERVE)
wanted = parameter("alerte")
with reading() as session:
    view = on_call_views.rota(session, actor)
    opened = on_call_views.find_alarm(session, actor, wanted) if wanted and serves else None
heading(
    _("Astreinte"),
    _("Une urgence appelle la première personne, puis la suivante toutes les dix minutes, puis tout le monde."),
)
if opened:
    draw_alarm(opened, opened=True)
elif wanted and serves:
    empty(_("Cette alerte n'existe pas, ou plus. Celles des sept derniers jours sont en bas de la page."))
draw_weeks(view)
if view.may_keep:
    draw_form(view.people)
draw_office(view)
draw_ways(view)
if serves:
    section(_("Alertes des sept derniers jours"), str(len(view.alarms)))
    for row in view.alarms:
        if opened is None or row.alarm_id != opened.alarm_id:
            draw_alarm(row)
    if not view.alarms:
        empty(_("Aucune alerte. Les urgences, les délais et la file d'avant un jour de repos s'affichent ici."))
