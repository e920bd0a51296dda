"""What earlier builds found out, kept under `.sitegen/cache/`: facts that are checked before they are believed."""

from sitegen.cache.digests import digest, digest_all
from sitegen.cache.drawers import Drawers, keep
from sitegen.cache.finished import Told, find_finished, list_source
from sitegen.cache.kept import Cache
from sitegen.cache.made import Made, MadePages
from sitegen.cache.program import digest_folder
from sitegen.cache.seen import Seen
from sitegen.cache.stamps import Stamp, find_stamp, make_stamp

__all__ = [
    "Cache",
    "Drawers",
    "Made",
    "MadePages",
    "Seen",
    "Stamp",
    "Told",
    "digest",
    "digest_all",
    "digest_folder",
    "find_finished",
    "find_stamp",
    "keep",
    "list_source",
    "make_stamp",
]
