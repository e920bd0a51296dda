"""`sitegen.yaml` to Settings: the project's one file of settings, and the root of the project."""

from sitegen.config.declared import CAUSES, POLICY, SETTINGS
from sitegen.config.reading import Configuration, read, vocabulary
from sitegen.root import FILE

__all__ = ["CAUSES", "FILE", "POLICY", "SETTINGS", "Configuration", "read", "vocabulary"]
