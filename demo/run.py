"""`covigie demo` and `covigie run`: the processes, in order, and what the person is told."""

import os
import shutil
import socket
import sys
import time
from pathlib import Path

from i18n import _
from settings import get_settings
from supervisor import Child, ChildEnded, Supervisor

HOST = "127.0.0.1"
DEMO_DIR = Path("var/demo")
EVERY_SECONDS = 25
PUBLIC = "https://medias.labos-helior.example"
"""Where the sandbox's networks fetch files: an address that exists in the sandbox alone, and leads here."""


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _application() -> Child:
    port = get_settings().port
    arguments = ("-m", "uvicorn", "app:app", "--host", HOST, "--port", str(port), "--log-level", "warning")
    return Child("application", arguments, f"http://{HOST}:{port}/healthz")


def _worker() -> Child:
    return Child("worker", ("cli.py", "worker"))


def taken(port: int) -> bool:
    """Say whether another program already listens on a port."""
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def run_installation(*, worker: bool) -> int:
    """Start the application, with its worker unless told otherwise; return the exit status."""
    from models import migrate

    migrate.upgrade()
    settings = get_settings()
    children = [_application(), *([_worker()] if worker else [])]
    supervisor = Supervisor(settings.data_dir / "log")
    return _live(supervisor, lambda: _start_all(supervisor, children, settings.port))


def _start_all(supervisor: Supervisor, children: list[Child], port: int) -> None:
    for child in children:
        supervisor.start(child)
    _say(_("Covigie est ouvert : http://localhost:{port}   (Ctrl-C pour arrêter)").format(port=port))


def _live(supervisor: Supervisor, start: object) -> int:
    supervisor.listen()
    try:
        start()  # type: ignore[operator]
        supervisor.watch()
    except KeyboardInterrupt:
        _say("", _("Arrêt demandé, un instant…"))
        return 0
    except ChildEnded as ended:
        _say(ended.sentence())
        return 1
    finally:
        supervisor.stop()
        _say(_("Tout est arrêté. Rien de ce qui était enregistré n'est perdu."))
    return 0


def use_demo_database() -> None:
    """Point this process at the demonstration's folder, and seed it when it is empty."""
    _set_demo_environment(get_settings().port)
    from demo.seed import seeded
    from models import migrate

    migrate.upgrade()
    if seeded():
        return
    supervisor = Supervisor(DEMO_DIR / "log", _environment())
    try:
        _seed_with_sandbox(supervisor)
    finally:
        supervisor.stop()


def find_database_of(case_id: str) -> None:
    """Use the demonstration's database when this installation has none of its own and the demonstration has one."""
    settings = get_settings()
    own = settings.database_url or (settings.data_dir / "covigie.db").exists()
    if not own and (DEMO_DIR / "covigie.db").exists() and case_id:
        _set_demo_environment(settings.port)


def _environment() -> dict[str, str]:
    from demo.connecting import applications

    port = get_settings().port
    return {
        **applications(),
        "COVIGIE_DATA_DIR": str(DEMO_DIR),
        "COVIGIE_DEMO": "true",
        "COVIGIE_PORT": str(port),
        "COVIGIE_NETWORKS_URL": PUBLIC,
        "COVIGIE_X_BASE_URL": f"http://{HOST}:{port + 1}",
        **{
            f"COVIGIE_{network.upper()}_BASE_URL": f"http://{HOST}:{port + 1}/{network}"
            for network in ("facebook", "instagram", "linkedin", "tiktok", "youtube")
        },
        "COVIGIE_SMTP_HOST": HOST,
        "COVIGIE_SMTP_PORT": str(port + 2),
        "COVIGIE_PV_MAILBOX": "pharmacovigilance@helior.example",
        "COVIGIE_MAIL_FROM": "covigie@helior.example",
        "COVIGIE_POLL_SECONDS": "10",
        "COVIGIE_RECONCILE_SECONDS": "60",
    }


def _set_demo_environment(port: int) -> None:
    from models.session import engine

    os.environ["COVIGIE_PORT"] = str(port)
    os.environ.update(_environment())
    get_settings.cache_clear()
    engine.cache_clear()


def _sandbox(port: int) -> Child:
    comments = Path(__file__).parent / "data" / "comments.jsonl"
    arguments = (
        "-m", "connectors.sandbox", "--port", str(port + 1), "--smtp-port", str(port + 2),
        "--data", str(DEMO_DIR / "sandbox"), "--comments", str(comments), "--every", str(EVERY_SECONDS),
        "--address", f"{PUBLIC}=http://{HOST}:{port}",
    )  # fmt: skip
    return Child("sandbox", arguments, f"http://{HOST}:{port + 1}/_sandbox/health")


def run(*, reset: bool) -> int:
    """Start the demonstration; with `reset`, forget the earlier one first. Return the exit status."""
    port = get_settings().port
    busy = [str(p) for p in (port, port + 1, port + 2) if taken(p)]
    if busy:
        _say(
            _("Le port {ports} est déjà pris : une autre démonstration tourne peut-être. Arrêtez-la, ou choisissez un "
              "autre port : make demo COVIGIE_PORT=9501").format(ports=", ".join(busy))
        )  # fmt: skip
        return 1
    if reset:
        shutil.rmtree(DEMO_DIR, ignore_errors=True)
    _set_demo_environment(port)
    supervisor = Supervisor(DEMO_DIR / "log", _environment())
    return _live(supervisor, lambda: _start_demo(supervisor, port))


def _start_demo(supervisor: Supervisor, port: int) -> None:
    from models import migrate

    started = time.monotonic()
    migrate.upgrade()
    _seed_with_sandbox(supervisor)
    supervisor.start(_worker())
    supervisor.start(_application())
    _say(*_welcome(port, time.monotonic() - started))


def _seed_with_sandbox(supervisor: Supervisor) -> None:
    from connectors.sandbox import OAUTH2
    from demo.seed import seed, seeded

    supervisor.start(_sandbox(get_settings().port))
    if seeded():
        return
    # Beside what a command answers, so that `covigie cases --demo --first` prints the id alone.
    sys.stderr.write(_("Première mise en route : création de la démonstration (une minute environ)…") + "\n")
    seed(f"http://{HOST}:{get_settings().port + 1}", OAUTH2)


def _welcome(port: int, seconds: float) -> list[str]:
    from demo.stage import load

    people = [f"    {one['login']:<16} {one['name']:<16} {one['says']}" for one in load("people.yaml")]
    return [
        "",
        _("Covigie est ouvert (en {n:.0f} s) : http://localhost:{port}").format(n=seconds, port=port),
        "",
        _("Comptes de démonstration, mot de passe {password} :").format(password=get_settings().demo_password),
        *people,
        "",
        _("À essayer d'abord :"),
        _("  1. claire.duval : Mon travail, relire « Octobre rose, semaine 2 », voir ce qui a changé, signer."),
        _("  2. nadia.benali : File PV, prendre un commentaire, le qualifier, transmettre le cas."),
        _("  3. camille.roche : « Rinozel : saison des pollens », lire les constats ; Gens en attente, répondre."),
        _("Le réseau de démonstration (le public) : http://localhost:{n}").format(n=port + 1),
        _("Les mails envoyés à la pharmacovigilance : http://localhost:{n}/inbox").format(n=port + 1),
        _("Ctrl-C pour tout arrêter."),
    ]
