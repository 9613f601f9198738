"""How gunicorn runs imgsvc: numbers and names; docs/configuration.md has the settings behind them."""

from imgsvc import hooks

hooks.begin_loading()
_settings = hooks.settings()

# Where and how many
bind = hooks.address()
backlog = _settings.max_clients or 2048
reuse_port = _settings.so_reuseport
workers = _settings.worker_count()
worker_class = "imgsvc.runtime.workers.worker.ImageWorker"

# libimagequant (OpenMP) and numpy (OpenBLAS) would compute with a thread for each core, and those are other workers':
# a palette would take a half more of their time and a smart crop twice as much, for threads wait at full speed
raw_env = ["OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1"]

# How long
timeout = hooks.worker_timeout(_settings)
graceful_timeout = _settings.graceful_stop_timeout

# With preload, the next worker is there in under 100 ms; imgsvc.runtime.workers.recycling says when to replace one
preload_app = True

# Image URLs are long, and gunicorn takes 8190 bytes at most or any number: imgsvc.runtime.http.parsing has the limit
limit_request_line = 0
limit_request_fields = 100
# Within the limit of a whole head, imgsvc.runtime.clients.connection's
limit_request_field_size = 32768

# No client and no proxy says by a header what the scheme, the script's name or the path is: gunicorn would obey whoever
# comes over loopback or a unix socket, and answer 400 where two such headers contradict each other
secure_scheme_headers = {}
forwarder_headers = ""
header_map = "drop"

# The heartbeat is a file: never on a disk
worker_tmp_dir = "/dev/shm"  # noqa: S108

# It would start a thread in the arbiter, and so a fork could take a held lock with it
control_socket_disable = True

# The same parser everywhere, whatever happens to be installed
http_parser = "python"

# The application logs requests itself
accesslog = None
errorlog = "-"
logger_class = hooks.logger_class()

on_starting = hooks.on_starting
pre_fork = hooks.pre_fork
post_fork = hooks.post_fork
post_worker_init = hooks.post_worker_init
on_reload = hooks.on_reload
child_exit = hooks.child_exit
when_ready = hooks.when_ready
worker_abort = hooks.worker_abort
