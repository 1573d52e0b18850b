"""Write the page of the stack's services, from their table, to stdout."""

from collections.abc import Iterable, Iterator, Sequence

from mbats.stack.service import Login, Probe, Service
from mbats.stack.table import PROFILES, chosen, secret_names

HEAD = """# Services

Made from the table of services (`src/mbats/stack`) by `make docs`; change it there. What the stack is, and how it is
started, is in [the stack](stack.md); how it is run, in [operations](operations.md).

Every port listens on loopback only and is moved by `MBATS_PORT_<SERVICE>` (`MBATS_PORT_AIRFLOW=8090`, an inner one
`MBATS_PORT_OBJECTS_FILER=9031`). A service's memory is its limit under Compose. "Runs in" is the locked environment
natively and the image under Compose; `mbats` is MBATS's own. A password is looked up by the name of its secret
in `MBATS_HOME/stack/secrets.json`.

"""
ROWS = chosen(tuple(PROFILES))
_PROBES = {
    Probe.HTTP: "answers",
    Probe.TCP: "accepts connections",
    Probe.POSTGRES: "asks for a password",
    Probe.PROCESS: "keeps running",
}


def page() -> Iterator[str]:
    """Yield the sections of the page."""
    yield HEAD + _table(chosen())
    for name, profile in PROFILES.items():
        rows = [service for service in ROWS if service.profile == name]
        yield f"## With `--profile {name}`\n\n{_capital(profile.title)}.\n\n{_table(rows)}"
    yield _without_password()
    yield _secrets()


def _lines(titles: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _table(services: Iterable[Service]) -> str:
    titles = ("service", "what for", "port", "login", "is well when it", "needs", "memory", "runs in")
    return _lines(titles, (_cells(service) for service in services))


def _cells(service: Service) -> Iterator[str]:
    yield f"`{service.name}`"
    yield service.title
    yield str(service.port or "")
    yield _login(service.login)
    path = f" at `{service.health.path}`" if service.health.probe is Probe.HTTP else ""
    yield "has ended" if service.once else _PROBES[service.health.probe] + path
    yield ", ".join(f"`{need}`" for need in service.needs)
    yield f"{service.memory} MiB"
    yield f"`{service.environment}`"


def _login(login: Login | None) -> str:
    if login is None:
        return ""
    return f"`{login.user}`, secret `{login.secret}`" if login.user else f"token, secret `{login.secret}`"


def _without_password() -> str:
    guarded = ((f"`{one.name}`", _inner(one), one.guard) for one in ROWS if one.guard)
    table = _lines(("service", "inner ports", "what keeps strangers out"), guarded)
    return f"## Ports that ask for no user's password\n\n{table}"


def _inner(service: Service) -> str:
    return ", ".join(f"{name} {port}" for name, port in service.inner.items())


def _secrets() -> str:
    lines = (f"| `{name}` | {', '.join(f'`{one}`' for one in _knowing(name))} |\n" for name in secret_names(ROWS))
    head = (
        "## Secrets\n\nMade at the first start; each service gets those that it needs in its unit, and no others.\n\n"
    )
    return f"{head}| secret | known to |\n|---|---|\n{''.join(lines)}"


def _knowing(secret: str) -> list[str]:
    return [service.name for service in ROWS if secret in secret_names([service])]


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


if __name__ == "__main__":
    print("\n".join(page()), end="")
