"""RFC 9457 problem details, the shape of every failure."""

from api.model import ApiModel


class FieldError(ApiModel):
    field: str
    message: str


class Problem(ApiModel):
    """`detail` says what happened, then what to do. `errors` names the wrong fields."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldError] | None = None
