"""OpenStack Swift, and its logins."""
