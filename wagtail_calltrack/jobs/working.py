"""Do what is asked for, slice by slice."""


def work(seconds: float) -> bool:
    """Work for about so long. Gives whether there is more to do."""
    return seconds < 0
