"""Where crises are kept: one contract (`base`), and the engines that keep it."""
