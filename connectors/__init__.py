"""One channel a network: what the company says outside, and what is said to it."""
