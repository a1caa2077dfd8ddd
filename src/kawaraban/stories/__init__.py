"""Stories: items grouped by event, ranked by circulation, and what they say."""
