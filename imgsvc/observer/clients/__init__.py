"""Those who ask the observer: their requests are read, and answered, and none of them holds up another."""
