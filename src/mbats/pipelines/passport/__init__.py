"""Why a trade was made: everything that is known of it, and whether it can be decided again."""
