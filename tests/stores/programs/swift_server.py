"""OpenStack Swift in one process: proxy, account, container and object server; run by Swift's Python.

    swift_server.py FOLDER PORT TOKEN_SECONDS [KEYSTONE_URL]

It answers on 127.0.0.1:PORT, everything that it keeps is in FOLDER, and it ends when its standard input does. Who may
read is tempauth's business, with tokens that live for so long, or Keystone's where its URL is given.
"""

import os
import pwd
import sys
import time
from importlib import import_module
from pathlib import Path

import eventlet
import eventlet.wsgi

eventlet.patcher.monkey_patch()

SETTINGS = """
[DEFAULT]
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
user = {user}
workers = 0
fallocate_reserve = 0
log_level = ERROR
log_address = /nowhere
"""
STORAGE = """
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""
PROXY = """
[pipeline:main]
pipeline = catch_errors memory {login} proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:memory]
paste.filter_factory = swift_server:memory
[filter:tempauth]
use = egg:swift#tempauth
token_life = {token_seconds}
storage_url_scheme = http
user_test_tester = testing .admin
user_test_stranger = testing
[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
www_authenticate_uri = {keystone}
auth_url = {keystone}
auth_type = password
interface = public
username = admin
password = secret
project_name = admin
user_domain_name = Default
project_domain_name = Default
delay_auth_decision = true
cache = swift.cache
[filter:keystoneauth]
use = egg:swift#keystoneauth
operator_roles = admin
"""


def main(folder: Path, port: int, token_seconds: str, keystone: str) -> None:
    """Make folder, rings and configuration, then serve."""
    servers = {kind: eventlet.listen(("127.0.0.1", 0)) for kind in ("account", "container", "object")}
    prepare(folder, {kind: sock.getsockname()[1] for kind, sock in servers.items()})
    login = "authtoken keystoneauth" if keystone else "tempauth"
    write(folder, "proxy", PROXY.format(login=login, token_seconds=token_seconds, keystone=keystone))
    utils = import_module("swift.common.utils")
    # It is fixed to /etc otherwise.
    utils.SWIFT_CONF_FILE = str(folder / "swift.conf")
    utils.validate_configuration()
    protocol = import_module("swift.common.http_protocol").SwiftHttpProtocol
    for kind, sock in {**servers, "proxy": eventlet.listen(("127.0.0.1", port))}.items():
        application = import_module("swift.common.wsgi").loadapp(str(folder / f"{kind}.conf"))
        eventlet.spawn(eventlet.wsgi.server, sock, application, log_output=False, protocol=protocol)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    eventlet.tpool.execute(sys.stdin.read)
    os._exit(0)


def prepare(folder: Path, ports: dict[str, int]) -> None:
    """One device, and rings that lead to it."""
    (folder / "devices" / "disk").mkdir(parents=True)
    (folder / "swift.conf").write_text("[swift-hash]\nswift_hash_path_suffix = test\n")
    for kind, port in ports.items():
        builder = import_module("swift.common.ring").RingBuilder(1, 1, 0)
        builder.add_dev({"region": 1, "zone": 1, "weight": 1, "ip": "127.0.0.1", "port": port, "device": "disk"})
        builder.rebalance()
        builder.get_ring().save(str(folder / f"{kind}.ring.gz"))
        write(folder, kind, STORAGE.format(kind=kind))


def write(folder: Path, kind: str, text: str) -> None:
    """Write what one of the servers reads."""
    user = pwd.getpwuid(os.getuid()).pw_name
    (folder / f"{kind}.conf").write_text(SETTINGS.format(folder=folder, user=user) + text)


class Memory:
    """What memcached is to Swift, as far as it is asked here."""

    def __init__(self):
        self._kept = {}

    def get(self, key, **_kept):
        value, end = self._kept.get(key, (None, 0))
        return None if end and end < time.time() else value

    def set(self, key, value, **kept):
        seconds = kept.get("time", 0)
        self._kept[key] = value, time.time() + seconds if seconds else 0

    def delete(self, key, **_kept):
        self._kept.pop(key, None)


def memory(_settings, **_own):
    """A filter that gives every request the same memory."""
    kept = Memory()

    def around(application):
        def answer(environ, start_response):
            environ["swift.cache"] = kept
            return application(environ, start_response)

        return answer

    return around


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4] if len(sys.argv) > 4 else "")
