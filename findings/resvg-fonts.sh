#!/usr/bin/env bash
# A text in a font that is not there is left out of the picture, and nothing says so.
cd "$(dirname "$0")" && . ./fresh.sh

# A browser takes any other font, whatever the list of families says. usvg looks for the names of the list, and for what
# `sans-serif` and the like stand for, which is Arial and its kin unless it is told otherwise; where none of them is
# installed the text has no shape. A name that is there at the end of the list is enough, and then it goes through all
# fonts for characters that this one lacks. The wheel resvg cannot be told what the generic names mean; resvg-py can.
packages resvg==0.2.0 reportlab==5.1.0
sees 'No Such Font: nothing is drawn
sans-serif: nothing is drawn
No Such Font, Bitstream Vera Sans: drawn' <<'PYTHON'
from pathlib import Path

import reportlab
import resvg

options = resvg.usvg.Options.default()
# The fonts that come with this package, for the machine may have others.
options.load_fonts_dir(str(Path(reportlab.__file__).parent / "fonts"))


def picture(families):
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20">'
        f'<text x="2" y="15" font-size="14" font-family="{families}">Hello</text></svg>'
    )
    return bytes(resvg.render(resvg.usvg.Tree.from_str(svg, options), (1, 0, 0, 0, 1, 0)))


nothing = picture("No Such Font, No Other")
for families in ("No Such Font", "sans-serif", "No Such Font, Bitstream Vera Sans"):
    print(f"{families}: {'nothing is drawn' if picture(families) == nothing else 'drawn'}")
PYTHON
