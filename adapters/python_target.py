"""Finding and calling a user's Python code: `module:callable`, its parameters, its threads."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import importlib
import inspect
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bakeoff.adapters.answer_mapping import well_formed
from bakeoff.evals.errors import BakeoffError, InputError
from bakeoff.evals.identity import file_digest
from bakeoff.evals.records import Failure, Request, Response

LONGEST_MESSAGE = 1_000

BY_NAME: Mapping[str, Callable[[Request], object]] = {
    "conversation": lambda request: [turn.model_dump() for turn in request.conversation],
    "contexts": lambda request: (
        None if request.contexts is None else [context.text for context in request.contexts]
    ),
    "rendering": lambda request: request.rendering.model_dump(),
    "documents": lambda request: request.documents,
    "seed": lambda request: request.seed,
    "request": lambda request: request,
}
"""What a callable gets beside the question, for those of these parameters that it names."""


def import_target(target: str, folder: Path, *, where: str) -> Any:
    """The object that `module:name` (or `module:object.attribute`) names, importable from the folder.

    The folder goes to the front of `sys.path`, as for a script that lies there. Raises InputError
    where the text has another form, the module is missing or fails, or the name is not in it.
    """
    module_name, _, path = target.partition(":")
    if not all(part.isidentifier() for part in [*module_name.split("."), *path.split(".")]):
        raise InputError(f"target {target!r} is not of the form module:callable", where=where)
    module = _import(module_name, folder, where)
    found: Any = module
    for part in path.split("."):
        if not hasattr(found, part):
            names = sorted(
                name for name, value in vars(module).items() if callable(value) and not name.startswith("_")
            )
            raise InputError(
                f"module {module_name!r} has no {path!r}",
                where=where,
                todo=f"it has: {', '.join(names) or 'nothing callable'}",
            )
        found = getattr(found, part)
    return found


def _import(name: str, folder: Path, where: str) -> Any:
    folder = folder.resolve()
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        what = f"there is no module {error.name!r}"
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            what = f"module {name!r} needs {error.name!r}, which is not installed"
        raise InputError(
            what, where=where, todo=f"it is looked for in {folder} and in {sys.prefix}"
        ) from error
    except Exception as error:
        raise InputError(
            f"importing {name!r} fails with {type(error).__name__}: {error}", where=where
        ) from error
    _refuse_namesake(name, module, folder, where)
    return module


def _refuse_namesake(name: str, module: Any, folder: Path, where: str) -> None:
    """A module imported earlier from elsewhere would silently stand in for the folder's own."""
    top = name.split(".")[0]
    here = [path for path in (folder / f"{top}.py", folder / top / "__init__.py") if path.is_file()]
    file = getattr(module, "__file__", None)
    if here and file and folder not in Path(file).resolve().parents:
        raise InputError(
            f"module {name!r} was already imported from {file}, so {here[0]} cannot be",
            where=where,
            todo="give the module a name of its own",
        )


def made(target: Any, name: str, arguments: Mapping[str, Any] | None, *, where: str) -> Any:
    """The target itself, or, where there are arguments, what it makes of them; InputError if it cannot."""
    if arguments is None:
        if inspect.isclass(target):
            raise InputError(
                f"target {name!r} is a class",
                where=where,
                todo="add `arguments: {}` (or its arguments) to have it built",
            )
        return target
    if not callable(target) or is_async(target):
        raise InputError(f"target {name!r} has arguments, but is no sync factory to call", where=where)
    try:
        return target(**arguments)
    except BakeoffError:
        raise
    except Exception as error:
        raise InputError(
            f"calling {name!r} with its arguments fails with {type(error).__name__}: {error}", where=where
        ) from error


def source_digests(target: str, function: object) -> dict[str, str]:
    """SHA-256 of the source files, by module, of the target and of the function it led to, where seen."""
    names = {target.partition(":")[0], getattr(function, "__module__", None) or ""}
    files = {name: getattr(sys.modules.get(name), "__file__", None) for name in names}
    return {name: file_digest(Path(file)) for name, file in files.items() if file and Path(file).is_file()}


@dataclass(frozen=True)
class Signature:
    """How a callable takes a request: where its question goes, and which of `BY_NAME` it names."""

    question: Literal["first", "by name", "in request"]
    names: tuple[str, ...]

    def bind(self, request: Request) -> tuple[tuple[object, ...], dict[str, object]]:
        """Positional and keyword arguments for one request."""
        keywords = {name: BY_NAME[name](request) for name in self.names}
        if self.question == "by name":
            keywords["question"] = request.question
        return ((request.question,) if self.question == "first" else ()), keywords

    def takes(self, name: str) -> bool:
        return name in self.names or "request" in self.names


def read_signature(function: Callable[..., object], *, where: str) -> Signature:
    """Which arguments to pass; InputError where the callable takes no question, or needs more."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # some built-in callables have none: the question alone, then
        return Signature("first", ())
    by_name = {p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    names = tuple(name for name in BY_NAME if name in by_name)
    passed = {*names, "question"} if "question" in by_name else set(names)
    place: Literal["first", "by name", "in request"] = "by name"
    if "question" not in by_name:
        place = "in request"
        first = parameters[0] if parameters else None
        takes_it = first is not None and first.kind not in (first.KEYWORD_ONLY, first.VAR_KEYWORD)
        if first is not None and takes_it and first.name not in names:
            place = "first"
            passed.add(first.name)
    if place == "in request" and "request" not in names:
        raise InputError("the target takes no question", where=where, todo="give it a first parameter for it")
    _refuse_more(parameters, passed, where)
    return Signature(place, names)


def _refuse_more(parameters: list[inspect.Parameter], passed: set[str], where: str) -> None:
    needed = [
        repr(p.name)
        for p in parameters
        if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD) and p.name not in passed
    ]
    if needed:
        raise InputError(
            f"the target needs {', '.join(needed)}, which bakeoff does not pass",
            where=where,
            todo=f"besides the question it passes: {', '.join(BY_NAME)}; give others a default",
        )


async def call(
    function: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]
) -> object:
    """Call a sync or async function; the sync one in a daemon thread of its own.

    So a call that hangs blocks neither the loop nor other calls, and is left behind when its caller is
    cancelled or the process ends.
    """
    if is_async(function):
        returned = function(*args, **kwargs)
    else:
        returned = await _in_daemon_thread(lambda: function(*args, **kwargs))
    return await returned if inspect.isawaitable(returned) else returned


def is_async(function: object) -> bool:
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
        getattr(function, "__call__", None)  # noqa: B004 - the method's nature is asked, not its presence
    )


async def _in_daemon_thread(function: Callable[[], object]) -> object:
    loop = asyncio.get_running_loop()
    done: asyncio.Future[tuple[object, BaseException | None]] = loop.create_future()

    def deliver(outcome: tuple[object, BaseException | None]) -> None:
        if not done.done():
            done.set_result(outcome)

    def work() -> None:
        outcome: tuple[object, BaseException | None]
        try:
            outcome = (context.run(function), None)
        except BaseException as error:  # SystemExit too: user code must not end a thread unheard
            outcome = (None, error)
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(deliver, outcome)

    context = contextvars.copy_context()
    threading.Thread(target=work, name="bakeoff-python-call", daemon=True).start()
    value, error = await done
    if error is not None:
        raise error
    return value


def cancelled_from_outside() -> bool:
    """Whether this task is being cancelled, as opposed to code that raised CancelledError by itself."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def failed(error: BaseException) -> Response:
    """What the user's code raised, as its own failure."""
    kind: Literal["time_out", "error"] = "time_out" if isinstance(error, TimeoutError) else "error"
    message = f"{type(error).__name__}: {error}".removesuffix(": ")
    return Response(error=Failure(kind=kind, message=well_formed(message[:LONGEST_MESSAGE])))
