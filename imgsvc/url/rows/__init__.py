"""The rows and grammars of the options, by what they are about; table.py puts them together."""
