"""Reports: figures that were reckoned by hand, and the screens that show them."""
