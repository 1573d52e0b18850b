from mbats.errors.base import MbatsError


class PortTaken(MbatsError):
    """Port {port} of this machine cannot be served on: {why}.

    Stop what listens there, or choose another with --port or --admin-port; 0 takes any free one.
    """
