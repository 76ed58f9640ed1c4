"""The whole script of a simulation, from one seed: who saves and edits what, on which day, and who has network when.

Families are invented one after another, each with a plot, until there are about as many
records as were asked for; then the mishaps are laid over it. The script is plain data in
the order of the tablets' working days; the same plan gives the same script.
"""

from dataclasses import dataclass, field
from random import Random

from fieldsync.simulator import plots
from fieldsync.simulator.diary import Change, Diary, Draft
from fieldsync.simulator.mishaps import Expected, Mishaps
from fieldsync.simulator.plan import Plan
from fieldsync.simulator.plot_maternal import Maternity
from fieldsync.simulator.population import Population
from fieldsync.simulator.rota import Rota
from fieldsync.simulator.scene import Registration, Scene, Team, teams

Entry = Draft | Change


@dataclass(slots=True)
class Script:
    """What is to happen.

    Attributes:
        work: per tablet and day what it saves, in order of time.
        rota: who has network on which day.
        expected: what must hold at the end.
        drafts: every record by its id.
        watched: ids of the records whose content the tablets will need.
    """

    work: list[list[list[Entry]]]
    rota: Rota
    expected: Expected
    drafts: dict[str, Draft] = field(default_factory=dict)
    watched: frozenset[str] = frozenset()

    @property
    def edits(self) -> int:
        """How many edits of records will be sent: drafts, changes, and corrections of what is wrong at first."""
        corrections = sum(draft.wrong is not None for draft in self.drafts.values())
        return corrections + sum(len(day) for days in self.work for day in days)


def write_script(plan: Plan) -> Script:
    """Invent everything.

    Raises:
        ValueError: no tablets, no days, or a van without a village among those given.
    """
    if not plan.enrolments or plan.days < 1 or plan.records < 1:
        raise ValueError("a simulation takes at least one tablet, one day and one record")
    rng = Random(plan.seed)
    diary = Diary(rng, plan.start)
    vans = teams(plan, rng)
    rota = Rota.drawn(plan.tablets, plan.days, rng)
    registrations: list[Registration] = []
    people = Population(rng, plan.start)
    silent = 0
    while len(diary.drafts) < plan.records:
        before = len(diary.drafts)
        _tell_of_one_family(plan, diary, people, rng.choice(vans), registrations)
        silent = silent + 1 if len(diary.drafts) == before else 0
        if silent > 200:  # noqa: PLR2004 # no plot fits any van's programs
            raise ValueError("the tablets' programs leave nothing to record")
    expected = Mishaps(plan, diary, rota, vans).add(registrations)
    _keep_changes_possible(diary, rota)
    watched = {change.record_id for change in diary.changes} | {one for pair in expected.same for one in pair}
    drafts = {one.id: one for one in diary.drafts}
    return Script(_by_day(plan, diary), rota, expected, drafts, frozenset(watched))


def _tell_of_one_family(
    plan: Plan, diary: Diary, people: Population, team: Team, registrations: list[Registration]
) -> None:
    rng = diary.rng
    village = rng.choice(team.round[: plan.days])
    days = team.days_in(village, plan.days)
    days = days[rng.choice((0, 0, 0, *range(len(days)))) :]
    plot = rng.choices(("maternal", "child", "civic"), (45, 30, 25))[0]
    small = rng.choice((1, 1, 2)) if plot == "child" else 0
    scene = Scene(plan, diary, people, team, people.family(village, small), days, registrations)
    if plot == "maternal" and scene.offers("maternal"):
        Maternity(scene).tell()
    elif plot == "child" and scene.offers("child"):
        plots.childhood(scene)
    elif plot == "civic":
        plots.civic(scene)


def _keep_changes_possible(diary: Diary, rota: Rota) -> None:
    """Move each edit to the day when its tablet knows the record; drop what comes too late.

    Only the story's own edits move: the mishaps were laid where they can be.
    """
    effect = rota.effects(diary.drafts)
    by_id = {one.id: one for one in diary.drafts}
    kept = []
    for change in diary.changes:
        draft = by_id[change.record_id]
        day = max(change.day, rota.editable_from(change.tablet, draft, effect))
        if day < rota.days:
            change.moment += 86_400_000 * (day - change.day)
            change.day = day
            kept.append(change)
    diary.changes = kept


def _by_day(plan: Plan, diary: Diary) -> list[list[list[Entry]]]:
    work: list[list[list[Entry]]] = [[[] for _ in range(plan.days)] for _ in plan.enrolments]
    entries: list[Entry] = [*diary.drafts, *diary.changes]
    for entry in entries:
        work[entry.tablet][entry.day].append(entry)
    for days in work:
        for day in days:
            day.sort(key=lambda one: one.moment)
    return work
