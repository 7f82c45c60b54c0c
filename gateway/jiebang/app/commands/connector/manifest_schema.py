"""`jiebang connector schema`: the JSON Schema of manifests, for editors."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from jiebang.app.commands.connector.exit import refuse
from jiebang.app.commands.connector.source import installed_registry
from jiebang.app.settings.loading import load_settings
from jiebang.sdk import Kind

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
#: Fields that any manifest may have besides those of its kind.
_SHARED: dict[str, Any] = {
    "extends": {
        "type": "string",
        "description": "./name.yaml in the same folder, or preset:name",
    },
    "family": {"const": True, "description": "not a connector itself; others extend it"},
}


class _WithoutDefaults(GenerateJsonSchema):
    """Omits defaults: many are values that JSON cannot express, such as durations."""

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def schema(
    kind: Annotated[
        str | None, typer.Argument(help="rest, guide, ...; all kinds by default.")
    ] = None,
) -> None:
    """Print the JSON Schema of manifests, for completion and validation in an editor.

    Save it and start a manifest with `# yaml-language-server: $schema=FILE`.
    """
    models = {
        name: model
        for name, each in installed_registry(load_settings(serves=False)).kinds.items()
        if (model := model_of(each)) is not None
    }
    if kind is not None and kind not in models:
        refuse(f"There is no kind {kind} with a schema; expected {', '.join(sorted(models))}.")
    wanted = models if kind is None else {kind: models[kind]}
    typer.echo(json.dumps(manifest_schema(wanted), ensure_ascii=False, indent=2))


def model_of(kind: Kind) -> type[BaseModel] | None:
    """Return the model of a kind's manifests, if it has one."""
    model = getattr(kind, "model", None)
    return model if isinstance(model, type) and issubclass(model, BaseModel) else None


def manifest_schema(models: dict[str, type[BaseModel]]) -> dict[str, Any]:
    """Return one schema for all kinds, selected by the field `kind`."""
    schemas = {name: _kind_schema(name, model) for name, model in sorted(models.items())}
    if len(schemas) == 1:
        return {"$schema": _DRAFT, **next(iter(schemas.values()))}
    return {
        "$schema": _DRAFT,
        "type": "object",
        "properties": {"kind": {"enum": [*schemas]}},
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
                "then": {"$ref": f"#/$defs/{name}"},
            }
            for name in schemas
        ],
        "$defs": {name: {"$id": f"urn:jiebang:{name}", **each} for name, each in schemas.items()},
    }


def _kind_schema(name: str, model: type[BaseModel]) -> dict[str, Any]:
    found = model.model_json_schema(schema_generator=_WithoutDefaults)
    found["properties"] = {**found["properties"], "kind": {"const": name}, **_SHARED}
    # A manifest that extends another may omit inherited fields.
    needed = found.pop("required", [])
    found["if"] = {"anyOf": [{"required": ["extends"]}, {"required": ["family"]}]}
    found["else"] = {"required": needed}
    return found
