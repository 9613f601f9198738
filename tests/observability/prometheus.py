"""A real Prometheus on loopback that scrapes one server, and answers queries about it; a context manager."""

import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import pytest
import requests

from tests.ports import free_port

PROMETHEUS = shutil.which("prometheus")
PROMTOOL = shutil.which("promtool")
PATIENCE_SECONDS = 60

needs_prometheus = pytest.mark.skipif(
    not (PROMETHEUS and PROMTOOL), reason="there is no Prometheus here: apt-get install prometheus"
)

Series = dict[str, Any]


class Prometheus:
    """It scrapes `target` (ADDRESS:PORT) twice a second, as the job imgsvc, and evaluates `rules` if there are any."""

    def __init__(self, target: str, rules: Path | None = None) -> None:
        self.port = free_port()
        self._target, self._rules = target, rules

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory()
        config = Path(self._folder.name, "prometheus.yml")
        rules = f"rule_files: ['{self._rules}']\n" if self._rules else ""
        config.write_text(
            "global: {scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 1s}\n"
            f"{rules}scrape_configs: [{{job_name: imgsvc, static_configs: [{{targets: ['{self._target}']}}]}}]\n"
        )
        self.process = subprocess.Popen(
            [
                str(PROMETHEUS),
                f"--config.file={config}",
                f"--storage.tsdb.path={self._folder.name}/data",
                f"--web.listen-address=127.0.0.1:{self.port}",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.await_result('up{job="imgsvc"} == 1')
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.kill()
        self.process.wait()
        self._folder.cleanup()

    def query(self, expression: str) -> list[Series]:
        """What the expression gives now; ValueError if Prometheus finds a mistake in it."""
        answer = self._get("query", query=expression)
        if answer["status"] != "success":
            raise ValueError(f"{expression}: {answer['error']}")
        return list(answer["data"]["result"])

    def firing(self) -> set[str]:
        """The alerts that fire, or are about to."""
        return {alert["labels"]["alertname"] for alert in self._get("alerts")["data"]["alerts"]}

    def await_result(self, expression: str) -> list[Series]:
        """The first result of the expression that is not empty."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            with suppress(requests.RequestException, ValueError):
                if found := self.query(expression):
                    return found
            time.sleep(0.1)
        raise AssertionError(f"{expression} gave nothing for {PATIENCE_SECONDS} s")

    def _get(self, page: str, **parameters: str) -> dict[str, Any]:
        with requests.Session() as session:
            session.trust_env = False
            url = f"http://127.0.0.1:{self.port}/api/v1/{page}"
            return dict(session.get(url, params=parameters, timeout=PATIENCE_SECONDS).json())
