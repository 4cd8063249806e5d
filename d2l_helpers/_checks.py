"""Checks of arguments that several modules share."""


def positive_int(name: str, value: int) -> int:
    """Return `value` if it is an integer of at least 1; `name` is what the error calls it."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be an integer, not {value!r}")
    if value < 1:
        raise ValueError(f"{name} must be at least 1, not {value}")
    return value
