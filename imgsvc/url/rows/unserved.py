"""The rows of options that need a model or a video decoder: read by their grammar, and without effect."""

from typing import Any

from imgsvc.url.arguments import ABOVE_ZERO, BOOLEAN, FRACTION, NATURAL, NOT_NEGATIVE, NUMBER, Argument
from imgsvc.url.grammar import Args, Context, Grammar, Options
from imgsvc.url.row import OptionRow

_MODEL, _DECODER = "a model that finds objects", "a video decoder"
_MOST_CLASSES = 100
_SHAPE = (BOOLEAN, BOOLEAN, BOOLEAN, FRACTION, FRACTION)


def checked(name: str, need: str, *arguments: Argument[Any], required: int = 1, classes: bool = False) -> Grammar:
    """Arguments that are looked at and forgotten; any number of names of classes may follow."""

    def apply(args: Args, options: Options, context: Context) -> Options:
        if len(args) < required:
            raise ValueError(f"it needs {required} arguments and has {len(args)}")
        for number, (argument, text) in enumerate(zip(arguments, args, strict=False)):
            if text or number < required:
                argument.read(text)
        context.warn(f"{name} does nothing here: there is no {need.removeprefix('a ')}")
        return options

    return Grammar(apply, most=len(arguments) + (_MOST_CLASSES if classes else 0))


def _row(names: str, shape: str, grammar: Grammar, example: str, does: str, need: str) -> OptionRow:
    return OptionRow(tuple(names.split()), shape, grammar, example, f"{does} Needs {need}: is read, and does nothing.")


def _of_model(names: str, shape: str, argument: Argument[Any], example: str, does: str) -> OptionRow:
    grammar = checked(names.split(maxsplit=1)[0], _MODEL, argument, classes=True)
    return _row(names, shape, grammar, example, does, _MODEL)


def _of_video(names: str, shape: str, arguments: tuple[Argument[Any], ...], example: str, does: str) -> OptionRow:
    grammar = checked(names.split(maxsplit=1)[0], _DECODER, *arguments, required=min(len(arguments), 5))
    return _row(names, shape, grammar, example, does, _DECODER)


# fmt: off
UNSERVED: tuple[OptionRow, ...] = (
    _of_model("crop_objects c_obj", "scale[:class...]", ABOVE_ZERO, "crop_objects:1.2:face", "Crops to what is found."),
    _of_model("blur_detections bd", "sigma[:class...]", NOT_NEGATIVE, "bd:12:face", "Blurs what is found."),
    _of_model("draw_detections dd", "boolean[:class...]", BOOLEAN, "dd:1:face", "Draws boxes around what is found."),
    _of_video("video_thumbnail_second vts", "seconds", (NOT_NEGATIVE,), "vts:3", "Takes a video's frame at a moment."),
    _of_video(
        "video_thumbnail_keyframes vtk", "boolean", (BOOLEAN,), "vtk:1", "Takes the last whole frame before it.",
    ),
    _of_video(
        "video_thumbnail_tile vtt",
        "step:columns:rows:width:height[:extend[:trim[:fill[:x[:y]]]]]",
        (NUMBER, NATURAL, NATURAL, NATURAL, NATURAL, *_SHAPE), "vtt:5:3:2:100:60", "Tiles a video's frames.",
    ),
    _of_video(
        "video_thumbnail_animation vta",
        "step:delay:frames:width:height[:extend[:trim[:fill[:x[:y]]]]]",
        (NUMBER, NATURAL, NATURAL, NATURAL, NATURAL, *_SHAPE), "vta:5:100:10:100:60", "Animates a video's frames.",
    ),
)
# fmt: on

NOTICE = f"No model and no video decoder: {', '.join(row.names[0] for row in UNSERVED)} in URLs do nothing."
