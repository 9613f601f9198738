import json
import subprocess
import sys

CODE = """
from gunicorn.config import Config
from imgsvc.telemetry.arbiter_log import ArbiterLog
from imgsvc.telemetry.logs import configure_logging
from imgsvc.telemetry.settings import LogSettings
configure_logging(LogSettings(log_format="json"))
config = Config()
log = ArbiterLog(config)
log.info("Starting")
log.setup(config)
log.info("Listening")
"""


def test_gunicorn_s_lines_have_the_log_s_form_from_the_first_one_on_and_after_it_set_itself_up_again():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)

    assert [json.loads(line)["msg"] for line in done.stderr.splitlines()] == ["Starting", "Listening"]
