from mbats.errors.base import MbatsError


class EngineMissing(MbatsError):
    """There is no Docker on this machine: nothing named `docker` is on the PATH.

    Install Docker Engine, or do without: mbats stack up --launcher native
    """


class EngineAsleep(MbatsError):
    """Docker is installed, and its engine does not answer: {detail}.

    Start Docker, or ask for the right to use it; or do without: mbats stack up --launcher native
    """


class ComposeMissing(MbatsError):
    """Docker is here without Compose: neither `docker compose` nor `docker-compose` is known.

    Install Docker's Compose plugin, or do without: mbats stack up --launcher native
    """


class NoComposeFile(MbatsError):
    """Containers are built from MBATS's own checkout, and this MBATS was installed without one.

    Run it from a checkout (git clone, then make demo), or do without containers: mbats stack up --launcher native
    """


class ComposeFailed(MbatsError):
    """Docker Compose ended with {code}, and these were its last words.

    {output}

    Mend what it names, then repeat: mbats stack up
    """


class FolderApart(MbatsError):
    """{place} is a folder of this machine, and the stack runs in containers, which see none of them.

    Name a place in an object store instead: s3://bucket/prefix
    """


class EngineFull(MbatsError):
    """There is no space left where Docker keeps its images and volumes; these were Compose's last words.

    {output}

    See what is in the way with `docker system df`, remove what nobody needs (docker builder prune), then repeat.
    """
