#!/usr/bin/env bash
# A variable in gunicorn's raw_env is not there yet when the worker's class is imported, and so comes too late for what is loaded with it.
cd "$(dirname "$0")" && . ./fresh.sh

# Arbiter.setup asks for worker_class, which imports it, and then sets the environment: OMP_NUM_THREADS, say, is read once by
# OpenMP when the first library that needs it is loaded, and a worker class that imports Pillow or numpy loads it.
packages gunicorn==27.0.1
sees 'the worker class is imported: OMP_NUM_THREADS=None
the application is imported: OMP_NUM_THREADS=1' <<'PYTHON'
import subprocess
import sys
from pathlib import Path

SAYS = "import os\nprint('{} is imported: OMP_NUM_THREADS=' + str(os.environ.get('OMP_NUM_THREADS')), flush=True)\n"
Path("own.py").write_text(SAYS.format("the worker class") + "from gunicorn.workers.sync import SyncWorker as Worker\n")
Path("app.py").write_text(SAYS.format("the application") + "app = None\nraise SystemExit(0)\n")
Path("conf.py").write_text("worker_class = 'own.Worker'\nraw_env = ['OMP_NUM_THREADS=1']\npreload_app = True\n")
command = [sys.executable, "-m", "gunicorn", "-c", "conf.py", "-b", "127.0.0.1:0", "app:app"]
print(subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=60).stdout.strip())
PYTHON
