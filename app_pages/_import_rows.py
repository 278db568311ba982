"""The files that were imported: how far each is, what did not come in, and what became of that."""

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._counts import counted
from app_pages._page import empty, line, perform, section
from app_pages._text import escaped
from app_pages._words import badge
from i18n import N_, _
from models.enums import ImportStatus, RowProblem
from models.session import reading
from moderation.files import importing, telling
from moderation.queries import doors
from moderation.queries.doors import ImportLine

SHOWN = 50
EVERY_SECONDS = 2


def draw_imports() -> None:
    """Draw the last files; while one runs, its bar moves by itself."""
    with reading() as session:
        running = any(each.row.status is ImportStatus.RUNNING for each in doors.imports(session))
    st.fragment(_draw_list, run_every=EVERY_SECONDS if running else None)()


def _draw_list() -> None:
    with reading() as session:
        lines = doors.imports(session)
    section(_("Fichiers importés"), str(len(lines)))
    for each in lines:
        _draw_import(each)
    if not lines:
        empty(_("Aucun fichier. Déposez un export ci-dessus : un essai dit d'abord ce qui entrerait."))


def _draw_import(each: ImportLine) -> None:
    row = each.row
    name = Markup("<strong>{}</strong> · {}").format(escaped(row.file_name), escaped(each.source))
    why = _(row.error) if row.error else ""
    tone = "bad" if each.open else "ok" if row.status is ImportStatus.DONE else ""
    line(badge(row.status), name, ago(row.created_at), Markup("<br>{} {}").format(telling.outcome(row), why), tone=tone)
    if row.status is ImportStatus.RUNNING:
        st.progress(min(each.share, 1.0))
        st.button(_("Arrêter"), key=f"import_stop_{row.id}", on_click=stop, args=(row.id,))
    elif row.wrong:
        draw_problems(telling.problems(row.id), row.wrong, row.id)
    if each.open and row.status is not ImportStatus.RUNNING:
        _draw_settling(each)


def draw_problems(problems: Sequence[tuple[int, RowProblem]], wrong: int, key: str) -> None:
    """Draw the rows that do not come in, and the way to take their list away; nothing where there are none."""
    if not wrong:
        return
    with st.expander(counted(wrong, N_("{n} ligne à corriger"), N_("{n} lignes à corriger"))):
        for n, problem in problems[:SHOWN]:
            line(telling.problem_line(n, problem), tone="bad")
        if wrong > len(problems):
            st.caption(_("Les {n} premières sont dans la liste.").format(n=len(problems)))
        st.download_button(
            _("Télécharger la liste"), telling.problem_sheet(problems), "lignes-a-corriger.csv", "text/csv",
            key=f"import_problems_{key}",
        )  # fmt: skip


def _draw_settling(each: ImportLine) -> None:
    with st.popover(_("Dire ce que sont devenues ces lignes…")):
        st.text_input(_("Corrigées et réimportées, ou laissées parce que…"), key=f"import_why_{each.row.id}")
        st.button(
            _("Enregistrer"),
            key=f"import_settle_{each.row.id}",
            on_click=settle,
            args=(each.row.id, each.row.row_version),
        )


def stop(import_id: str) -> None:
    """Stop an import; a callback. It moves on by itself, so no version is asked for."""
    done = N_("Import arrêté. Ce qui était entré reste.")
    perform(importing.stop, import_id=import_id, done=done)


def settle(import_id: str, row_version: int) -> None:
    """Write down what became of the rows that did not come in; a callback."""
    reason = st.session_state.get(f"import_why_{import_id}", "")
    done = N_("C'est noté : ce fichier n'attend plus rien.")
    perform(importing.settle_problems, import_id=import_id, row_version=row_version, reason=reason, done=done)
