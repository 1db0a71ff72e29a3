"""Rules about the images that containers run: where they come from, how they are named, how old they are."""
