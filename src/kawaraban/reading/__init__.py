"""Reading: written text to how it is said. A library under stories, script and speech."""
