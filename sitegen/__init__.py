"""sitegen: status pages and incident communication from git."""

__version__ = "0.1.0"
