from mbats.errors.base import MbatsError


class UvMissing(MbatsError):
    """The stack's services run in environments that uv makes, and there is no uv here.

    Install it: pip install 'mbats[stack]'
    """


class SupervisorMissing(MbatsError):
    """The stack's services run under supervisor, and there is none in this environment.

    Install it: pip install 'mbats[stack]'
    """


class SupervisorFailed(MbatsError):
    """Supervisor did not start: {output}.

    Its log lies beside its configuration; mend what it names, then: mbats stack up
    """


class SupervisorGone(MbatsError):
    """Supervisor went away while it was asked how the services are: {cause}.

    Its log, {log}, may say why; what it has started ended with it, and nothing is lost: mbats stack up
    """


class EnvironmentFailed(MbatsError):
    """The environment of {name} could not be made: {output}.

    Look whether the package index can be reached, then repeat: mbats stack up
    """


class PortTaken(MbatsError):
    """Port {port} of {service} is in use by something else.

    Stop that, or choose another port: {variable}=PORT mbats stack up
    """


class PortTwice(MbatsError):
    """Port {port} is wanted twice, by {one} and by {other}.

    Give one of them another: {variable}=PORT mbats stack up
    """


class ChoiceBroken(MbatsError):
    """What was chosen for this stack cannot be read from {file}: {cause}.

    Remove the file; profiles and moved ports are forgotten with it, services and data stay.
    """


class UnknownProfile(MbatsError):
    """The stack has no profile {name!r}; it has: {known}.

    Without one: mbats stack up --no-profiles
    """


class WorkersNotANumber(MbatsError):
    """MBATS_WORKERS is {text!r}, which is no number of workers.

    Write a whole number from 1 to {most}.
    """


class ServiceUnwell(MbatsError):
    """{service} is not well after {seconds} seconds: {detail}.

    Its log says more: mbats stack logs {service}
    """


class StoreUnnamed(MbatsError):
    """MBATS_S3_URL brings the object store {url} along, and {missing} is not set.

    Set MBATS_S3_URL, MBATS_S3_KEY and MBATS_S3_SECRET together, or none of them for the stack's own store.
    """


class UnknownLauncher(MbatsError):
    """Nothing called {name!r} brings the stack up; choose one of: {known}.

    Say it with --launcher, or in {variable}.
    """


class UnknownPort(MbatsError):
    """{variable} moves no port of the stack.

    Did you mean {known}? Unset it, or write one of them.
    """


class PortNotANumber(MbatsError):
    """{variable} is {text!r}, which is no port.

    A port is a whole number from 1 to 65535.
    """


class NotInStack(MbatsError):
    """There is nothing to prepare here: this command runs inside the stack, which names its servers.

    Bring the stack up: mbats stack up
    """


class UnknownService(MbatsError):
    """The stack has no service {name!r}; it has: {known}.

    See how each is: mbats stack status
    """


class NothingToRotate(MbatsError):
    """{home} has no secrets of a stack yet: it was never up here.

    The first start makes them: mbats stack up
    """


class UnknownSecret(MbatsError):
    """The stack has no secret {name!r}; it has: {known}.

    Name one of these, or none for all: mbats stack rotate
    """


class SecretKept(MbatsError):
    """{name} is not drawn anew: with it things are encrypted that are stored, and nobody could read them any more.

    For a new one make a stack anew and restore a backup into it: docs/operations.md
    """
