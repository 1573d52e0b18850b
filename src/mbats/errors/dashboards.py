from mbats.errors.base import MbatsError


class SupersetUnreachable(MbatsError):
    """Superset does not answer at {url}: {cause}.

    Start it: mbats stack up superset
    """

    passing = True


class SupersetRefused(MbatsError):
    """Superset at {url} answers {path} with {status}: {said}.

    Its log says more: mbats stack logs superset
    """


class DashboardsDrifted(MbatsError):
    """The dashboards in Superset differ in {count} places from what MBATS describes.

    {places}

    Bring them back with: mbats stack dashboards. To keep a change, make it in src/mbats/stack/dashboards.
    """
