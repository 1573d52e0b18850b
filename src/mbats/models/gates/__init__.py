"""What a challenger has to show before anything points to it."""
