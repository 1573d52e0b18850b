"""The generated market that needs no vendor: bid and ask bars between real ECB reference rates."""
