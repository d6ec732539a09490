"""`python -m cop` is the same as `cop`."""

from cop.cli import cop

if __name__ == "__main__":
    cop(prog_name="cop")
