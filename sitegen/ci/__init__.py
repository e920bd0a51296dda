"""The workflows of a CI: they check proposals, publish, file an incident from a form, and look after the accounts."""

from sitegen.ci.place import Place, find_place
from sitegen.ci.steps import next_steps
from sitegen.ci.workflows import PAGES_BRANCH, Host, workflows

__all__ = ["PAGES_BRANCH", "Host", "Place", "find_place", "next_steps", "workflows"]
