"""Settings come from the command line or the environment; invalid ones raise SettingError."""

from pathlib import Path

import pytest

from webapp.errors import SettingError
from webapp.settings import SETTINGS, complete, defaults, find_root, from_command_line


def test_settings_use_defaults():
    assert from_command_line([], {}) == {}
    assert defaults()["PORT"] == 8000
    assert defaults()["HOST"] == "127.0.0.1"


def test_settings_come_from_the_environment():
    values = from_command_line([], {"INKWISE_PORT": "8765", "INKWISE_REQUEST_TIMEOUT": "0.5"})
    assert values == {"PORT": 8765, "REQUEST_TIMEOUT": 0.5}


def test_settings_command_line_wins_over_environment():
    assert from_command_line(["--port", "9001"], {"INKWISE_PORT": "8765"}) == {"PORT": 9001}


def test_settings_ignore_an_empty_variable():
    assert from_command_line([], {"INKWISE_PORT": ""}) == {}


def test_settings_names_are_split_at_commas():
    values = from_command_line(["--trusted-hosts", "inkwise.example, 10.0.0.5"], {})
    assert values["TRUSTED_HOSTS"] == ("inkwise.example", "10.0.0.5")


@pytest.mark.parametrize("text", ["eight", "80.5", "-1", "65536", "", "1e3"])
def test_settings_reject_invalid_port_in_one_sentence(text):
    with pytest.raises(SettingError) as caught:
        from_command_line([f"--port={text}"], {})
    assert str(caught.value) == f"expected a whole number from 0 to 65,535 for --port, received {text!r}"


@pytest.mark.parametrize("text", ["nan", "inf", "0", "soon"])
def test_settings_error_names_the_variable(text):
    with pytest.raises(SettingError, match="a number of seconds .* for INKWISE_REQUEST_TIMEOUT"):
        from_command_line([], {"INKWISE_REQUEST_TIMEOUT": text})


@pytest.mark.parametrize("arguments", [["--prot", "80"], ["--port"], ["surplus"], ["--thread", "4"]])
def test_settings_reject_unknown_flags(arguments):
    with pytest.raises(SettingError, match="--help lists every setting"):
        from_command_line(arguments, {})


@pytest.mark.parametrize(("templates", "root"), [("webapp/templates", "webapp"), ("templates", ".")])
def test_root_is_the_folder_with_templates(tmp_path, templates, root):
    (tmp_path / "webapp").mkdir()
    (tmp_path / templates).mkdir()
    assert find_root(tmp_path / "webapp") == tmp_path / root


@pytest.mark.parametrize(
    ("name", "folder"), [("room_folder", "room"), ("models", "models"), ("data", "data")]
)
def test_settings_folders_are_in_the_checkout(name, folder):
    assert defaults()[name.upper()] == Path(__file__).parents[1] / folder


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_settings_help_lists_unit_and_default(setting, capsys):
    with pytest.raises(SystemExit) as caught:
        from_command_line(["--help"], {})
    text = " ".join(capsys.readouterr().out.split())
    unit = f" {setting.unit}" if setting.unit else ""
    assert caught.value.code == 0
    assert f"{setting.flag} " in text
    assert setting.help in text
    assert setting.shown_default
    assert f"(default: {setting.shown_default}{unit}; {setting.variable})" in text


@pytest.mark.parametrize(
    ("arguments", "variables", "expected"),
    [
        (["--lan"], {}, True),
        (["--lan=1"], {}, True),
        (["--lan", "--port", "80"], {}, True),
        ([], {"INKWISE_LAN": "1"}, True),
        ([], {"INKWISE_LAN": "Yes"}, True),
        (["--lan=0"], {"INKWISE_LAN": "1"}, False),
        ([], {"INKWISE_LAN": "off"}, False),
    ],
)
def test_settings_switch_accepts_flag_or_value(arguments, variables, expected):
    assert from_command_line(arguments, variables)["LAN"] is expected


def test_settings_switch_rejects_other_values():
    with pytest.raises(SettingError, match="expected 1 or 0 for --lan, received 'perhaps'"):
        from_command_line(["--lan", "perhaps"], {})


@pytest.mark.parametrize(
    ("given", "host", "is_open"),
    [
        ({}, "127.0.0.1", False),
        ({"LAN": True}, "0.0.0.0", True),
        ({"HOST": "0.0.0.0"}, "0.0.0.0", True),
        ({"HOST": "192.168.1.7"}, "192.168.1.7", True),
        ({"HOST": "127.0.0.1", "LAN": True}, "127.0.0.1", True),
        ({"HOST": "localhost"}, "localhost", False),
    ],
)
def test_settings_complete_opens_the_network_for_lan_or_host(given, host, is_open):
    values = complete(given)
    assert (values["HOST"], values["LAN"]) == (host, is_open)
    assert values["PORT"] == 8000


@pytest.mark.parametrize(
    ("given", "host"),
    [
        ({"TRUSTED_PROXIES": 1}, "127.0.0.1"),
        ({"TRUSTED_PROXIES": 1, "LAN": True}, "127.0.0.1"),
        ({"TRUSTED_PROXIES": 1, "HOST": "10.0.0.5"}, "10.0.0.5"),
    ],
)
def test_settings_complete_listens_on_loopback_behind_a_proxy(given, host):
    values = complete(given)
    assert (values["HOST"], values["LAN"]) == (host, True)


def test_settings_log_format_is_text_or_json():
    assert from_command_line(["--log-format", "JSON"], {}) == {"LOG_FORMAT": "json"}
    with pytest.raises(SettingError, match="expected text or json for --log-format, received 'xml'"):
        from_command_line(["--log-format", "xml"], {})


@pytest.mark.parametrize("code", ["ab", "two words", "thirteenchars", "blå"])
def test_settings_reject_invalid_room_code(code):
    with pytest.raises(SettingError, match="expected 3 to 12 letters or digits for --room-code"):
        from_command_line(["--room-code", code], {})


def test_settings_convert_room_code_to_uppercase():
    assert from_command_line([], {"INKWISE_ROOM_CODE": " apple "}) == {"ROOM_CODE": "APPLE"}


@pytest.mark.parametrize("name", ["W" * 33, "🎉" * 9, "two\nlines", ""])
def test_settings_reject_invalid_wifi_name(name):
    with pytest.raises(SettingError, match="expected a Wi-Fi name of 1 to 32 bytes for --wifi, received"):
        from_command_line(["--wifi", name], {})


@pytest.mark.parametrize("password", ["seven77", "W" * 64])
def test_settings_reject_invalid_wifi_password_without_repeating_it(password):
    expected = f"for --wifi-password, received {len(password)} characters"
    with pytest.raises(SettingError, match=expected) as error:
        from_command_line(["--wifi", "Venue", "--wifi-password", password], {})
    assert password not in str(error.value)


def test_settings_keep_wifi_unchanged():
    environment = {"INKWISE_WIFI": " Bob's, net ", "INKWISE_WIFI_PASSWORD": " open sesame"}
    assert from_command_line([], environment) == {"WIFI": " Bob's, net ", "WIFI_PASSWORD": " open sesame"}
    assert from_command_line(["--wifi", "Venue", "--wifi-password", ""], environment)["WIFI_PASSWORD"] == ""


def test_settings_reject_wifi_password_without_name():
    with pytest.raises(SettingError, match="expected --wifi with --wifi-password"):
        complete({"WIFI_PASSWORD": "open sesame"})
