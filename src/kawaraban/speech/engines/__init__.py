"""Engines: one file each, imported only when a voice of theirs speaks."""
