"""An admission that is the test itself."""


class Gate:
    """An admission that lets everybody in, and remembers."""

    def __init__(self):
        self.seen = []

    def check(self, source):
        self.seen.append(source)

    def check_quarantine(self, source):
        self.seen.append(("quarantine", source))

    def end(self, source, seconds, error):
        self.seen.append((source, error))
        return error is None

    def check_login(self, server):
        self.seen.append(server)

    def end_login(self, server, seconds, error):
        self.seen.append((server, error))
