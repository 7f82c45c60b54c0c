"""`docs/operations.md` is correct."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from jiebang.app.settings.code_limits import CodeLimits
from jiebang.app.settings.loading import load_settings
from jiebang.app.settings.model import Settings
from jiebang.app.settings.tenants import TenantSettings

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")


def text_between(start: str, end: str) -> str:
    return PAGE.partition(start)[2].partition(end)[0].strip()


def default_cell(name: str, field: FieldInfo) -> str:
    if name == "data_dir":
        return "`/var/lib/jiebang` for root, else the user's data directory"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, BaseModel):
        return "see below"
    if value is None or value == () or value == {}:
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def table() -> str:
    rows = ["| setting | default | what it says | example |", "|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        (example,) = field.examples or [""]
        cells = (f"`JIEBANG_{name.upper()}`", default_cell(name, field), field.description, example)
        rows.append("| {} | {} | {} | `{}` |".format(*cells))
    return "\n".join(rows)


def test_the_table_of_settings_is_the_model() -> None:
    assert text_between("<!-- settings -->", "<!-- end of settings -->") == table()


@pytest.mark.parametrize("name", TenantSettings.model_fields)
def test_every_setting_of_a_tenant_is_explained(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("name", CodeLimits.model_fields)
def test_every_limit_of_codes_is_explained_with_its_default(name: str) -> None:
    assert f"`{name}` ({CodeLimits.model_fields[name].default})" in PAGE


@pytest.mark.parametrize(
    "name", ["port", "disable", "manifests", "allow_private", "tenants", "code_limits"]
)
def test_an_example_is_accepted(name: str) -> None:
    (example,) = Settings.model_fields[name].examples or [""]
    settings = load_settings({"JIEBANG_DEMO": "1", f"JIEBANG_{name.upper()}": str(example)})
    assert getattr(settings, name)


def test_the_example_file_is_accepted(tmp_path: Path) -> None:
    toml = text_between("```toml", "```").replace(
        "/etc/jiebang/jwks.json", str(tmp_path / "jwks.json")
    )
    (tmp_path / "jwks.json").write_text(
        '{"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "a", '
        '"x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}'
    )
    path = tmp_path / "jiebang.toml"
    path.write_text(toml)
    settings = load_settings({"JIEBANG_CONFIG": str(path)})
    assert settings.policies()["cmcc"].data_lag == 7
    assert settings.connector_settings()["net_disk"]["api_key"]
