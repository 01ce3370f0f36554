"""RFC 9457 problem details, the shape of every failure."""

from api.model import ApiModel


class FieldError(ApiModel):
    field: str
    message: str


class Problem(ApiModel):
    """`errors` name the fields at fault. A domain's own problems add what its callers need."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldError] | None = None
