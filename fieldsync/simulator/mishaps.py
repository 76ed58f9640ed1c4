"""What goes wrong and what people do to each other's records, laid over the story.

Mistypings that are refused and corrected, unusual values, refusals of consent, records
from outside the van's area, one person registered twice, and edits: alone, of two tablets
apart on different fields, of two on the same field, deletions. All is decided from the
seed before the first request; `Expected` says what must stand at the end.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from fieldsync.simulator import edits, forms_civil, forms_maternal, forms_people, mistakes
from fieldsync.simulator.diary import FORM_VERSION, OLD_FORM_VERSION, PROGRAM_OF, Contact, Diary, Draft
from fieldsync.simulator.odds import chance
from fieldsync.simulator.places import foreign_area
from fieldsync.simulator.plan import Plan
from fieldsync.simulator.population import Person
from fieldsync.simulator.rota import NEVER, Rota
from fieldsync.simulator.scene import Registration, Team, sees

WRONG, UNUSUAL, REFUSED, FOREIGN = 0.012, 0.01, 0.008, 0.004
TWICE, RETYPED, LONE, APART, CLASHING, DELETED = 0.03, 0.008, 0.02, 0.012, 0.006, 0.006
LEAVES = frozenset({"anc_visit", "child_visit", "immunisation", "survey_response"})
REFUSABLE = frozenset({"anc_visit", "child_visit"})


@dataclass(slots=True)
class Expected:
    """What must hold when everybody has synced.

    Attributes:
        values: (record id, field) → the values of which one must stand.
        deleted: ids of records that must be gone.
        same: pairs of person record ids that are of one person.
    """

    values: dict[tuple[str, str], tuple[Any, ...]] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    same: list[tuple[str, str]] = field(default_factory=list)


class Mishaps:
    """Adds mishaps to a diary. Each record meets one at most; what the story itself edits later meets none."""

    def __init__(self, plan: Plan, diary: Diary, rota: Rota, teams: Sequence[Team]) -> None:
        self.plan = plan
        self.diary = diary
        self.rng = diary.rng
        self.rota = rota
        self.teams = teams
        self.expected = Expected()
        self.story = list(diary.drafts)
        self.touched = {change.record_id for change in diary.changes}
        self.named = {name for draft in diary.drafts for name in draft.names()}

    def add(self, registrations: Sequence[Registration]) -> Expected:
        """Lay all mishaps over the story; return what must hold at the end."""
        self._old_forms()
        self._wrong_values()
        self._refusals()
        self._foreign_records()
        self._registered_twice(registrations)
        self._edits()
        return self.expected

    def _some(self, share: float, among: Iterable[Draft]) -> list[Draft]:
        free = [one for one in among if one.id not in self.touched]
        count = min(len(free), max(1, round(share * len(self.story))))
        chosen = self.rng.sample(free, count)
        self.touched.update(one.id for one in chosen)
        return chosen

    def _old_forms(self) -> None:
        """The last tablet's app is old for the first half of the time."""
        old = self.plan.tablets - 1
        for draft in self.story:
            if draft.type == "anc_visit" and draft.tablet == old and draft.day < self.plan.days // 2:
                draft.data = forms_maternal.as_old_form(draft.data)
                draft.form_version = OLD_FORM_VERSION
                self.touched.add(draft.id)

    def _wrong_values(self) -> None:
        grouped = [one for one in self.story if one.group and mistakes.can_be_wrong(one.type)]
        likely = [one for one in self.story if mistakes.can_be_wrong(one.type)]
        for draft in self._some(WRONG / 6, grouped) + self._some(WRONG, likely):
            draft.wrong = mistakes.wrong(draft.type, draft.data, self.rng)
        for draft in self._some(UNUSUAL, (one for one in self.story if mistakes.can_be_unusual(one.type))):
            draft.data = mistakes.unusual(draft.type, draft.data, self.rng)

    def _refusals(self) -> None:
        for draft in self._some(REFUSED, (one for one in self.story if one.type in REFUSABLE)):
            draft.consent = "refused"

    def _foreign_records(self) -> None:
        for _ in range(max(1, round(FOREIGN * len(self.story)))):
            team = self.rng.choice(self.teams)
            contact = self._contact(self.rng.choice(team.tablets), team, self.rng.randrange(self.plan.days))
            area = foreign_area(self.plan.villages, self.plan.enrolments[contact.tablet].areas, self.rng)
            data = forms_civil.survey(contact.on, forms_civil.UNIT, self.rng)
            draft = self.diary.save(contact, "survey_response", data, area=area)
            draft.foreign = True
            self.touched.add(draft.id)

    def _contact(self, tablet: int, team: Team, day: int) -> Contact:
        return Contact(tablet, day, self.plan.start + timedelta(days=day), team.village_on(day))

    def _registered_twice(self, registrations: Sequence[Registration]) -> None:
        if self.plan.tablets == 1:
            return
        known = {one.draft.id: one for one in registrations if one.person.nik and not one.draft.group}
        for draft in self._some(TWICE, (one.draft for one in known.values())):
            self._register_again(known[draft.id])

    def _register_again(self, first: Registration) -> None:
        rng = self.rng
        others = [(one, team) for team in self.teams for one in team.tablets if one != first.draft.tablet]
        tablet, team = rng.choice(others)
        contact = self._contact(tablet, team, rng.randrange(first.draft.day, self.plan.days))
        person = first.person
        other = Person(
            name=mistakes.misheard(person.name, rng) if chance(rng, 0.5) else person.name,
            sex=person.sex,
            born=person.born,
            village=person.village,
            nik=person.nik,
            birth_place=person.birth_place,
            phone=person.phone,
        )
        data = forms_people.person(other, first.home, contact.on, rng) | {"relation_to_head": "other"}
        # The other tablet need not know the household, and may not when it is of another area.
        data.pop("household_id", None)
        draft = self.diary.save(contact, "person", data)
        self.touched.add(draft.id)
        self.expected.same.append((first.draft.id, draft.id))
        if "civil" in self.plan.enrolments[tablet].programs:
            self.diary.save(contact, "service_request", forms_civil.service_request(draft.id, contact.on, rng))

    def _edits(self) -> None:
        """Edit what is free; effects are known only now, when all that delays a record is decided."""
        effect = self.rota.effects(self.diary.drafts)
        free = [one for one in self.story if one.form_version == FORM_VERSION and edits.fields_of(one.type, one.data)]
        single = [one for one in free if one.wrong is None]
        for draft in self._some(RETYPED, (one for one in single if not one.group)):
            self._edit(draft, draft.tablet, draft.day, self._values(draft, 1)[0])
        for draft in self._some(LONE, single):
            who, day = self._somebody(draft, effect)
            if day < NEVER:
                self._edit(draft, who, day, self._values(draft, 1)[0])
        for draft in self._some(APART, (one for one in single if len(edits.fields_of(one.type, one.data)) > 1)):
            self._edit_apart(draft, effect, self._values(draft, 2))
        for draft in self._some(CLASHING, single):
            self._edit_apart(draft, effect, self._clash(draft))
        leaves = (one for one in single if one.type in LEAVES and one.id not in self.named)
        for draft in self._some(DELETED, leaves):
            who, day = self._somebody(draft, effect)
            if day < NEVER:
                self.diary.change(draft, who, day, None)
                self.expected.deleted.add(draft.id)

    def _edit(self, draft: Draft, tablet: int, day: int, change: tuple[str, Any]) -> None:
        name, value = change
        self.diary.change(draft, tablet, day, {name: value})
        self.expected.values[draft.id, name] = (*self.expected.values.get((draft.id, name), ()), value)

    def _edit_apart(self, draft: Draft, effect: dict[str, int], changes: list[tuple[str, Any]]) -> None:
        """Let two tablets edit on the day when both know the record and neither knows the other's edit."""
        pairs = [(self.rota.editable_from(one, draft, effect), one) for one in self._others(draft)]
        ready = [(day, one) for day, one in pairs if day < self.plan.days]
        if not ready:
            return
        day, other = self.rng.choice(ready)
        self._edit(draft, draft.tablet, day, changes[0])
        self._edit(draft, other, day, changes[1])

    def _values(self, draft: Draft, count: int) -> list[tuple[str, Any]]:
        names = self.rng.sample(edits.fields_of(draft.type, draft.data), count)
        return [(name, edits.new_value(self.rng, draft.type, name, draft.data[name])) for name in names]

    def _clash(self, draft: Draft) -> list[tuple[str, Any]]:
        name, value = self._values(draft, 1)[0]
        old = draft.data[name]
        rival = edits.new_value(self.rng, draft.type, name, old)
        while rival in (value, old):
            rival = edits.new_value(self.rng, draft.type, name, old)
        return [(name, value), (name, rival)]

    def _others(self, draft: Draft) -> list[int]:
        program = PROGRAM_OF[draft.type]
        seeing = [n for n, one in enumerate(self.plan.enrolments) if sees(one, draft.area, program)]
        return [n for n in seeing if n != draft.tablet]

    def _somebody(self, draft: Draft, effect: dict[str, int]) -> tuple[int, int]:
        who = self.rng.choice([draft.tablet, *self._others(draft)])
        earliest = self.rota.editable_from(who, draft, effect)
        return who, earliest if earliest < self.plan.days else NEVER
