#!/usr/bin/env bash
# A text in a PNG that is named interlace or transparency changes what Pillow makes of its pixels.
cd "$(dirname "$0")" && . ./fresh.sh

# Also of 13.0.0. Texts go into the dictionary that the decoder keeps its own notes in, and whatever comes last is there;
# any keyword is allowed in a file, and editors let people choose theirs.
packages pillow==12.1.1
sees 'a text named Comment: [(64, (200, 60, 60))]
a text named interlace: OSError
a text named transparency: TypeError
a text named icc_profile: a profile that is a str' <<'PYTHON'
import io

from PIL import Image, PngImagePlugin


def seen(keyword):
    text, file = PngImagePlugin.PngInfo(), io.BytesIO()
    text.add_text(keyword, "yes")
    Image.new("RGB", (8, 8), (200, 60, 60)).save(file, "PNG", pnginfo=text)
    image = Image.open(io.BytesIO(file.getvalue()))
    if keyword == "icc_profile":
        return f"a profile that is a {type(image.info[keyword]).__name__}"
    try:
        return image.convert("RGBA" if keyword == "transparency" else "RGB").getcolors()
    except (OSError, TypeError) as error:
        return type(error).__name__


for keyword in ("Comment", "interlace", "transparency", "icc_profile"):
    print(f"a text named {keyword}:", seen(keyword))
PYTHON
