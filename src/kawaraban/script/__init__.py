"""Script: rundown and template to the episode as it is spoken, in text a person can edit."""
