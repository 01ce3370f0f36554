"""Operation: everything about one route and method, said once.

function_app.py registers operations, http.py answers their calls, openapi.py describes them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from api.authorization import Permission
from api.call import Answer, Call
from api.errors import AppError


@dataclass(frozen=True, kw_only=True)
class Operation:
    """`name` is the function's name, `path` what follows /api/, `tag` the heading in the API's description."""

    name: str
    method: str
    path: str
    summary: str
    tag: str
    permission: Permission | None  # None: open to everyone, so its answer holds no secret
    or_permission: Permission | None = None  # a caller needs only one of the two
    handler: Callable[[Call], Answer]
    answer: type[BaseModel]
    other_answer: type[BaseModel] | None = None  # if a parameter asks for it
    accepted_answer: type[BaseModel] | None = None  # with 202, for callers that prefer not to wait
    text_media_type: str | None = None  # of an answer that is not JSON, if a parameter asks for it
    status: int = 200
    body: type[BaseModel] | None = None
    parameters: tuple[dict[str, Any], ...] = ()
    errors: tuple[type[AppError], ...] = ()

    @property
    def operation_id(self) -> str:
        return to_camel(self.name)
