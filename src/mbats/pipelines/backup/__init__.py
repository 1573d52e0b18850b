"""Everything that the stack must not lose, brought to a place of its own and back."""
