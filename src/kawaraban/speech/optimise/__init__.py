"""Kokoro made faster on a CPU: an export's graph rewritten, quantised and kept, once."""
