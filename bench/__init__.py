"""How fast the site is built, measured; see README.md."""
