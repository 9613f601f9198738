"""A process of its own that watches the workers, and answers when none of them can."""
