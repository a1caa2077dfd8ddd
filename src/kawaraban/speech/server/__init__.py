"""Speech servers: keys from the environment, requests with limits, answers as sound."""
