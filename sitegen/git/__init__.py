"""Files as they stood at a commit, and one edited file pushed, without the user's checkout in the way.

The only package that runs `git`, 2.30 or newer. What fails here is the world (network, rights, a missing name), not
what somebody wrote in a file: so it is told by one exception, whose text is whole and free of credentials.
"""

from sitegen.git.command import GitError, Repository
from sitegen.git.pushing import Pushed, push_edit
from sitegen.git.reading import files_at

__all__ = ["GitError", "Pushed", "Repository", "files_at", "push_edit"]
