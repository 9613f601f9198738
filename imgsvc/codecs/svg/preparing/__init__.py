"""What is put right in a tree before it is drawn, and what drawing it takes."""
