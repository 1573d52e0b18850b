from mbats.errors.base import MbatsError


class SizeOutOfBounds(MbatsError):
    """{rule} was given {field} = {value!r}, which gives no position a size. It must be {bounds}."""
