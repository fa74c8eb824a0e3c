"""The `ipt` command: every command in its place, and errors as one line."""

import os
import sys

import typer
from rich.markup import escape

from ipt_engine.commands import tasks
from ipt_engine.commands.clean import clean
from ipt_engine.commands.dashboard import dashboard_command
from ipt_engine.commands.generate import generate_command
from ipt_engine.commands.knockout import knockout
from ipt_engine.commands.models import models
from ipt_engine.commands.prompts import export_command, import_command
from ipt_engine.commands.report import report
from ipt_engine.commands.run import run_command
from ipt_engine.commands.runs import rescore_command, runs_command
from ipt_engine.commands.score import score
from ipt_engine.commands.study import study
from ipt_engine.commands.terminal import errors
from ipt_engine.commands.tune import tune
from ipt_engine.errors import Cancelled, IPTError
from ipt_engine.machine import share_cores

app = typer.Typer(
    name="ipt",
    help="Compare in-context learning, prompt tuning, and both at once, on a frozen model.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(models)
app.add_typer(tasks.app, name="tasks")
app.command("run")(run_command)
app.command("runs")(runs_command)
app.command("rescore")(rescore_command)
app.command("generate")(generate_command)
app.command("export")(export_command)
app.command("import")(import_command)
app.command()(tune)
app.command()(knockout)
app.command()(study)
app.command()(report)
app.command()(score)
app.command()(clean)
app.command("dashboard")(dashboard_command)


def main() -> None:
    """Run the command line; an error is one line on stderr and exit status 1."""
    share_cores()
    try:
        app()
    except Cancelled as error:
        errors.print(escape(str(error)))
        sys.exit(130)
    except IPTError as error:
        errors.print(f"[red]Error:[/red] {escape(str(error))}", soft_wrap=True)
        sys.exit(1)
    except Exception as error:
        if os.environ.get("IPT_DEBUG"):
            raise
        first = (str(error).strip().split("\n")[0] or "no reason given")[:300]
        errors.print(
            f"[red]Error:[/red] IPT Lab failed ({escape(f'{type(error).__name__}: {first}')}). "
            "That is a fault of the program; IPT_DEBUG=1 before the command shows where.",
            soft_wrap=True,
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
