"""Grammars and rows of the options that change how the picture looks."""
