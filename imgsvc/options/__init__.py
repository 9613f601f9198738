"""The vocabulary: frozen values that every other room speaks. Nothing here does anything."""
