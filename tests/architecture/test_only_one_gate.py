"""One gate to the networks: which code may publish is a list, and whoever adds to it reads this first.

`tests/use_cases/workflow/test_no_way_around.py` proves that each of these ways refuses what is not signed.
"""

import ast
import inspect
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [
    path
    for folder in ("app_pages", "compliance", "demo", "models", "moderation", "workflow")
    for path in (ROOT / folder).rglob("*.py")
] + [ROOT / name for name in ("app.py", "cli.py", "docgen.py", "supervisor.py")]


def users(pattern) -> set[str]:
    """Return the files in whose code some node is what is looked for."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        if any(pattern(node) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    }


def calls(name):
    return lambda node: (
        isinstance(node, ast.Call)
        and name == (node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", ""))
    )


def names(*dotted):
    wanted = {tuple(each.split(".")) for each in dotted}
    return lambda node: isinstance(node, ast.Attribute) and (getattr(node.value, "id", ""), node.attr) in wanted


@pytest.mark.parametrize(
    ("what", "pattern", "where"),
    [
        ("publish on a network", calls("publish"), {"workflow/delivery.py"}),
        ("write on a network", calls("reply"), {"workflow/delivery.py", "moderation/sending.py"}),
        ("write in private on a network", calls("answer_message"), {"moderation/sending.py"}),
        ("make a channel", calls("channel_for"), {"compliance/accounts.py"}),
        (
            "open a channel",
            calls("open_channel"),
            {
                "workflow/delivery.py", "moderation/sending.py", "moderation/concealing.py", "moderation/intake.py",
                "moderation/bypass.py", "compliance/account_health.py",
                "moderation/private_reading.py", "moderation/comment_switches.py",
            },
        ),
        ("call a post published", names("PostAction.PUBLISH"), {"workflow/publications.py", "workflow/views.py"}),
        ("start or confirm a publication", names("PublicationAction.START", "PublicationAction.CONFIRM"), {"workflow/delivery.py"}),
        ("queue a publication", names("EffectKind.PUBLISH"), {"workflow/delivery.py", "moderation/worker.py", "demo/writing.py"}),
        ("carry publications out", names("publishing.PUBLISH_HANDLER"), {"moderation/worker.py", "demo/writing.py"}),
        ("schedule", names("publishing.schedule"), {"workflow/planning.py", "app_pages/_post_publish.py", "demo/writing.py", "demo/outside.py"}),
        ("move a slot", names("planning.move"), {"app_pages/_planning_list.py"}),
        ("write an effect", names("outbox.enqueue", "outbox.enqueue_once"), {
            "compliance/alerts.py", "moderation/cases.py", "moderation/chasing.py", "moderation/on_call.py",
            "moderation/paging.py", "moderation/pv_mailbox.py", "moderation/visibility.py",
            "moderation/answering.py", "moderation/sending.py", "moderation/comment_switches.py",
            "workflow/delivery.py", "workflow/lapse_mails.py", "workflow/lapsing.py", "workflow/reminding.py",
            "workflow/teams.py", "workflow/telling.py",
        }),
    ],
)  # fmt: skip
def test_only_these_do_it(what, pattern, where):
    assert users(pattern) == where


def test_a_post_and_its_publications_change_status_through_their_tables_alone():
    """`apply` alone writes a status, so that no use case leaves out who may, what must be signed, and the trail."""

    def assigns_status(node):
        targets = node.targets if isinstance(node, ast.Assign) else ()
        flat = [each for target in targets for each in (target.elts if isinstance(target, ast.Tuple) else [target])]
        posts = ("post", "publication")
        return any(
            isinstance(each, ast.Attribute) and each.attr == "status" and getattr(each.value, "id", "") in posts
            for each in flat
        )

    assert users(assigns_status) == set()


GATE = {"workflow.publishing", "workflow.delivery", "workflow.publications", "compliance.outbox"}


def imported(code) -> set[str]:
    """Return the modules that some code imports, `from a import b` as `a.b`."""
    found = set()
    for node in ast.walk(ast.parse(textwrap.dedent(code))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        if isinstance(node, ast.ImportFrom):
            found |= {node.module or ""} | {f"{node.module}.{each.name}" for each in node.names}
    return found


def test_no_command_of_the_terminal_publishes():
    """The commands that start a worker start the one whose effects go through the gate; no other comes near it."""
    import cli

    groups = [cli.app, *(each.typer_instance for each in cli.app.registered_groups)]
    commands = [each.callback for group in groups for each in group.registered_commands]
    assert len(commands) > 10
    assert not imported((ROOT / "cli.py").read_text(encoding="utf-8")) & GATE
    reach = {
        each.__name__
        for each in commands
        if any("worker" in m or "demo.run" in m for m in imported(inspect.getsource(each)))
    }
    assert {"demo", "run", "worker"} <= reach
    assert not {each.__name__ for each in commands if "connectors" in "".join(imported(inspect.getsource(each)))} - {
        "account_connect"
    }


def test_no_route_of_the_application_publishes():
    """Beside the pages, which act through use cases, our own routes sign people in and out and tell health."""
    from app import app

    modules = {Path(inspect.getsourcefile(route.endpoint)) for route in app._user_routes}
    assert modules
    assert all(not imported(path.read_text(encoding="utf-8")) & GATE for path in modules)
