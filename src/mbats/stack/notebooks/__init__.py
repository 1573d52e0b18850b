"""The notebooks that tell the story, and how they come into a person's folder."""
