"""What CONTRIBUTING.md promises of the code, checked on the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from imgsvc import errors
from imgsvc.runtime.http.request_headers import READ
from imgsvc.url.table import OPTIONS

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "imgsvc"
TESTS = ROOT / "tests"

modules = [path.relative_to(PACKAGE) for path in sorted(PACKAGE.rglob("*.py")) if path.name != "__init__.py"]
every_module = pytest.mark.parametrize("module", modules, ids=str)

# These only bring others together; tests of what they bring together are theirs.
WITHOUT_TWIN = {Path("__main__.py"), Path("observer/__main__.py"), Path("playground/__main__.py")}


def trees() -> Iterator[ast.Module]:
    yield from (ast.parse((PACKAGE / module).read_text("utf-8")) for module in modules)


@every_module
def test_every_module_has_its_twin(module: Path) -> None:
    twin = TESTS / module.parent / f"test_{module.name}"

    assert module in WITHOUT_TWIN or twin.exists()


@every_module
def test_no_module_is_longer_than_300_lines(module: Path) -> None:
    assert len((PACKAGE / module).read_text("utf-8").splitlines()) <= 300


@pytest.mark.parametrize(
    "room", sorted({PACKAGE / each.parent for each in modules if each.parts[0] == "codecs"}), ids=str
)
def test_no_room_of_codecs_has_more_than_fifteen_modules(room: Path) -> None:
    assert len(list(room.glob("*.py"))) <= 15


@every_module
def test_no_module_is_named_for_nothing(module: Path) -> None:
    assert module.stem not in {"utils", "common", "helpers", "misc", "base", "core", "manager"}


@every_module
def test_no_function_is_longer_than_40_lines(module: Path) -> None:
    tree = ast.parse((PACKAGE / module).read_text("utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]

    assert [node.name for node in functions if (node.end_lineno or 0) - node.body[0].lineno >= 40] == []


@every_module
def test_importing_a_module_computes_no_pixels_and_no_profiles(module: Path) -> None:
    """It would touch the pages of NumPy and LittleCMS that do so in every process, asked for or not."""
    tree = ast.parse((PACKAGE / module).read_text("utf-8"))
    assigned = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
    calls = [call for node in assigned for call in ast.walk(node) if isinstance(call, ast.Call)]

    called = {ast.unparse(call.func) for call in calls}
    costly = {name for name in called if re.match(r"(np|numpy|ImageCms)\.(?!array$|float32$)", name)}
    assert costly == set()


def test_every_error_is_raised_somewhere() -> None:
    named = {node.id for tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Name)}
    named |= {node.attr for tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    leaves = {each.__name__ for each in vars(errors).values() if isinstance(each, type) and not each.__subclasses__()}
    kinds = {name for name in leaves if name.endswith("Error")}

    assert kinds - named == set()


def test_every_error_is_met_by_a_test() -> None:
    text = "".join(path.read_text("utf-8") for path in TESTS.rglob("*.*") if path.suffix in (".py", ".toml"))
    leaves = {name for name, each in vars(errors).items() if name.endswith("Error") and not each.__subclasses__()}

    assert {name for name in leaves if name not in text} == set()


def test_every_option_has_a_case_in_the_spec() -> None:
    text = "".join(path.read_text("utf-8") for path in (TESTS / "spec").glob("*.toml"))

    missing = [row.names[0] for row in OPTIONS if not re.search(rf"\b({'|'.join(row.names)}):", text)]
    assert missing == [], f"add a case of {missing} to tests/spec/url_options.toml"


def test_only_one_module_reads_the_environment() -> None:
    readers = [
        module
        for module in modules
        if re.search(r"\bos\.(environ\.get|environ\[[^]]*\](?! =)|getenv)", (PACKAGE / module).read_text())
    ]

    assert [str(module) for module in readers if module != Path("settings/environment.py")] == []


# What these take apart is no source URL; source_url.py has an expression of its own.
TAKES_A_URL_APART = {
    Path("cli.py"): "the URL of an imgsvc, on a command line",
    Path("drill/command.py"): "the address of the server that is drilled",
    Path("sources/network/client.py"): "the proxy's own URL, as urllib3 reads it",
}


def test_no_library_takes_a_source_url_apart() -> None:
    parser = re.compile(r"\b(urlsplit|urlparse|urljoin|urlunsplit|parse_url|splittype|splithost)\b")
    found = {module for module in modules if parser.search((PACKAGE / module).read_text("utf-8"))}

    assert found == set(TAKES_A_URL_APART)


def test_a_source_url_is_made_by_its_parse_alone() -> None:
    makers = [module for module in modules if re.search(r"\bSourceUrl\(", (PACKAGE / module).read_text("utf-8"))]

    assert makers == []


def test_nothing_is_patched_in_a_test() -> None:
    patching = re.compile(r"unittest\.mock|\bmonkeypatch\.(?!setenv|delenv|chdir)|\bmocker\b")
    tests = [path for path in TESTS.rglob("*.py") if path != Path(__file__)]

    assert [str(path) for path in tests if patching.search(path.read_text("utf-8"))] == []


def test_there_is_one_way_to_a_source() -> None:
    callers = [
        module for module in modules if re.search(r"\.open\(\w+, scope\)", (PACKAGE / module).read_text("utf-8"))
    ]

    assert [str(each) for each in callers] == ["sources/fetching.py", "sources/routing.py", "warming/pace.py"]


def test_no_header_is_read_past_the_table_of_those_that_are() -> None:
    past = re.compile(r"\bget_header\(\"(?!Cache-Control)|\breq(?:uest)?\.headers\b|HTTP_[A-Z]|\.getheader\(")
    rooms = [module for module in modules if module.parts[0] in ("web", "runtime")]
    table = Path("runtime/http/request_headers.py")
    # gunicorn's request, before there is an environment.
    parser = {Path("runtime/http/parsing.py"), Path("runtime/workers/serving.py")}
    readers = [each for each in rooms if past.search((PACKAGE / each).read_text("utf-8"))]

    assert set(readers) - {table} - parser == set()


def test_every_header_of_a_client_that_is_asked_for_is_in_the_table_of_those_that_are_read() -> None:
    asked = re.compile(r"\b(?:client|client_headers|current\.headers|\)\.headers)(?:\.get\(|\[)\"([^\"]+)\"")
    text = "".join((PACKAGE / module).read_text("utf-8") for module in modules if module.parts[0] in ("web", "runtime"))
    passed_on = re.findall(r'"(.+?)"', re.findall(r"_REQUEST_HEADERS = \((.+?)\)", text)[0])
    names = {*asked.findall(text), *passed_on}

    assert {"range", "accept", "cookie"} <= names
    assert names - {each.name for each in READ} == set()


@pytest.mark.parametrize("module", [each for each in modules if each.parts[0] == "web"], ids=str)
def test_nothing_of_a_request_is_read_but_its_method_and_its_environment(module: Path) -> None:
    tree = ast.parse((PACKAGE / module).read_text("utf-8"))
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)]
    read = {node.attr for node in nodes if isinstance(node.value, ast.Name) and node.value.id in ("req", "request")}

    assert read - {"method", "env", "context"} == set()


@every_module
def test_a_comment_tag_is_one_of_four(module: Path) -> None:
    tags = re.findall(r"#\s*([A-Z]{3,}):", (PACKAGE / module).read_text("utf-8"))

    assert set(tags) <= {"NOTE", "PERF", "SECURITY", "COMPAT"}
