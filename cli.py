"""`covigie …`: everything that is done from a terminal. Heavy modules are imported by the command that needs them."""

import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

import logs
from errors import AppError, InvalidInput
from i18n import N_, _
from models.enums import FileEncoding, Network, Role

UNREADY = N_(
    "La base de données n'est pas prête ({why}). Lancez d'abord « covigie setup », ou vérifiez COVIGIE_DATABASE_URL."
)
CATALOGUE = Path(__file__).parent / "demo" / "data" / "catalogue.json"

app = typer.Typer(
    help="Covigie: a pharmaceutical company's social media, end to end.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
user = typer.Typer(help="People and their roles.", no_args_is_help=True)
audit_app = typer.Typer(help="The audit chain.", no_args_is_help=True)
account = typer.Typer(help="The company's accounts on the networks.", no_args_is_help=True)
app.add_typer(user, name="user")
app.add_typer(account, name="account")
app.add_typer(audit_app, name="audit")


@app.command()
def demo(
    *, reset: Annotated[bool, typer.Option(help="Forget the demonstration's data and start afresh.")] = False
) -> None:
    """Start the demonstration: application, worker, networks' sandbox and mail inbox."""
    from demo import run as demonstration

    raise typer.Exit(demonstration.run(reset=reset))


@app.command()
def run(*, worker: Annotated[bool, typer.Option(help="Also start the worker.")] = True) -> None:
    """Start the application and its worker."""
    from demo.run import run_installation

    raise typer.Exit(run_installation(worker=worker))


@app.command()
def worker() -> None:
    """Start one worker; several may run on one database."""
    from models import migrate
    from moderation import worker as process

    migrate.upgrade()
    process.run()


@app.command()
def analyse(
    *,
    catalogue: Annotated[Path, typer.Option(help="JSON list of products; only `name` is needed.")],
    source: Annotated[Path, typer.Option("--input", help="JSONL, one comment a line.")],
    target: Annotated[Path, typer.Option("--output", help="JSONL, one analysis a line, in the same order.")],
) -> None:
    """Analyse comments from a file; no database is needed. A bad line is named on stderr and the status is 1."""
    from moderation.analyse_file import analyse_file

    raise typer.Exit(analyse_file(catalogue, source, target, sys.stderr))


@app.command("check-post")
def check_post(
    *,
    register: Annotated[Path, typer.Option(help="JSON list of products; only `name` is needed.")],
    source: Annotated[Path, typer.Option("--input", help="JSONL, one post a line.")],
    target: Annotated[Path, typer.Option("--output", help="JSONL, the findings of one post a line, in order.")],
    allow_links: Annotated[Path | None, typer.Option(help="The domains a post may point to, one a line.")] = None,
) -> None:
    """Check posts from a file; no database is needed. A bad line is named on stderr and the status is 1."""
    from compliance.clock import now, paris
    from workflow.checks.files import check_file

    today = paris(now()).date()
    raise typer.Exit(check_file(register, source, target, sys.stderr, today=today, allow_links=allow_links))


@app.command()
def train(
    *,
    catalogue: Annotated[Path, typer.Option(help="JSON list of the products that the corpus speaks of.")] = CATALOGUE,
    corpus: Annotated[Path | None, typer.Option(help="Folder of annotated comments; the built-in one if none.")] = None,
    target: Annotated[Path | None, typer.Option(help="Folder for the model; the built-in one if none.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same model on the same machine.")] = 20,
) -> None:
    """Train the detection model anew and measure its thresholds; five hours on two cores. Needs covigie[train]."""
    from moderation.analyse_file import read_catalogue
    from moderation.training.training import retrain

    retrain(read_catalogue(catalogue), corpus, target, seed)


@app.command()
def evaluate(
    *,
    catalogue: Annotated[Path, typer.Option(help="JSON list of the products that the corpus speaks of.")] = CATALOGUE,
    corpus: Annotated[Path | None, typer.Option(help="Folder of annotated comments; the built-in one if none.")] = None,
    calibrate: Annotated[bool, typer.Option(help="First measure the thresholds on the validation part.")] = False,
) -> None:
    """Print what the detection does on comments that nothing was trained or tuned on, and the price of each promise."""
    from moderation.analyse_file import read_catalogue
    from moderation.training.corpus import CORPUS
    from moderation.training.evaluating import recalibrate, report

    products = read_catalogue(catalogue)
    if calibrate:
        recalibrate(products, corpus or CORPUS)
    for line in report(products, corpus or CORPUS):
        typer.echo(line)


@app.command()
def cases(
    *,
    demo: Annotated[bool, typer.Option(help="Use the demonstration's database; seed it when there is none.")] = False,
    first: Annotated[bool, typer.Option(help="Print the id of the most complete case only.")] = False,
) -> None:
    """List the cases: number, state, awareness, due date."""
    from demo.run import use_demo_database
    from moderation.listing import case_lines

    if demo:
        use_demo_database()
    for line in case_lines(first=first):
        typer.echo(line)


@app.command("export-case")
def export_case(
    case_id: Annotated[str, typer.Argument(help="Number or id of the case.")],
    *,
    kind: Annotated[str, typer.Option("--format", help="e2b (XML), cioms (DOCX) or json.")] = "json",
    target: Annotated[Path | None, typer.Option("--output", help="File to write; standard output without it.")] = None,
) -> None:
    """Write one case as a document; the export is written in the audit chain. Why it is a draft goes to stderr."""
    from demo.run import find_database_of
    from moderation.listing import exported_case

    find_database_of(case_id)
    exported = exported_case(case_id, kind)
    for note in exported.notes:
        typer.echo(note, err=True)
    if target:
        target.write_bytes(exported.content)
    else:
        sys.stdout.buffer.write(exported.content)


@app.command()
def setup(*, catalogue: Annotated[Path, typer.Option(help="JSON list of products; only `name` is needed.")]) -> None:
    """Install the default circuits and register the products of a catalogue; again, it adds what is new."""
    import json

    from compliance.permissions import SYSTEM
    from models import migrate
    from models.session import transaction
    from workflow import circuits, product_changes

    migrate.upgrade()
    with transaction() as session:
        circuits.install_default_circuits(session, SYSTEM)
        for record in json.loads(catalogue.read_text(encoding="utf-8")):
            product_changes.take_in_product(session, SYSTEM, record=record)


@account.command("connect")
def account_connect(
    network: Network,
    handle: Annotated[str, typer.Option(help="The account's handle, without @.")],
    access: Annotated[str, typer.Option(prompt="Access token", hide_input=True)],
    secret: Annotated[str, typer.Option(prompt="Access token secret (OAuth 1.0a, else empty)", hide_input=True)] = "",
    client_id: Annotated[str, typer.Option(help="OAuth 1.0a consumer key.")] = "",
    client_secret: Annotated[str, typer.Option(help="OAuth 1.0a consumer secret.")] = "",
) -> None:
    """Connect an account, or connect it again: the token is tried on the network first, then kept encrypted."""
    from compliance.accounts import connect_account, identify
    from compliance.permissions import SYSTEM
    from connectors.base import Token
    from models import migrate
    from models.session import transaction

    migrate.upgrade()
    token = Token(access=access, secret=secret, client_id=client_id, client_secret=client_secret)
    known = identify(network, handle, token)
    with transaction() as session:
        connect_account(
            session,
            SYSTEM,
            network=network,
            handle=known.handle,
            display_name=known.name,
            external_id=known.id,
            token=token,
        )
    typer.echo(f"{network}: @{known.handle} ({known.name})")
    typer.echo("Its comments are read once legal and data protection have signed its terms (Conditions des réseaux).")


@user.command("add")
def user_add(
    login: str,
    name: Annotated[str, typer.Option(help="The name printed beside every signature.")],
    email: Annotated[str, typer.Option()],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
    role: Annotated[list[Role] | None, typer.Option(help="Repeat for several roles.")] = None,
) -> None:
    """Create a person."""
    from compliance import people
    from compliance.permissions import SYSTEM
    from models import migrate
    from models.session import transaction

    migrate.upgrade()
    with transaction() as session:
        made = people.create_user(session, SYSTEM, login=login, printed_name=name, email=email, password=password)
        for one in role or []:
            people.grant_role(session, SYSTEM, user_id=made.id, role=one)
    typer.echo(made.id)


@user.command("list")
def user_list() -> None:
    """List people with their roles."""
    from sqlmodel import col, select

    from compliance.sign_in import roles_of
    from models.session import reading
    from models.user import User

    with reading() as session:
        for one in session.exec(select(User).order_by(col(User.login))):
            roles = ", ".join(sorted(roles_of(session, one.id)))
            typer.echo(f"{one.login}\t{one.printed_name}\t{roles}\t{'' if one.active else 'inactive'}")


@user.command("deactivate")
def user_deactivate(login: str, reason: Annotated[str, typer.Option()]) -> None:
    """Close a person's access; the name stays on all that was signed."""
    from sqlmodel import select

    from compliance import people
    from compliance.permissions import SYSTEM
    from errors import NotFound
    from models.session import transaction
    from models.user import User

    with transaction() as session:
        found = session.exec(select(User).where(User.login == login)).first()
        if found is None:
            raise NotFound
        people.deactivate_user(session, SYSTEM, user_id=found.id, reason=reason)


@audit_app.command("verify")
def audit_verify(
    *,
    anchors: Annotated[
        Path | None, typer.Option(help="Folder of anchored heads, or an export (ZIP); the settings' folder without it.")
    ] = None,
) -> None:
    """Read the whole chain and check every link, every seal, every anchored head; status 1 when one fails."""
    from compliance.anchors import read_anchors
    from compliance.audit import verify_chain
    from models.session import reading
    from settings import get_settings

    known = read_anchors(anchors or get_settings().anchors)
    with reading() as session:
        report = verify_chain(session, known)
    typer.echo(f"{report.events} events, {report.seals} seals, {len(known)} anchors")
    if report.problem:
        typer.echo(f"BROKEN at event {report.problem.seq}: {report.problem.what}", err=True)
        raise typer.Exit(1)
    typer.echo(f"the chain holds ({datetime.now(UTC):%Y-%m-%d %H:%M} UTC)")


@app.command("import-comments")
def import_comments(
    file: Annotated[Path, typer.Argument(help="CSV, JSONL or XLSX, one comment a row.")],
    *,
    source: Annotated[str, typer.Option(help="Who sends it; its columns are remembered under this name.")],
    columns: Annotated[
        list[str] | None,
        typer.Option("--map", help="field=column: text, at, author, id, had, thread, parent; repeat it."),
    ] = None,
    encoding: Annotated[FileEncoding | None, typer.Option(help="When it is not UTF-8.")] = None,
    had: Annotated[datetime | None, typer.Option(help="Since when the company has had it, in Paris.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be entered.")] = False,
) -> None:
    """Import comments from a file of any size; killed, it goes on when run again, and nothing is entered twice."""
    from compliance.clock import from_paris
    from models import migrate
    from moderation.files import command, telling

    migrate.upgrade()
    mapping, say = command.read_mapping(columns or []), partial(typer.echo, err=True)
    if dry_run:
        looked = command.dry_run(file, source=source, mapping=mapping, encoding=encoding)
        telling.tell_look(looked, typer.echo)
        raise typer.Exit(1 if looked.wrong else 0)
    had_at = from_paris(had) if had else None
    done = command.import_comments(
        file, source=source, mapping=mapping, encoding=encoding, had_at=had_at, tell=lambda row: telling.tell(row, say)
    )
    telling.tell_end(done, typer.echo)
    raise typer.Exit(1 if done.wrong or done.error else 0)


@app.command("intake-key")
def intake_key(
    source: Annotated[str, typer.Argument(help="Name of the source; it delivers to /intake/NAME.")],
) -> None:
    """Print a new secret with which a program signs what it delivers; the one before no longer signs."""
    from compliance.permissions import SYSTEM
    from models import migrate
    from models.session import transaction
    from moderation import deliveries

    migrate.upgrade()
    with transaction() as session:
        secret = deliveries.new_key(session, SYSTEM, source=source)
    typer.echo(secret)


@app.command("import-bdpm")
def import_bdpm(
    medicines: Annotated[Path, typer.Argument(help="CIS_bdpm.txt, as published.")],
    compositions: Annotated[Path, typer.Argument(help="CIS_COMPO_bdpm.txt of the same day, as published.")],
) -> None:
    """Bring the list of medicines up to date from the public French base; it is used from the next start."""
    from moderation.detectors.products.public_base import import_base
    from settings import get_settings

    target = get_settings().medicines
    brands = import_base(medicines, compositions, target)
    typer.echo(f"{target}: {brands} brands")


@app.command()
def docs(
    *, check: Annotated[bool, typer.Option(help="Only say whether the generated pages are up to date.")] = False
) -> None:
    """Write the pages of docs/ that are made from the code."""
    import docgen

    raise typer.Exit(docgen.write(check=check))


def _run() -> None:
    """Run the command that was asked for; a database without its tables is refused as bad input is."""
    try:
        app()
    except Exception as error:
        exc = sys.modules.get("sqlalchemy.exc")  # who asks nothing of the database does not wait for its library
        if exc is None or not isinstance(error, (exc.OperationalError, exc.ProgrammingError)):
            raise
        raise InvalidInput(UNREADY, why=error.orig) from error


def main() -> None:
    """Run the command line; a refusal is a sentence, not a traceback."""
    logs.configure()
    try:
        _run()
    except AppError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
    except OSError as error:
        typer.echo(_("Un fichier n'a pas pu être lu ou écrit : {why}").format(why=error), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
