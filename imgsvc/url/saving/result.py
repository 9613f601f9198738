"""Grammar of the option that says what is sent: a picture in a format or in the best, or a text that stands for one."""

from dataclasses import replace

from imgsvc.options.formats import BY_WORD, Format
from imgsvc.options.saving import Placeholder
from imgsvc.url.arguments import FORMAT, Argument
from imgsvc.url.grammar import Args, Context, Grammar, Options

_PLACEHOLDERS = {each.word: each for each in Placeholder}
_BEST = "best"
# Nothing is made into PSD, whoever asks.
_WORDS = (*(word for word, each in BY_WORD.items() if each is not Format.PSD), _BEST, *_PLACEHOLDERS)


def _known(text: str) -> str:
    if text not in _WORDS:
        raise ValueError(text)
    return text


_WORD = Argument(f"one of {', '.join(_WORDS)}", _known)


def with_result(options: Options, text: str) -> Options:
    """`options` with what `text` names in place of what was asked for; ValueError says what was expected."""
    word = _WORD.read(text)
    return replace(options, format=BY_WORD.get(word), placeholder=_PLACEHOLDERS.get(word), best=word == _BEST)


def _apply(args: Args, options: Options, _context: Context) -> Options:
    return with_result(options, args[0])


def _build(options: Options) -> list[list[str]]:
    if options.placeholder:
        return [[options.placeholder.word]]
    if options.best:
        return [[_BEST]]
    return [[FORMAT.write(options.format)]] if options.format else []


RESULT = Grammar(_apply, _build)
