"""What is decided of likely doubles, and what it does."""
