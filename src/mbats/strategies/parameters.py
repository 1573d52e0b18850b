"""Parameters of strategies as a person types and reads them. Text becomes a value by its type, it is never run."""

from __future__ import annotations

import difflib
import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, create_model

from mbats.errors.strategy import (
    InvalidParameter,
    ParameterSyntax,
    ParameterTwice,
    StrategyIncomplete,
    UnknownParameter,
)
from mbats.strategies.strategy import Strategy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

    from mbats.strategies.discovery import StrategySource

_BOUNDS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a strategy, for help texts and lists; `bounds` reads like ``>= 2, <= 500``."""

    name: str
    type: str
    default: Any
    bounds: str
    description: str


class Configured(NamedTuple):
    """A strategy ready for an allocation: an instance, or a ``bt.Strategy`` class beside its parameters."""

    strategy: Any
    parameters: dict[str, Any]


class ParameterReader:
    """Reads texts as values of one parameter of a strategy class, by its type and bounds.

    Raises
    ------
    UnknownParameter
    """

    def __init__(self, cls: type[Any], name: str) -> None:
        fields = _model(cls).model_fields
        if name not in fields:
            raise _unknown(cls.__name__, name, list(fields))
        self._strategy, self._name = cls.__name__, name
        self.integer = fields[name].annotation is int
        bounded: Any = Annotated[fields[name].annotation, Field(), *fields[name].metadata]
        self._adapter: TypeAdapter[Any] = TypeAdapter(bounded)

    def __call__(self, text: str) -> Any:
        """Return the value that `text` stands for; raises `InvalidParameter`."""
        try:
            return self._adapter.validate_strings(text)
        except ValidationError as error:
            problem = f"{self._name}={text}: {error.errors()[0]['msg'].removeprefix('Value error, ')}"
            raise InvalidParameter(strategy=self._strategy, problems=problem) from error


def configure(source: StrategySource, assignments: Iterable[str] = ()) -> Configured:
    """Return the strategy with its parameters set from texts such as ``rsi_period=20``.

    Raises
    ------
    ParameterSyntax, ParameterTwice, UnknownParameter, InvalidParameter
    """
    model = _model(source.cls)
    values = _split(source.name, assignments, list(model.model_fields))
    try:
        configured = model.model_validate_strings(values)
    except ValidationError as error:
        raise InvalidParameter(strategy=source.name, problems=_problems(error)) from error
    if isinstance(configured, Strategy):
        return Configured(configured, configured.parameters)
    return Configured(source.cls, configured.model_dump())


def configure_class(cls: type[Any], values: Mapping[str, Any]) -> Configured:
    """Return a strategy class with its parameters set from Python values.

    The parameters of a ``bt.Strategy`` have no declared types, so only their names are checked.

    Raises
    ------
    UnknownParameter, InvalidParameter, StrategyIncomplete
    """
    if inspect.isabstract(cls):
        missing = ", ".join(sorted(cls.__abstractmethods__))
        raise StrategyIncomplete(strategy=cls.__name__, file=cls.__module__, missing=missing)
    known = parameter_names(cls)
    for name in values:
        if name not in known:
            raise _unknown(cls.__name__, name, known)
    if not issubclass(cls, Strategy):
        return Configured(cls, _backtrader_defaults(cls) | dict(values))
    try:
        strategy = cls.model_validate(dict(values))
    except ValidationError as error:
        raise InvalidParameter(strategy=cls.__name__, problems=_problems(error)) from error
    return Configured(strategy, strategy.parameters)


def parameter_names(cls: type[Any]) -> list[str]:
    """Return the names of a strategy class's parameters, in its order."""
    return list(cls.model_fields) if issubclass(cls, Strategy) else list(_backtrader_defaults(cls))


def describe(source: StrategySource) -> tuple[Parameter, ...]:
    """Return name, type, default, bounds and description of each parameter, in the order of the class."""
    return tuple(_described(name, field) for name, field in _model(source.cls).model_fields.items())


def _model(cls: type[Any]) -> type[BaseModel]:
    if issubclass(cls, Strategy):
        return cls
    fields: dict[str, Any] = {name: (_type(value), Field(value)) for name, value in _backtrader_defaults(cls).items()}
    return create_model(cls.__name__, __config__=ConfigDict(arbitrary_types_allowed=True), **fields)


def _backtrader_defaults(cls: type[Any]) -> dict[str, Any]:
    """Read ``params`` of a ``bt.Strategy`` class, by the accessor of Backtrader's parameter classes."""
    return dict(cls.params._getpairs())


def _type(default: Any) -> Any:
    return Any if default is None else type(default)


def _described(name: str, field: FieldInfo) -> Parameter:
    bounds = [
        f"{sign} {getattr(rule, attribute)}"
        for rule in field.metadata
        for attribute, sign in _BOUNDS.items()
        if getattr(rule, attribute, None) is not None
    ]
    kind = getattr(field.annotation, "__name__", str(field.annotation))
    default = None if field.is_required() else field.get_default(call_default_factory=True, validated_data={})
    return Parameter(name, kind, default, ", ".join(bounds), field.description or "")


def _split(strategy: str, assignments: Iterable[str], known: list[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for text in assignments:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not name:
            raise ParameterSyntax(text=text, strategy=strategy, known=", ".join(known) or "none")
        if name not in known:
            raise _unknown(strategy, name, known)
        if name in values:
            raise ParameterTwice(strategy=strategy, name=name, first=values[name], second=value)
        values[name] = value
    return values


def _unknown(strategy: str, name: str, known: list[str]) -> UnknownParameter:
    close = difflib.get_close_matches(name, known, n=1)
    near = f"Did you mean {close[0]}? " if close else ""
    return UnknownParameter(strategy=strategy, name=name, near=near, known=", ".join(known) or "no parameters")


def _problems(error: ValidationError) -> str:
    return "; ".join(map(_problem, error.errors()))


def _problem(detail: Mapping[str, Any]) -> str:
    name = ".".join(map(str, detail["loc"]))
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "missing":
        return f"{name} has no value"
    return f"{name}={detail['input']}: {message}" if name else message
