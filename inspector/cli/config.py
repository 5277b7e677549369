"""Options from a file: TOML, its keys the long options of the command line, which wins over it."""

import json
import os
import re
import textwrap
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from inspector.cli.options import Command, FileName
from inspector.errors import InspectorError
from inspector.protocol.schema_hints import nearest

Schema = dict[str, Any]
Place = tuple[str | int, ...]
"""Where something stands in the file: the key, and what leads on from it."""

_LINES = "inspector.cli.config.lines"
"""Under which name click's context keeps where options stand in the file."""

_AT_LINE = re.compile(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", re.DOTALL)
"""How tomllib ends its words."""


def config(command: Command) -> Command:
    """Give a command ``--config`` and ``--config-example``. What may stand in the file is what ``proxy`` takes."""
    file = click.option(
        "--config",
        type=FileName(),
        metavar="FILE",
        is_eager=True,
        expose_value=False,
        callback=_take_from_file,
        help="Take options from a TOML file; those given here win.",
    )
    example = click.option(
        "--config-example",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_print_example,
        help="Print such a file with every option, and stop.",
    )
    return file(example(command))


def _take_from_file(ctx: click.Context, _: click.Parameter, path: Path | None) -> None:
    if path is not None:
        ctx.default_map = defaults(path, _options(), ctx)


def placed(ctx: click.Context, name: str, words: str) -> str:
    """Put before words about an option, by click's name, where it stands in the file, if that is where it is from."""
    from_file = ctx.get_parameter_source(name) is click.core.ParameterSource.DEFAULT_MAP
    return f"{ctx.meta[_LINES][name]}: {words}" if from_file else words


def _print_example(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(example(_options()), nl=False)
        ctx.exit()


def _options() -> dict[str, click.Option]:
    """Return what may stand in the file, by its name there."""
    from inspector.cli.proxy_command import command

    return {
        _name(option): option
        for option in command.params
        if isinstance(option, click.Option) and not option.hidden and not option.is_eager
    }


def _name(option: click.Option) -> str:
    return max(option.opts, key=len).removeprefix("--")


def schema(options: Mapping[str, click.Option]) -> Schema:
    """Return the JSON schema of the file: which keys, and values of which type."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {name: _schema_of(option) for name, option in options.items()},
        "additionalProperties": False,
    }


def _schema_of(option: click.Option) -> Schema:
    one = _schema_of_type(option.type)
    if not option.multiple:
        return one
    many: Schema = {"type": [one["type"], "array"], "items": one}
    if option.default and isinstance(option.default, Sequence):
        many["minItems"] = 1
    if _is_pair(option):
        many["type"].append("object")
        many["additionalProperties"] = one
    return many


def _schema_of_type(kind: "click.ParamType[Any]") -> Schema:
    if isinstance(kind, click.Choice):
        return {"type": "string", "enum": list(kind.choices)}
    for click_type, json_type in ((click.types.BoolParamType, "boolean"), (click.types.IntParamType, "integer")):
        if isinstance(kind, click_type):
            return {"type": json_type}
    return {"type": "number" if isinstance(kind, click.types.FloatParamType) else "string"}


def _is_pair(option: click.Option) -> bool:
    """Tell whether each value says ``what=where``: then a table of TOML says it as well."""
    return "=" in (option.metavar or "")


def defaults(path: Path, options: Mapping[str, click.Option], ctx: click.Context) -> dict[str, Any]:
    """Read a file into click's ``default_map``. Raises :class:`InspectorError`, a line for each thing that is wrong."""
    try:
        text = path.read_text("utf-8-sig")
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InspectorError(_syntax(path, text, str(error))) from error
    except UnicodeDecodeError as error:
        raise InspectorError(f"{path}: not UTF-8") from error
    except OSError as error:
        raise InspectorError(f"{path}: {error.strerror}") from error
    faults = [*_faults(found, options)] or [*_unfit(found, options, ctx)]
    if faults:
        numbered = sorted((line_of(text, place), words) for place, words in faults)
        raise InspectorError(*(f"{path}:{line}: {words}" for line, words in numbered))
    ctx.meta[_LINES] = {options[name].name: f"{path}:{line_of(text, (name,))}: {name}" for name in found}
    return {str(options[name].name): _value(options[name], value) for name, value in found.items()}


def _syntax(path: Path, text: str, words: str) -> str:
    told = _AT_LINE.fullmatch(words)
    return f"{path}:{told[2] or text.count(chr(10)) + 1}: {told[1]}" if told else f"{path}: {words}"


def _faults(found: Mapping[str, Any], options: Mapping[str, click.Option]) -> Iterator[tuple[Place, str]]:
    """Yield where the file breaks its schema, and how."""
    from jsonschema import Draft202012Validator

    for error in Draft202012Validator(schema(options)).iter_errors(found):
        place = tuple(error.absolute_path)
        if place:
            yield place, f"{_written(place)}: {_broken(error.validator, error.validator_value, error.instance)}"
    for name in found.keys() - options.keys():
        near = nearest(name, options)
        hint = f"did you mean {near}?" if near else "`ocpp-inspector proxy --config-example` lists them"
        yield (name,), f"{name} is no option of proxy; {hint}"


def _broken(keyword: object, wanted: Any, found: Any) -> str:
    """Say what a value is that breaks a keyword of the schema, and what it must be."""
    if keyword == "minItems":
        return "the list is empty"
    kinds = wanted if isinstance(wanted, list) else [wanted]
    return f"must be {_either(kinds if keyword == 'enum' else [_KINDS[kind] for kind in kinds])}, not {_shown(found)}"


_KINDS = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a table",
}
"""How people call the types of JSON schema."""


def _either(words: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _shown(value: Any) -> str:
    """Write a value as it may stand in the file, if it is short."""
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, bool | int | float | str) else str(value)


def _unfit(
    found: Mapping[str, Any], options: Mapping[str, click.Option], ctx: click.Context
) -> Iterator[tuple[Place, str]]:
    """Yield which values are of the right type, but not what their option takes."""
    for name, whole in found.items():
        for place, value in _each(name, whole):
            try:
                options[name].process_value(ctx, _value(options[name], value))
            except click.BadParameter as error:
                yield place, f"{_written(place)}: {error.message}"
            except InspectorError as error:
                yield place, f"{_written(place)}: {error}"


def _each(name: str, value: Any) -> Iterator[tuple[Place, Any]]:
    """Yield the values of an option with their places, each as it were the only one."""
    if isinstance(value, list):
        yield from (((name, number), one) for number, one in enumerate(value))
    elif isinstance(value, dict):
        yield from (((name, key), {key: one}) for key, one in value.items())
    else:
        yield (name,), value


def _written(place: Place) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{_shown(step)}" for step in place[1:])
    return str(place[0]) + "".join(steps)


def _value(option: click.Option, value: Any) -> Any:
    """Return what the file says as the command line would: a list for what may be given more than once."""
    if isinstance(value, dict):
        return [f"{what}={where}" for what, where in value.items()]
    if option.multiple:
        return value if isinstance(value, list) else [value]
    if isinstance(option.type, click.Path):
        return os.path.expanduser(value)  # noqa: PTH111 - pathlib would write "" as ".", and raise for want of a home
    return value


def line_of(text: str, place: Place) -> int:
    """Return the line where something begins: the one after the last that is whole without it."""
    lines, whole = text.split("\n"), 0
    for number in range(1, len(lines) + 1):
        read = _read_so_far("\n".join(lines[:number]).rstrip("\r"))
        if read is None:
            continue
        if _holds(read, place):
            break
        whole = number
    return whole + 1


def _read_so_far(text: str) -> Schema | None:
    """Read the beginning of a file, also one that ends between the elements of a list; None where it can't be."""
    for end in ("", "\n]"):
        with suppress(tomllib.TOMLDecodeError):
            return tomllib.loads(text + end)
    return None


def _holds(value: Any, place: Place) -> bool:
    for step in place:
        try:
            value = value[step]
        except (KeyError, IndexError):
            return False
    return True


def example(options: Mapping[str, click.Option]) -> str:
    """Write a file with every option and its help; all of it is a comment, until somebody takes the sign away."""
    parts = ["# Options for `ocpp-inspector proxy --config FILE`. What the command line says wins.\n"]
    for name, option in options.items():
        words = " ".join(filter(None, ((option.help or "").rstrip(), _more(option))))
        parts.append(textwrap.fill(words, 100, initial_indent="# ", subsequent_indent="# "))
        parts.append(f"#{name} = {json.dumps(_sample(option), ensure_ascii=False)}\n")
    return "\n".join(parts)


def _more(option: click.Option) -> str:
    if option.multiple:
        return f"Here a list, or {'a table' if _is_pair(option) else 'one alone'}."
    return f"One of {', '.join(map(str, option.type.choices))}." if isinstance(option.type, click.Choice) else ""


def _sample(option: click.Option) -> Any:
    """Return the default, or for want of one something of the right type."""
    if isinstance(option.default, bool | int | float | str):
        return option.default
    if isinstance(option.default, Sequence) and option.default:
        return list(option.default)
    kind = option.type
    if isinstance(kind, click.types.BoolParamType):
        return False
    if isinstance(kind, click.types.IntParamType | click.types.FloatParamType):
        sample: Any = getattr(kind, "min", None) or 1
    else:
        sample = next(iter(kind.choices)) if isinstance(kind, click.Choice) else option.metavar or _name(option).upper()
    return [sample] if option.multiple else sample
