"""Settings for the limits of one-time codes."""

from __future__ import annotations

import pytest

from jiebang.app.settings.code_limits import CodeLimits
from jiebang.app.settings.loading import SettingsError, load_settings
from jiebang.app.settings.model import Settings
from jiebang.gateway.domain.one_time_code import CodePolicy


def settings_with_limits(**limits: str) -> Settings:
    set_ = {f"JIEBANG_CODE_LIMITS__{name.upper()}": value for name, value in limits.items()}
    return load_settings({"JIEBANG_DEMO": "1", **set_})


def test_without_settings_the_limits_are_those_of_the_gateway() -> None:
    assert settings_with_limits().code_limits.policy == CodePolicy()


@pytest.mark.parametrize("name", CodeLimits.model_fields)
def test_each_setting_changes_the_policy(name: str) -> None:
    default = CodeLimits.model_fields[name].default
    value = default - 1 if name.startswith("number") else default + 1
    assert settings_with_limits(**{name: str(value)}).code_limits.policy != CodePolicy()


@pytest.mark.parametrize("name", CodeLimits.model_fields)
@pytest.mark.parametrize("value", ["0", "-1", "1000001", "many", "1.5"])
def test_what_is_no_limit_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"JIEBANG_CODE_LIMITS__{name.upper()}"):
        settings_with_limits(**{name: value})


@pytest.mark.parametrize(
    "limits",
    [
        {"number_source_per_day": "10"},
        {"number_caller_per_day": "20"},
        {"number_per_day": "10"},
        {"number_caller_per_day": "5"},
    ],
)
def test_a_stranger_must_not_be_able_to_lock_a_holder_out(limits: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="lock the holder of a number out"):
        settings_with_limits(**limits)


def test_a_name_that_is_almost_right_is_put_right() -> None:
    with pytest.raises(SettingsError, match="did you mean number_per_day"):
        settings_with_limits(numbers_per_day="3")
