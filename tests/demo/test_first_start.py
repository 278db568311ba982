"""The first start of the demonstration from a command: what it answers is the answer alone."""

from demo import run, seed


class NoSupervisor:
    """A supervisor that starts nothing."""

    def start(self, _child) -> None: ...


def test_what_is_told_while_the_demonstration_is_made_is_not_in_the_answer(monkeypatch, capsys):
    monkeypatch.setattr(seed, "seeded", lambda: False)
    monkeypatch.setattr(seed, "seed", lambda *_: None)
    run._seed_with_sandbox(NoSupervisor())
    said = capsys.readouterr()
    assert said.out == ""
    assert "Première mise en route" in said.err
