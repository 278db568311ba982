"""A file on its way in: dropped, its columns said, tried, then handed to the engine."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import streamlit as st

from app_pages._counts import counted
from app_pages._import_rows import draw_problems
from app_pages._page import ON_LEAVING, line, perform, plain, section, typed_moment, visit
from app_pages._text import escaped
from app_pages._words import text
from compliance import clock
from errors import AppError, InvalidInput
from i18n import N_, _
from models.base import new_id
from models.enums import FileEncoding, ImportField, Network
from models.session import reading
from moderation.files import columns, importing, looking, sources, telling
from moderation.files.importing import FileToImport
from moderation.files.survey import Survey, survey

LARGEST = 100 << 20
TYPES = ["csv", "tsv", "txt", "jsonl", "ndjson", "xlsx"]
UPLOADS = "_import_uploads"
NEEDED_MARK = " *"
TOO_LARGE = N_(
    "Ce fichier dépasse {limit} Mo. Un administrateur l'importe depuis le serveur : covigie import-comments FICHIER "
    "--source NOM. Rien n'a été enregistré."
)


@dataclass
class Dropped:
    """The file that was dropped, as our own copy; `look`: what the dry run of these choices found."""

    file_id: str
    name: str
    path: Path
    surveys: dict[FileEncoding | None, Survey] = field(default_factory=dict)
    tried: Any = None
    look: looking.Look | None = None


def draw_import() -> None:
    """Draw the way in, from the file to the button that enters it."""
    left, right = st.columns([2, 1], gap="large")
    label = _("Fichier CSV, JSONL ou XLSX, un commentaire par ligne")
    given = left.file_uploader(label, type=TYPES, key=_uploader(), max_upload_size=LARGEST >> 20)
    with right:
        source = _draw_source()
    if given is None:
        return
    try:
        _draw_dropped(_copied(given), source)
    except AppError as error:
        st.error(plain(str(error)))


def _draw_source() -> str:
    """Draw who sends the file: one that is known, or a new name; return it."""
    with reading() as session:
        known = [each.display_name for each in sources.sources(session, Network.FILE)]
    chosen = None
    if known:
        chosen = st.selectbox(_("Source"), known, index=None, key="import_known", placeholder=_("Une nouvelle source"))
    if chosen:
        return chosen
    return st.text_input(_("Nom de la source"), key="import_source", placeholder=_("D'où vient ce fichier ?")).strip()


def _uploader() -> str:
    """Return the key of the uploader: a new one after each import, so that it is empty again."""
    return f"import_file_{st.session_state.setdefault(UPLOADS, 0)}"


def _copied(given: Any) -> Dropped:
    """Return our copy of the file, written once; the one before is forgotten."""
    held = visit().get("dropped")
    if isinstance(held, Dropped) and held.file_id == given.file_id:
        return held
    _forget()
    if given.size > LARGEST:
        raise InvalidInput(TOO_LARGE, limit=LARGEST >> 20)
    path = importing.spool_folder() / f"{new_id()}{Path(given.name).suffix.lower()}"
    path.write_bytes(given.getbuffer())
    dropped = Dropped(given.file_id, given.name, path)
    visit().update({"dropped": dropped, ON_LEAVING: dropped.path.unlink})
    return dropped


def _forget() -> None:
    held = visit().pop("dropped", None)
    visit().pop(ON_LEAVING, None)
    if isinstance(held, Dropped):
        held.path.unlink(missing_ok=True)


def _draw_dropped(dropped: Dropped, source: str) -> None:
    encoding = st.session_state.get("import_encoding")
    try:
        told = dropped.surveys.get(encoding) or survey(dropped.path, dropped.name, encoding)
        dropped.surveys[encoding] = told
    except InvalidInput:
        _draw_encoding()
        raise
    mapping = _draw_columns(dropped, told, source)
    _draw_encoding()
    st.datetime_input(
        _("La société a ce fichier depuis (si c'est avant aujourd'hui)"), None, key="import_had", format="DD/MM/YYYY"
    )
    if not source:
        line(_("Nommez la source : ses colonnes seront retenues pour son prochain fichier."), tone="info")
        return
    _draw_trial(FileToImport(dropped.path, dropped.name, told, mapping, spooled=True), dropped, source)


def _draw_encoding() -> None:
    st.selectbox(
        _("Encodage"), [None, FileEncoding.UTF_8, FileEncoding.CP1252, FileEncoding.UTF_16], key="import_encoding",
        format_func=lambda each: text(each) if each else _("reconnu"),
    )  # fmt: skip


def _draw_columns(dropped: Dropped, told: Survey, source: str) -> dict[str, str]:
    """Draw which column is what, as remembered for the source or guessed; return the choice."""
    section(_("Colonnes"), _("* nécessaires"))
    names = looking.columns_of(dropped.path, told.kind, told.encoding)
    with reading() as session:
        kept = sources.remembered(session, source)
    guess = columns.guessed(names, kept.mapping if kept else {})
    places = st.columns(4)
    chosen = {}
    for n, each in enumerate(ImportField):
        label = _(columns.LABELS[each]) + (NEEDED_MARK if each in columns.NEEDED else "")
        first = names.index(guess[each]) if each in guess else None
        # The key names the file and the source: another one starts from its own guess.
        key = f"import_{each}_{dropped.file_id}_{source}"
        chosen[each.value] = places[n % 4].selectbox(label, names, index=first, key=key, placeholder="—")
    return {name: column for name, column in chosen.items() if column}


def _draw_trial(file: FileToImport, dropped: Dropped, source: str) -> None:
    """Draw the dry run, then what it found; the button that enters the rows comes with it."""
    chosen = (file.survey, dict(file.mapping), source)
    if st.button(_("Essayer à blanc"), key="import_try"):
        bar = st.progress(0.0, _("Lecture du fichier…"))
        dropped.look = looking.look(
            file.path, file.survey.kind, file.survey.encoding, file.mapping, source,
            progress=lambda told: bar.progress(min(told / file.survey.size, 1.0)),
        )  # fmt: skip
        dropped.tried = chosen
        bar.empty()
    if dropped.look and dropped.tried == chosen:
        _draw_found(file, dropped.look, source)


def _draw_found(file: FileToImport, look: looking.Look, source: str) -> None:
    line(telling.foreseen(look), tone="warn" if look.wrong else "ok")
    for entry in look.sample:
        at = f"{clock.paris(columns.read(entry.at)):%d/%m/%Y %H:%M}"
        line(at, escaped(entry.author or "—"), escaped(entry.text[:200]))
    draw_problems(look.problems, look.wrong, "try")
    with st.container(horizontal=True, horizontal_alignment="right"):
        enter = counted(look.ready, N_("Importer {n} ligne"), N_("Importer {n} lignes"))
        st.button(
            enter, key="import_start", type="primary",
            disabled=not look.ready + look.known, on_click=start, args=(file, source),
        )  # fmt: skip


def start(file: FileToImport, source: str) -> None:
    """Hand the file to the engine; a callback."""
    typed: datetime | None = st.session_state.get("import_had")
    perform(
        importing.begin, source=source, file=file, had_at=typed_moment(typed),
        done=N_("Import commencé : le moteur continue seul, même si vous quittez cette page."),
        then=lambda _row: _started(),
    )  # fmt: skip


def _started() -> None:
    visit().pop("dropped", None)
    visit().pop(ON_LEAVING, None)
    st.session_state[UPLOADS] += 1
