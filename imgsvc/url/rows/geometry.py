"""Grammars of the options that say how large the result is, and which part of the source it shows."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote

from imgsvc.options.geometry import COMPASS, OBJECTS, Gravity, GravityType
from imgsvc.options.processing import Crop, Extend, Padding, Trim
from imgsvc.url.arguments import (
    ABOVE_ZERO,
    BOOLEAN,
    COLOR,
    FRACTION,
    NATURAL,
    NOT_NEGATIVE,
    NUMBER,
    RESIZING_TYPE,
    Argument,
    gravity_type,
)
from imgsvc.url.grammar import DEFAULTS, UNLIMITED, Args, Context, Grammar, Options, given, several, shortened, updated

# A type and two offsets.
_PLACED = 3
# In the order of the enum: messages list them.
_COMPASS = tuple(each for each in GravityType if each in COMPASS)
_GRAVITY = gravity_type(
    *_COMPASS, GravityType.SMART, GravityType.FOCUS_POINT, GravityType.OBJECTS, GravityType.WEIGHTED_OBJECTS
)
_OBJECTS_POSITION = gravity_type(*_COMPASS, GravityType.FOCUS_POINT, GravityType.PROPORTIONAL)
# Of words that have no offsets.
_BARE = frozenset({GravityType.SMART, GravityType.PROPORTIONAL})
_EXTEND_GRAVITY = gravity_type(*_COMPASS, GravityType.FOCUS_POINT)


def _read_gravity(types: Argument[GravityType], args: Args, current: Gravity) -> Gravity:
    type_ = types.read(args[0])
    if type_ in _BARE:
        if len(args) > 1:
            raise ValueError(f"{type_.word} takes no offsets")
        return Gravity(type_)
    if type_ in OBJECTS:
        return Gravity(type_, classes=_classes(type_, args[1:]))
    if len(args) > _PLACED:
        raise ValueError(f"{len(args)} arguments are {len(args) - _PLACED} too many")
    offset = NUMBER
    if type_ is GravityType.FOCUS_POINT:
        if len(args) != 3:
            raise ValueError("fp takes two arguments, x and y")
        offset = FRACTION
    return Gravity(type_, updated(offset, args, 1, current.x), updated(offset, args, 2, current.y))


def _classes(type_: GravityType, args: Args) -> tuple[tuple[str, float], ...]:
    """Of detected objects. COMPAT: an argument is not percent-decoded, but names of classes have blanks."""
    if type_ is GravityType.OBJECTS:
        return tuple((unquote(name), 1.0) for name in args if name)
    if len(args) % 2:
        raise ValueError("what follows objw is no pairs of a class and its weight")
    return tuple((unquote(name), NOT_NEGATIVE.read(weight)) for name, weight in zip(args[::2], args[1::2], strict=True))


def _written_gravity(gravity: Gravity) -> list[list[str]]:
    """Arguments for each use that it takes: offsets that are no focus point's can only be set by another type."""
    if gravity.type is GravityType.OBJECTS:
        return [[gravity.type.word, *(quote(name, safe="") for name, _ in gravity.classes)]]
    if gravity.type is GravityType.WEIGHTED_OBJECTS:
        pairs = ((quote(name, safe=""), NOT_NEGATIVE.write(weight)) for name, weight in gravity.classes)
        return [[gravity.type.word, *(text for pair in pairs for text in pair)]]
    offsets = [NUMBER.write(gravity.x), NUMBER.write(gravity.y)]
    if gravity.type is not GravityType.FOCUS_POINT:
        return [shortened([gravity.type.word, *offsets], "0")]
    if 0 <= gravity.x <= 1 and 0 <= gravity.y <= 1:
        return [[gravity.type.word, *offsets]]
    return [[GravityType.CENTER.word, *offsets], [gravity.type.word, "", ""]]


def _resize(args: Args, options: Options, _context: Context) -> Options:
    resizing_type = updated(RESIZING_TYPE, args, 0, options.resizing_type)
    return replace(options, resizing_type=resizing_type, **_sides(args[1:], options))


def _write_resize(options: Options) -> list[list[str]]:
    sizes = [options.width, options.height]
    if options.resizing_type is DEFAULTS.resizing_type and not any(sizes):
        return []
    return [shortened([RESIZING_TYPE.write(options.resizing_type), *map(NATURAL.write, sizes)], "0")]


def _size(args: Args, options: Options, _context: Context) -> Options:
    return replace(options, **_sides(args, options))


def _sides(args: Args, options: Options) -> dict[str, Any]:
    return {
        "width": updated(NATURAL, args, 0, options.width),
        "height": updated(NATURAL, args, 1, options.height),
        "enlarge": updated(BOOLEAN, args, 2, options.enlarge),
        # Where `extend` is empty, the gravity behind it does not count either.
        "extend": _read_extend(args[3:], options.extend) if given(args, 3) else options.extend,
    }


def _zoom(args: Args, options: Options, _context: Context) -> Options:
    return replace(options, zoom_x=ABOVE_ZERO.read(args[0]), zoom_y=ABOVE_ZERO.read(args[-1]))


def _write_zoom(options: Options) -> list[list[str]]:
    zooms = [ABOVE_ZERO.write(options.zoom_x), ABOVE_ZERO.write(options.zoom_y)]
    return [] if zooms == ["1", "1"] else [shortened(zooms, zooms[0])]


def _read_extend(args: Args, current: Extend) -> Extend:
    gravity = _read_gravity(_EXTEND_GRAVITY, args[1:], current.gravity) if len(args) > 1 else current.gravity
    return Extend(BOOLEAN.read(args[0]), gravity)


def extending(name: str) -> Grammar:
    """`extend` and its like, for the field `name`."""

    def apply(args: Args, options: Options, _context: Context) -> Options:
        changed: dict[str, Any] = {name: _read_extend(args, getattr(options, name))}
        return replace(options, **changed)

    def build(options: Options) -> list[list[str]]:
        extend: Extend = getattr(options, name)
        enabled = BOOLEAN.write(extend.enabled)
        if extend.gravity == Gravity():
            return [[enabled]] if extend.enabled else []
        return [[enabled, *gravity] for gravity in _written_gravity(extend.gravity)]

    return Grammar(apply, build, most=4)


def _gravity(args: Args, options: Options, _context: Context) -> Options:
    return replace(options, gravity=_read_gravity(_GRAVITY, args, options.gravity))


def _write_gravity(options: Options) -> list[list[str]]:
    return [] if options.gravity == Gravity() else _written_gravity(options.gravity)


def _crop(args: Args, options: Options, _context: Context) -> Options:
    current = options.crop
    width = NOT_NEGATIVE.read(args[0])
    height = NOT_NEGATIVE.read(args[1]) if len(args) > 1 else current.height
    gravity = current.gravity
    if len(args) > 2:
        gravity = _read_gravity(_GRAVITY, args[2:], gravity or Gravity())
    return replace(options, crop=Crop(width, height, gravity))


def _write_crop(options: Options) -> list[list[str]]:
    crop = options.crop
    sizes = [NOT_NEGATIVE.write(crop.width), NOT_NEGATIVE.write(crop.height)]
    if crop.gravity:
        return [[*sizes, *gravity] for gravity in _written_gravity(crop.gravity)]
    return [] if crop == Crop() else [shortened(sizes, "0")]


def _objects_position(args: Args, options: Options, _context: Context) -> Options:
    return replace(options, objects_position=_read_gravity(_OBJECTS_POSITION, args, options.objects_position))


def _write_objects_position(options: Options) -> list[list[str]]:
    return [] if options.objects_position == Gravity() else _written_gravity(options.objects_position)


def _trim(args: Args, options: Options, _context: Context) -> Options:
    # Unlike the others, an empty threshold or color takes back what was set: off, and automatic.
    return replace(
        options,
        trim=Trim(
            threshold=updated(NUMBER, args, 0, None),
            color=updated(COLOR, args, 1, None),
            equal_hor=updated(BOOLEAN, args, 2, options.trim.equal_hor),
            equal_ver=updated(BOOLEAN, args, 3, options.trim.equal_ver),
        ),
    )


def _write_trim(options: Options) -> list[list[str]]:
    trim = options.trim
    texts = [
        "" if trim.threshold is None else NUMBER.write(trim.threshold),
        COLOR.write(trim.color) if trim.color else "",
        BOOLEAN.write(trim.equal_hor),
        BOOLEAN.write(trim.equal_ver),
    ]
    return [] if trim == Trim() else [shortened(texts, "", "0")]


def _padding(args: Args, options: Options, _context: Context) -> Options:
    # A side that is not given becomes the one opposite it (right: the top one), not what it was.
    top = updated(NATURAL, args, 0, options.padding.top)
    right = updated(NATURAL, args, 1, top)
    padding = Padding(top, right, updated(NATURAL, args, 2, top), updated(NATURAL, args, 3, right))
    return replace(options, padding=padding)


def _write_padding(options: Options) -> list[list[str]]:
    padding = options.padding
    sides = [padding.top, padding.right, padding.bottom, padding.left]
    for count, opposite in ((4, 1), (3, 0), (2, 0)):
        if len(sides) == count and sides[-1] == sides[opposite]:
            sides.pop()
    return [] if padding == Padding() else [[NATURAL.write(side) for side in sides]]


def _flip(args: Args, options: Options, _context: Context) -> Options:
    return replace(
        options,
        flip_horizontal=updated(BOOLEAN, args, 0, options.flip_horizontal),
        flip_vertical=updated(BOOLEAN, args, 1, options.flip_vertical),
    )


def _write_flip(options: Options) -> list[list[str]]:
    texts = [BOOLEAN.write(options.flip_horizontal), BOOLEAN.write(options.flip_vertical)]
    return [] if texts == ["0", "0"] else [shortened(texts, "0")]


RESIZE = Grammar(_resize, _write_resize, most=8)
SIZE = Grammar(_size, most=7)
ZOOM = Grammar(_zoom, _write_zoom, most=2)
# Objects take any number of classes; whatever else counts its arguments itself.
GRAVITY = Grammar(_gravity, _write_gravity, most=UNLIMITED)
CROP = Grammar(_crop, _write_crop, most=UNLIMITED)
CROP_ASPECT_RATIO = several("crop_aspect_ratio", NOT_NEGATIVE, BOOLEAN)
OBJECTS_POSITION = Grammar(_objects_position, _write_objects_position, most=3)
TRIM = Grammar(_trim, _write_trim, most=4)
PADDING = Grammar(_padding, _write_padding, most=4)
FLIP = Grammar(_flip, _write_flip, most=2)
