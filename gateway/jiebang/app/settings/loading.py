"""Load the settings from the environment and the file it names, reporting every problem at once."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from jiebang.app.settings.code_limits import CodeLimits
from jiebang.app.settings.model import Settings
from jiebang.app.settings.sources import (
    FILE_VARIABLE,
    PREFIX,
    SEPARATOR,
    SettingProblem,
    SettingsSource,
    merge,
    read_environment,
    read_file,
)
from jiebang.app.settings.tenants import IssuerSettings, TenantSettings

#: Variables that Kubernetes sets in pods near a service called `jiebang`.
_SERVICE_LINK = re.compile(r"JIEBANG_(SERVICE_(HOST|PORT).*|PORT_\d+_.*)")


class SettingsError(Exception):
    """Lists every problem of the settings. The text contains no setting's value."""

    def __init__(self, problems: Sequence[SettingProblem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.setting))
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        super().__init__(f"Jiebang cannot start because of problems in its settings:\n{lines}")


def load_settings(env: Mapping[str, str] | None = None, *, serves: bool = True) -> Settings:
    """Load the settings from `env` (default: the process's environment) and the file it names.

    A process that does not serve requests (`serves=False`) needs neither keys nor issuers. Raises
    `SettingsError` with every problem.
    """
    environment = os.environ if env is None else env
    name = environment.get(FILE_VARIABLE)
    file = read_file(name) if name else SettingsSource({})
    given = read_environment(environment)
    data = merge(file.data, given.data)
    problems = [*file.problems, *given.problems]
    settings: Settings | None = None
    try:
        settings = Settings.model_validate(data)
    except ValidationError as error:
        problems += map(_setting_problem, error.errors(include_url=False, include_input=False))
    if serves and not _is_true(data.get("demo")):
        problems += [
            SettingProblem(setting=_variable(name), message="is missing", example=_example(name))
            for name in ("keys", "issuers")
            if not (getattr(settings, name) if settings else data.get(name))
        ]
    if settings is None or problems:
        raise SettingsError(problems)
    return settings


def _is_true(value: object) -> bool:
    try:
        return TypeAdapter(bool).validate_python(value)
    except ValidationError:
        return False


def _variable(name: str) -> str:
    return f"{PREFIX}{name.upper()}"


def _example(name: str) -> str:
    field = Settings.model_fields.get(name)
    return f"{_variable(name)}={field.examples[0]}" if field and field.examples else ""


def _setting_problem(error: ErrorDetails) -> SettingProblem:
    """Convert an error of pydantic."""
    where = error["loc"]
    depth = next((i for i, part in enumerate(where) if isinstance(part, int)), len(where))
    inside = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where[depth:])
    setting = _variable(SEPARATOR.join(map(str, where[:depth]))) + inside
    match error["type"]:
        case "extra_forbidden":
            what = f"is not a known setting{_advice(setting, where)}"
        case "missing":
            what = "is missing"
        case _:
            what = error["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return SettingProblem(setting=setting, message=what, example=_example(str(where[0])))


def _advice(setting: str, where: Sequence[int | str]) -> str:
    if _SERVICE_LINK.fullmatch(setting):
        return "; Kubernetes adds it: set enableServiceLinks to false for the pod"
    models: dict[str, type[BaseModel]] = {
        "tenants": TenantSettings,
        "issuers": IssuerSettings,
        "code_limits": CodeLimits,
    }
    model = models.get(str(where[0]), Settings) if len(where) > 1 else Settings
    close = difflib.get_close_matches(str(where[-1]), model.model_fields, n=1)
    if not close:
        return ""
    return f"; did you mean {_variable(close[0]) if len(where) == 1 else close[0]}?"
