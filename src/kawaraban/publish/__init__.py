"""Publishing: the record of an episode, and everything that is made from records alone."""
