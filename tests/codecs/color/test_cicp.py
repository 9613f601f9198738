import struct

import pytest
from PIL import Image

from imgsvc.codecs.color.cicp import profile_of
from imgsvc.codecs.color.conversion import is_usable, to_result
from imgsvc.codecs.picture import Picture
