"""What the value of a property comes to: numbers, lengths, colors, fonts and transforms."""
