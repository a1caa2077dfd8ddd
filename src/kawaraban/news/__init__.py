"""News: what publishers wrote, as Items."""
