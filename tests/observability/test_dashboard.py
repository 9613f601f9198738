"""The dashboard fits the types that Grafana publishes of its dashboards."""

import json
import subprocess
from pathlib import Path

import pytest

from docs.dashboard import chosen
from tests.npm import install

HERE = Path(__file__).parent / "grafana"
DASHBOARD = Path(__file__).parents[2] / "observability" / "dashboard.json"
TYPES = "@grafana/schema/dist/types/raw/dashboard/x/types.gen"
STRICT = ("--noEmit", "--strict", "--skipLibCheck", "--moduleResolution", "bundler", "--module", "esnext")


def test_a_query_is_for_the_instances_that_were_chosen():
    assert chosen("x{OF, a=1}") == 'x{job="imgsvc", instance=~"$instance", a=1}'


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """What TypeScript says of a dashboard that is declared to be one of Grafana's; nothing if it is."""
    folder = install(HERE, tmp_path_factory.mktemp("grafana"))

    def check(dashboard):
        text = f'import type {{ Dashboard }} from "./node_modules/{TYPES}";\nexport const d: Dashboard = {dashboard};\n'
        (folder / "check.ts").write_text(text)
        compiler = ["node", "node_modules/typescript/bin/tsc", *STRICT, "check.ts"]
        return subprocess.run(compiler, cwd=folder, capture_output=True, text=True, timeout=100, check=False).stdout

    return check


@pytest.mark.slow
def test_the_dashboard_is_what_grafana_takes(checked):
    assert checked(DASHBOARD.read_text("utf-8")) == ""


@pytest.mark.slow
def test_one_with_a_mistake_would_be_found(checked):
    dashboard = json.loads(DASHBOARD.read_text("utf-8"))
    dashboard["panels"][1]["gridPoz"] = dashboard["panels"][1].pop("gridPos")

    assert "gridPoz" in checked(json.dumps(dashboard))
