"""Children live and die together: started in order, stopped together, also when one dies or Ctrl-C comes twice."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from supervisor import Child, ChildEnded, Supervisor

ROOT = Path(__file__).parents[2]
SLEEPER = Child("sleeper", ("-c", "import time; time.sleep(60)"))
SCRIPT = """
import sys
from pathlib import Path
from supervisor import Child, Supervisor
supervisor = Supervisor(Path(sys.argv[1]))
supervisor.listen()
try:
    for n in range(3):
        supervisor.start(Child(f"child{n}", ("-c", "import time; time.sleep(60)")))
    print("started", flush=True)
    supervisor.watch()
except KeyboardInterrupt:
    pass
finally:
    supervisor.stop()
    print("stopped", flush=True)
"""


def test_a_child_that_dies_is_named_with_the_end_of_its_log(tmp_path):
    supervisor = Supervisor(tmp_path)
    supervisor.start(SLEEPER)
    supervisor.start(Child("broken", ("-c", "raise SystemExit('no such database')")))
    with pytest.raises(ChildEnded) as ended:
        supervisor.watch()
    supervisor.stop()
    assert "broken" in ended.value.sentence()
    assert "no such database" in ended.value.sentence()
    assert supervisor.running["sleeper"].poll() is not None


def test_a_child_that_is_never_ready_is_an_end_too(tmp_path, monkeypatch):
    monkeypatch.setattr("supervisor.READY_SECONDS", 0.3)
    supervisor = Supervisor(tmp_path)
    with pytest.raises(ChildEnded):
        supervisor.start(Child("deaf", SLEEPER.arguments, ready="http://127.0.0.1:9/healthz"))
    supervisor.stop()


@pytest.mark.parametrize("signals", [1, 3], ids=["Ctrl-C", "Ctrl-C pressed impatiently"])
def test_no_child_is_left_behind(tmp_path, signals):
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "started\n"
    children = psutil.Process(process.pid).children(recursive=True)
    assert len(children) == 3
    for _ in range(signals):
        os.kill(process.pid, signal.SIGINT)
        time.sleep(0.05)
    out, _ = process.communicate(timeout=30)
    assert out == "stopped\n"
    assert not any(child.is_running() for child in children)


def test_a_child_that_ignores_the_request_is_ended_by_force(tmp_path, monkeypatch):
    monkeypatch.setattr("supervisor.GRACE_SECONDS", 0.5)
    supervisor = Supervisor(tmp_path)
    stubborn = (
        "import signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    )
    supervisor.start(Child("stubborn", ("-c", stubborn)))
    while "up" not in (tmp_path / "stubborn.log").read_text():
        time.sleep(0.05)
    supervisor.stop()
    assert supervisor.running["stubborn"].poll() == -signal.SIGKILL
