"""Targets of kind `branch`: a branch of the project's git remote that a host serves."""

from sitegen import output
from sitegen.git import Repository
from sitegen.git.fetching import has_remote
from sitegen.git.publishing import Site, publish_site
from sitegen.publish.job import DeployError, Job, require

REMOTE = "origin"


def deploy(job: Job) -> str:
    """One commit on the branch for a site that differs from the one there."""
    branch = require(job, "branch")
    repository = Repository.find(job.root)
    if repository is None or not has_remote(repository, REMOTE):
        raise DeployError(f"{job.root} has no git remote named {REMOTE}, so there is no branch to publish to.")
    site = Site(job.built.folder, job.built.paths, output.MANIFEST)
    published = publish_site(repository, REMOTE, branch, site, "Publish the status page")
    return f"{branch} at {published.commit[:10]}" + ("" if published.new else ", as before")
