from imgsvc.config import Config
from imgsvc.web.sections import Sections


def test_config_has_every_section_that_answers_depend_on():
    wanted = {name for name in vars(Sections) if not name.startswith("_")}

    assert wanted <= {*Config.__slots__}
