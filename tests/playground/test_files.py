"""What the page is made of."""

import re

from imgsvc.playground.files import CONTENT_SECURITY_POLICY, page_files

FILES = page_files()


def test_the_page_is_smaller_than_150_kb():
    assert sum(len(each.body) for path, each in FILES.items() if path != "/") < 150_000


def test_it_asks_no_other_host_for_anything():
    texts = [each.body.decode() for each in FILES.values()]

    assert {url for text in texts for url in re.findall(r"(?:https?:)?//[\w.-]+\.\w+", text)} <= {
        "//www.w3.org",
        "http://www.w3.org",
    }


def test_nothing_is_inline():
    html = FILES["/"].body.decode()

    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*src=)", html) == []


def test_strangers_words_never_become_markup():
    scripts = "".join(each.body.decode() for path, each in FILES.items() if path.endswith(".js"))

    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", scripts) == []


def test_every_file_that_the_page_names_is_there():
    html = FILES["/"].body.decode()
    imported = re.findall(r'from "\./([\w.]+)"', "".join(each.body.decode() for each in FILES.values()))

    named = {*re.findall(r'(?:href|src)="([\w.]+)"', html), *imported}
    assert {name for name in named if f"/{name}" not in FILES} == set()


def test_no_script_and_no_picture_comes_from_elsewhere():
    assert "script-src 'self';" in CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "frame-ancestors 'none'" in CONTENT_SECURITY_POLICY
