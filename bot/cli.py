"""The command line: finds the command, imports only that, and turns every error into its exit code."""

from __future__ import annotations

import gc
import importlib
import sys
from typing import Any, NamedTuple

import click

from bot import __version__, log
from bot.errors import BUG, INTERRUPTED, OUTSIDE, exit_code
from bot.markdown import visible
from rules.errors import KubewrightError

PREFIX = "KUBEWRIGHT"
WIDTH = 100
# Documents are trees without cycles; at its usual pace the garbage collector visits each of them again and again, and
# the time of a scan grows faster than the file: 1.5 times as much per byte at 2 MB.
COLLECTOR = (50_000, 20, 50)


class Lazy(NamedTuple):
    """A command that is not imported yet: its module, which calls it `command`, and its line in `--help`."""

    module: str
    help: str


COMMANDS = {
    "scan": Lazy("bot.commands.scan", "Find insecure manifests and report them."),
    "fix": Lazy("bot.commands.fix", "Apply verified fixes in place."),
    "propose": Lazy("bot.commands.propose", "Fix a Git repository by pull requests."),
    "sweep": Lazy("bot.commands.sweep", "Propose over many repositories."),
    "suggest": Lazy("bot.commands.suggest", "Review a pull request: suggest fixes for what it adds."),
    "patch": Lazy("bot.commands.patch", "Apply a JSON Patch to one file, format kept."),
    "explain": Lazy("bot.commands.explain", "Say what a rule finds, why, and what to write instead."),
    "init": Lazy("bot.commands.init", "Write a commented configuration and a workflow."),
    "config": Lazy("bot.commands.config", "Check and show the configuration."),
}


class Program(click.Group):
    """The group of all commands: imported when used, with one place for errors."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        known = COMMANDS.get(cmd_name)
        if known is None:
            return None
        command: click.Command = importlib.import_module(known.module).command
        inner = command.commands.values() if isinstance(command, click.Group) else ()
        for each in (command, *inner):
            # KUBEWRIGHT_SELECT sets --select of whichever command runs. click takes an empty one as unset.
            each.context_settings = {
                "auto_envvar_prefix": PREFIX,
                "help_option_names": ["-h", "--help"],
                "max_content_width": WIDTH,
                **each.context_settings,
            }
            for option in each.params:
                if isinstance(option, click.Option) and option.envvar is None and option.allow_from_autoenv:
                    option.envvar = _variable(option)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, known.help) for name, known in COMMANDS.items()])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            from bot import habits

            raise habits.pointed(error) from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches

            from bot import habits

            close = get_close_matches(name, COMMANDS, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"commands are {', '.join(COMMANDS)}"
            raise click.UsageError(f"no command {visible(name)!r}; {habits.command(name) or hint}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what it returns is the exit code."""
        try:
            code = super().invoke(ctx)
        except click.NoSuchOption as error:
            from bot import habits

            raise habits.pointed(error) from None
        except (click.ClickException, click.exceptions.Exit):
            raise  # click's own way to end; its exit codes are ours.
        except BrokenPipeError:
            from bot.output.stdout import close

            close()
            code = OUTSIDE
        except (KeyboardInterrupt, click.Abort):
            log.error("interrupted")
            code = INTERRUPTED
        except KubewrightError as error:
            log.error(str(error), error.hint)
            _trace(ctx)
            code = exit_code(error)
        except OSError as error:  # A full disk, a directory that is gone: nothing that we did wrong.
            log.error(f"{error.filename or 'a file'}: {error.strerror or error}")
            _trace(ctx)
            code = OUTSIDE
        # The one place above everything: an error that nobody foresaw is reported as ours, with its exit code.
        except Exception as error:  # noqa: BLE001
            _report(error)
            _trace(ctx)
            code = BUG
        ctx.exit(code if isinstance(code, int) else 0)


def _variable(option: click.Option) -> str:
    """Return what sets an option in the environment: KUBEWRIGHT_FAIL_ON for --fail-on, however the code calls it."""
    name = max(option.opts, key=len).lstrip("-")
    return f"{PREFIX}_{name.replace('-', '_').upper()}"


def _report(error: Exception) -> None:
    """Say what went wrong, short enough to read and enough to find it."""
    import traceback
    from pathlib import PurePath

    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1] if frames else None
    where = f" ({PurePath(last.filename).name}:{last.lineno} in {last.name})" if last else ""
    log.error(
        f"kubewright {__version__} has a bug: {type(error).__name__}: {error}{where}",
        "no unverified change was written; please report this line, better with the traceback that --debug shows",
    )


def _trace(ctx: click.Context) -> None:
    if ctx.meta.get("kubewright.debug") or (ctx.meta.get("kubewright.verbose") or 0) > 1:
        import traceback

        for line in traceback.format_exc().splitlines():
            click.echo(visible(line), file=sys.stderr)


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDTH},
    epilog="Every option of a command can be set by the environment: --fail-on as KUBEWRIGHT_FAIL_ON.",
)
@click.version_option(__version__, "-V", "--version", prog_name="kubewright", message="%(prog)s %(version)s")
def program() -> None:
    """Find insecure Kubernetes manifests in Git, repair them with patches that change nothing else."""


def main() -> None:
    """Run the console script."""
    gc.set_threshold(*COLLECTOR)
    program(prog_name="kubewright")
