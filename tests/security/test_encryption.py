import subprocess
import sys
from base64 import urlsafe_b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.security.encryption import SourceCipher

KEY = bytes.fromhex("1eb5b0e971ad7f45324c1bb15c947cb207c43152fa5c6c7f35c4f36e0c18e0f1")
KEYS = {256: KEY, 192: KEY[:24], 128: KEY[:16]}
CURIOSITY, MEADOW = "http://example.com/images/curiosity.jpg", "local:///meadow.jpg"
WHOLE_BLOCKS = "https://example.com/a.jpg?xyz=01"
# The first one is imgproxy's; the others were made with OpenSSL.
VECTORS = [
    (256, CURIOSITY, "p5VjorNdhs7mRRw8gA9TWoRlGci3l1kuzqN43UQlRaRIQ0qtBKW3qFABIsx-ZRz_cVc8iVTYbhsNsxNBL1BHaQ"),
    (192, CURIOSITY, "p5VjorNdhs7mRRw8gA9TWhjbcPk5VKnUREpezk-kYR8SsTCYI52MHn6Qt6BaWMwT3ZH9YSy_BJP2eKeA1QQ11A"),
    (128, CURIOSITY, "p5VjorNdhs7mRRw8gA9TWgnH19L6VuS8tp0x4seS9ADEhY8P4JYJFXL0zo6uvadB1eVJM3gC8pV0G50jZctkNA"),
    (256, MEADOW, "AAECAwQFBgcICQoLDA0ODw-KywWY2Za5ejzT_iJIZeOXQLwt1IYAuJiebyDcKrJV"),
    (192, MEADOW, "AAECAwQFBgcICQoLDA0OD1kVzdiRICFtyx-pdSwO8erM7qzy4BtwSSvyTPuJ__RN"),
    (128, MEADOW, "AAECAwQFBgcICQoLDA0ODx7n3EMkVCUyRNTNz689xjGgSrF9gsC-t225hAIcq1g2"),
    (256, WHOLE_BLOCKS, "AAECAwQFBgcICQoLDA0OD7fl5zIcxpy4GpzkCp0xD7kXhjRD3lOD5usHlW_fn50hwikHlKlQ5u2fgK7CBKa8WQ"),
    (256, "s3://b/k", "AAECAwQFBgcICQoLDA0OD1R_D6Rax51waM08OLgRj7U"),
]
REFUSED = {
    "a padding that is none": "p5VjorNdhs7mRRw8gA9TWoRlGci3l1kuzqN43UQlRaRIQ0qtBKW3qFABIsx-ZRz_cVc8iVTYbhsNsxNBL1BHaA",
    "a vector alone": "p5VjorNdhs7mRRw8gA9TWg",
    "40 bytes": "p5VjorNdhs7mRRw8gA9TWoRlGci3l1kuzqN43UQlRaRIQ0qtBKW3qA",
    "nothing": "",
}


def data(payload: str) -> bytes:
    return urlsafe_b64decode(payload + "=" * (-len(payload) % 4))


@pytest.mark.parametrize(("bits", "url", "payload"), VECTORS)
def test_a_payload_is_what_imgproxy_and_openssl_make_of_a_url(bits: int, url: str, payload: str) -> None:
    assert SourceCipher(KEYS[bits]).decrypted(data(payload)) == url.encode()


@pytest.mark.parametrize("payload", REFUSED.values(), ids=REFUSED)
def test_what_is_no_payload_is_refused(payload: str) -> None:
    assert SourceCipher(KEY).decrypted(data(payload)) is None


@given(url=st.text(max_size=99), key=st.sampled_from(list(KEYS.values())))
def test_decrypting_undoes_encrypting(url: str, key: bytes) -> None:
    cipher = SourceCipher(key)

    assert cipher.decrypted(cipher.encrypted(url)) == url.encode()


def test_a_url_always_has_one_payload_for_caches_know_pictures_by_it() -> None:
    first, second = SourceCipher(KEY).encrypted(CURIOSITY), SourceCipher(KEY).encrypted(CURIOSITY)

    assert first == second


@given(urls=st.lists(st.text(max_size=40), min_size=2, max_size=9, unique=True))
def test_no_two_urls_have_one_initialization_vector(urls: list[str]) -> None:
    cipher = SourceCipher(KEY)

    assert len({cipher.encrypted(url)[:16] for url in urls}) == len(urls)


@given(payload=st.binary(max_size=99))
def test_any_bytes_are_a_url_or_nothing(payload: bytes) -> None:
    found = SourceCipher(KEY).decrypted(payload)

    assert found is None or len(payload) % 16 == 0


def test_another_key_reads_nothing_of_it() -> None:
    payload = SourceCipher(KEYS[192]).encrypted(CURIOSITY)

    assert SourceCipher(KEYS[128]).decrypted(payload) != CURIOSITY.encode()


@pytest.mark.parametrize(
    ("before", "environ", "code"),
    [
        pytest.param("", {}, "sys.exit('cryptography' in sys.modules)", id="without a key it is not loaded"),
        pytest.param("", {"IMGSVC_SOURCE_URL_ENCRYPTION_KEY": KEY.hex()}, "", id="with one it is"),
        pytest.param("sys.modules['cryptography'] = None", {}, "", id="without a key it need not be there"),
    ],
)
def test_who_encrypts_nothing_does_not_pay_for_it(before: str, environ: dict[str, str], code: str) -> None:
    text = f"import sys\n{before}\nfrom imgsvc.app import create_application\ncreate_application({environ})\n{code}"

    assert subprocess.run([sys.executable, "-c", text], check=False).returncode == 0


def test_a_package_that_is_not_there_is_a_mistake_of_the_settings() -> None:
    text = (
        "import sys\nsys.modules['cryptography.hazmat.primitives.ciphers'] = None\n"
        "from imgsvc.security.encryption import SourceCipher\nfrom imgsvc.settings.env import SettingsError\n"
        "try: SourceCipher(bytes(16))\n"
        "except SettingsError as error: sys.exit('package cryptography' not in str(error))"
    )

    assert subprocess.run([sys.executable, "-c", text], check=False).returncode == 0
