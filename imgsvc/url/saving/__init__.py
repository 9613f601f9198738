"""Grammars and rows of the options that say how the result's file is written."""
