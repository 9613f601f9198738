"""imgsvc with a thread that was started before the fork: what the boot guard is there for."""

import threading
import time

from imgsvc import app

threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
application = app.application
