"""Keystone with a database of its own, and the swift service in its catalog; run by Keystone's Python.

    keystone_server.py FOLDER PORT SWIFT_URL

It answers on 127.0.0.1:PORT, everything that it keeps is in FOLDER, and it ends when its standard input does. Its
users are admin, and swift, who asks whether tokens are good; both have the password secret.
"""

import os
import subprocess
import sys
import threading
from importlib import import_module
from pathlib import Path

CONFIGURATION = """
[DEFAULT]
log_file = {folder}/log
[database]
connection = sqlite:///{folder}/database
[fernet_tokens]
key_repository = {folder}/tokens
[credential]
key_repository = {folder}/credentials
[cache]
enabled = false
"""
TOOL = Path(sys.executable).with_name("keystone-manage")


def main(folder: Path, port: int, swift: str) -> None:
    """Make folder, keys and database, then serve."""
    for name in ("tokens", "credentials"):
        (folder / name).mkdir(parents=True)
    configuration = folder / "keystone.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder))
    here = f"http://127.0.0.1:{port}/v3"
    manage(configuration, "db_sync")
    manage(configuration, "fernet_setup", f"--keystone-user={os.getuid()}", f"--keystone-group={os.getgid()}")
    manage(configuration, "bootstrap", "--bootstrap-password=secret", f"--bootstrap-public-url={here}")
    serve(folder, port)
    list_swift(here, swift)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    os._exit(0)


def manage(configuration: Path, *words: str) -> None:
    """Run Keystone's own tool."""
    subprocess.run([TOOL, "--config-file", configuration, *words], check=True, capture_output=True)


def serve(folder: Path, port: int) -> None:
    """Answer from now on. What is imported here reads the configuration then."""
    os.environ["OS_KEYSTONE_CONFIG_DIR"] = str(folder)
    application = import_module("keystone.server.wsgi").initialize_public_application()
    server = import_module("werkzeug.serving").make_server("127.0.0.1", port, application, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def list_swift(here: str, swift: str) -> None:
    """Write the object store into the catalog: internal and admin first, so that the order does not choose."""
    names = {"user_domain_name": "Default", "project_domain_name": "Default"}
    login = import_module("keystoneauth1.identity").V3Password(
        here, username="admin", password="secret", project_name="admin", **names
    )
    session = import_module("keystoneauth1.session").Session(login)
    service = session.post(f"{here}/services", json={"service": {"type": "object-store", "name": "swift"}}).json()
    elsewhere = "http://127.0.0.1:9"
    for interface, url in {
        "internal": elsewhere,
        "admin": elsewhere,
        "public": f"{swift}/v1/AUTH_%(project_id)s",
    }.items():
        row = {"service_id": service["service"]["id"], "interface": interface, "url": url}
        session.post(f"{here}/endpoints", json={"endpoint": row})


if __name__ == "__main__":
    given_folder, given_port, given_swift = sys.argv[1:]
    # Keystone reads the command line too.
    del sys.argv[1:]
    main(Path(given_folder), int(given_port), given_swift)
