"""Kinds of secrets that detect-secrets does not know: what opens an account at OANDA, or a service of our stack."""

import re

from detect_secrets.plugins.base import RegexBasedDetector


class OandaToken(RegexBasedDetector):
    """A personal access token: two halves of 32 hexadecimal digits."""

    secret_type = "OANDA token"  # noqa: S105 - a name, not a secret
    denylist = (re.compile(r"(?<![0-9a-f-])[0-9a-f]{32}-[0-9a-f]{32}(?![0-9a-f-])"),)


class GeneratedSecret(RegexBasedDetector):
    """What `mbats.private_file` makes: 32 random bytes in URL-safe Base64."""

    secret_type = "MBATS secret"  # noqa: S105 - a name, not a secret
    denylist = (re.compile(r"(?<![\w/+-])(?=[\w-]*\d)(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{43}(?![\w/+-])"),)
