"""The application as it is served: what safety needs holds wherever and however it is started."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASK = """
import app, streamlit.config
print(all(streamlit.config.get_option(name) == value for name, value in app.SAFE.items()))
"""


@pytest.mark.parametrize("folder", ["the project's", "another"])
def test_no_telemetry_no_traceback_and_no_agent_whatever_the_folder_and_environment(tmp_path, folder):
    loose = {"STREAMLIT_BROWSER_GATHER_USAGE_STATS": "true", "STREAMLIT_SERVER_ENABLE_AGENT_API": "true"}
    loose |= {"STREAMLIT_CLIENT_SHOW_ERROR_DETAILS": "full", "PYTHONPATH": str(ROOT)}
    told = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT if folder == "the project's" else tmp_path,
        env=os.environ | loose,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "True"
