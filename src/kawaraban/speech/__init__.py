"""Speech: spoken lines to clips, by the voice each host has."""
