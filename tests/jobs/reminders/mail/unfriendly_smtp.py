"""Scripts of mail servers that make it hard: few mails a session, few sessions at once, greylisting, picky names."""

import re
from collections import Counter
from collections.abc import Callable

from tests.jobs.reminders.mail.scripted_smtp import CONTENT, EHLO, MAIL, RCPT, Raw, Script, Step

Clock = Callable[[], float]


def says(answer: str) -> str | Raw:
    """A server ends the session after 421."""
    return Raw(f"{answer}\r\n".encode(), cut_off=True) if answer.startswith("421") else answer


def mails_a_session(most: int, stage: str, answer: str) -> Script:
    """Refuses each further mail of a session at this stage."""
    accepted = Counter[int]()

    def script(step: Step) -> str | Raw | None:
        if step.stage == stage and accepted[step.session] >= most:
            return says(answer)
        accepted[step.session] += step.stage == CONTENT
        return None

    return script


def sessions_at_once(most: Callable[[], int], stage: str, answer: str) -> Script:
    """Refuses at this stage in a session that began after so many that are still open."""
    return lambda step: says(answer) if step.stage == stage and step.open_longer >= most() else None


def mails_at_once(most: int, answer: str) -> Script:
    """Refuses after DATA while so many other sessions are between MAIL and the end of DATA, as Exchange Online does."""
    at_work: set[int] = set()

    def script(step: Step) -> str | Raw | None:
        if step.stage == MAIL:
            at_work.add(step.session)
        if step.stage != CONTENT:
            return None
        is_refused = len(at_work) > most
        at_work.discard(step.session)
        return says(answer) if is_refused else None

    return script


def new_sessions_a_minute(most: int, clock: Clock, stage: str, answer: str) -> Script:
    """Refuses further sessions until the oldest of them began a minute ago."""
    began: list[float] = []

    def script(step: Step) -> str | Raw | None:
        if step.stage != stage:
            return None
        began[:] = [moment for moment in began if clock() - moment < 60]
        if len(began) >= most:
            return says(answer)
        began.append(clock())
        return None

    return script


def greylisting(seconds: float, clock: Clock, is_greylisted: Callable[[str], bool] = bool) -> Script:
    """Takes a mail only when it comes again after so many seconds of the clock."""
    first_tried: dict[str, float] = {}

    def script(step: Step) -> str | None:
        if step.stage != RCPT or not is_greylisted(step.recipient):
            return None
        since = clock() - first_tried.setdefault(step.recipient, clock())
        return "450 4.2.0 Greylisted, see http://postgrey.test/help" if since < seconds else None

    return script


def full_names_only(stage: str, answer: str) -> Script:
    """Refuses clients whose name in EHLO is not a full one, at this stage."""
    names: dict[int, str] = {}

    def script(step: Step) -> str | Raw | None:
        if step.stage == EHLO:
            names[step.session] = step.argument
        is_full = re.fullmatch(r"\[.+\]|[\w-]+(\.[\w-]+)+", names.get(step.session, "a.test"))
        return says(answer) if step.stage == stage and not is_full else None

    return script


def all_of(*scripts: Script) -> Script:
    """The first answer counts."""

    def script(step: Step) -> str | Raw | None:
        answers = [each(step) for each in scripts]
        return next((answer for answer in answers if answer is not None), None)

    return script
