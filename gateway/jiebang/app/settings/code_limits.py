"""Settings for one-time codes: limits on codes sent and wrong guesses."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from jiebang.app.settings.tenants import FROZEN
from jiebang.gateway.domain.one_time_code import CodeLimit, CodePolicy

_Count = Annotated[int, Field(ge=1, le=1_000_000)]
_DAY, _HOUR = timedelta(hours=24), timedelta(hours=1)


class CodeLimits(BaseModel):
    """Limits on codes sent and wrong guesses; the defaults are those of `CodePolicy`.

    A `source` is the network address of a page visitor; a `caller` is an app, or all visitors of a
    tenant together.
    """

    model_config = FROZEN

    resend_seconds: int = Field(default=60, ge=1, le=300)
    attempts: int = Field(default=5, ge=1, le=10)
    number_per_day: _Count = 20
    number_caller_per_day: _Count = 10
    number_source_per_day: _Count = 5
    caller_per_hour: _Count = 600
    caller_wrong_per_hour: _Count = 300
    visitors_per_hour: _Count = 600
    source_per_hour: _Count = 10
    source_wrong_per_hour: _Count = 30

    @model_validator(mode="after")
    def _require_increasing_limits(self) -> Self:
        if not self.number_source_per_day < self.number_caller_per_day < self.number_per_day:
            raise ValueError(
                "must keep number_source_per_day < number_caller_per_day < number_per_day, or one "
                "stranger could lock the holder of a number out for a day"
            )
        return self

    @property
    def policy(self) -> CodePolicy:
        return CodePolicy(
            resend=timedelta(seconds=self.resend_seconds),
            attempts=self.attempts,
            number=CodeLimit(codes=self.number_per_day, within=_DAY),
            number_caller=CodeLimit(codes=self.number_caller_per_day, within=_DAY),
            number_source=CodeLimit(codes=self.number_source_per_day, within=_DAY),
            caller=CodeLimit(
                codes=self.caller_per_hour, wrong=self.caller_wrong_per_hour, within=_HOUR
            ),
            visitors=CodeLimit(codes=self.visitors_per_hour, within=_HOUR),
            source=CodeLimit(
                codes=self.source_per_hour, wrong=self.source_wrong_per_hour, within=_HOUR
            ),
        )
