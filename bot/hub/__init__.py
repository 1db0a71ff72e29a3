"""Pull requests on GitHub: look, act, look again. Only `bot.hub.client` knows how GitHub is reached."""
