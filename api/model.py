"""The base of every shape that is sent over HTTP: camelCase JSON, times in ISO 8601 UTC with Z."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class ApiModel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class BodyModel(ApiModel):
    """The base of every body that a caller sends: only known fields, by their names in JSON."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False)
