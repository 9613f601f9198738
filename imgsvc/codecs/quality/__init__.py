"""How much of a picture its compression loses, and the least quality that loses no more than is wanted."""
