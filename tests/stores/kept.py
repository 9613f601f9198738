"""The settings by which something is kept in a bucket of a real server."""

from collections.abc import Mapping

from tests.stores.amazon import KEY_ID, SECRET
from tests.stores.clouds import Cloud

AMAZONS = {"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_CONFIG_FILE": "/nowhere"}
GOOGLES = {"NO_GCE_CHECK": "true", "CLOUDSDK_CONFIG": "/nowhere"}


def environ_of(scheme: str, cloud: Cloud, prefix: str = "") -> dict[str, str]:
    """The server's, whose sources are elsewhere: of the store's settings all but the switch."""
    plain: Mapping[str, str] = {"s3": AMAZONS, "gs": GOOGLES}.get(scheme, {})
    named = {f"IMGSVC_{name}": value for name, value in cloud.settings.items() if not name.startswith("USE_")}
    return {**plain, **named, "IMGSVC_RESULT_STORE": f"{scheme}://shop/{prefix}"}
