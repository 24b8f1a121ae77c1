"""What a crisis is and what may happen to it: plain values and pure functions, no clock and no I/O."""
