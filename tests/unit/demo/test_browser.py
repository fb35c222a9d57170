"""`demo open` starts a browser with its own profile that trusts one certificate, no more."""

from pathlib import Path

import pytest

from onrecord.core.domain.errors import NotFound
from onrecord.demo.browser import browser_command, find_browser
from onrecord.demo.trust import trust_advice


def test_the_first_browser_that_is_installed_is_taken() -> None:
    installed = {"google-chrome": "/usr/bin/google-chrome", "chrome": "/opt/chrome"}
    assert find_browser(installed.get) == "/usr/bin/google-chrome"


def test_without_a_browser_it_says_what_to_do() -> None:
    with pytest.raises(NotFound, match="apt-get install chromium"):
        find_browser(lambda _: None)


def test_it_trusts_one_key_and_not_every_certificate(tmp_path: Path) -> None:
    command = browser_command("chromium", profile=tmp_path, pin="PIN=", url="https://a.localhost")
    assert "--ignore-certificate-errors-spki-list=PIN=" in command
    assert "--ignore-certificate-errors" not in command
    assert f"--user-data-dir={tmp_path}" in command
    assert command[-1] == "https://a.localhost"


def test_the_advice_names_the_file_for_each_system(tmp_path: Path) -> None:
    advice = trust_advice(tmp_path / "ca.crt")
    assert advice.count(str(tmp_path / "ca.crt")) == 6
    for system in ("Debian", "Fedora", "macOS", "Windows", "Firefox"):
        assert system in advice
