"""The plots around children, papers and opinions.

Small stories of one family each: children weighed and immunised over several visits, papers
applied for and handed out, a death in the house, a complaint answered, a survey filled in.
"""

from datetime import timedelta
from typing import Any

from fieldsync.simulator import courses, forms_child, forms_civil
from fieldsync.simulator.odds import chance
from fieldsync.simulator.population import Person
from fieldsync.simulator.scene import Scene

BETWEEN_WEIGHINGS_DAYS = 12


def childhood(scene: Scene) -> None:
    """Tell of the small children of a home: the book copied, then visits and doses."""
    contact = scene.contact(scene.days[0], "child")
    scene.register(scene.home.wife, contact)
    for child in scene.home.children:
        scene.register(child, contact)
        _one_child(scene, child)


def civic(scene: Scene) -> None:
    """Tell of papers, a death, a complaint and a survey; each as the van offers it."""
    if scene.offers("civil"):
        _papers(scene)
        if scene.home.elder and chance(scene.rng, 0.25):
            _death(scene, scene.home.elder)
    if scene.offers("service"):
        if chance(scene.rng, 0.35):
            _complaint(scene)
        if chance(scene.rng, 0.6):
            _survey(scene)


def _one_child(scene: Scene, child: Person) -> None:
    rng, diary = scene.rng, scene.diary
    growth = courses.growth(rng, child.born, child.sex)
    first = scene.contact(scene.days[0], "child")
    taken = forms_child.doses_before(child.born, first.on, rng)
    for dose, on in taken[-6:]:
        source = rng.choice(("book", "book", "recall"))
        diary.save(first, "immunisation", forms_child.immunisation(child.id, dose, on, source, rng))
    had = {dose for dose, _ in taken}
    last_weight: float | None = None
    last_day = -BETWEEN_WEIGHINGS_DAYS
    for day in scene.days:
        if day - last_day < BETWEEN_WEIGHINGS_DAYS:
            continue
        contact, last_day = scene.contact(day, "child"), day
        data = forms_child.visit(growth, child.id, contact.on, last_weight, rng)
        last_weight = data["weight_kg"]
        diary.save(contact, "child_visit", data)
        for dose in forms_child.doses_due(child.born, contact.on, had):
            had.add(dose)
            diary.save(contact, "immunisation", forms_child.immunisation(child.id, dose, contact.on, "given_now", rng))


def _papers(scene: Scene) -> None:
    rng, diary = scene.rng, scene.diary
    desk = scene.contact(scene.days[0], "civil")
    applicant = rng.choice((scene.home.husband, scene.home.wife))
    if chance(rng, 0.35):
        scene.register_home(desk, [scene.home.husband, scene.home.wife], as_group=chance(rng, 0.5))
    data = forms_civil.service_request(scene.register(applicant, desk), desk.on, rng)
    request = diary.save(desk, "service_request", data)
    later = [day for day in scene.days if day > desk.day]
    if not later or not chance(rng, 0.4):
        return
    back = scene.contact(later[0], "civil")
    complete = data.get("complete_on") or back.on.isoformat()
    fields: dict[str, Any] = {"status": "in_process", "complete_on": complete, "missing": []}
    if data["status"] == "complete":
        fields |= {"status": "handed_over", "issued_on": back.on.isoformat(), "handed_over_on": back.on.isoformat()}
    diary.change(request, back.tablet, back.day, fields)


def _death(scene: Scene, elder: Person) -> None:
    desk = scene.contact(scene.days[-1], "civil")
    died = desk.on - timedelta(days=scene.rng.randint(1, 25))
    data = forms_civil.death_event(scene.register(elder, desk), died, scene.rng)
    scene.diary.save(desk, "death_event", data)


def _complaint(scene: Scene) -> None:
    rng, diary = scene.rng, scene.diary
    desk = scene.contact(scene.days[0], "service")
    draft = diary.save(desk, "complaint", forms_civil.complaint(desk.on, desk.village.code, rng))
    later = [day for day in scene.days if day > desk.day]
    if later and chance(rng, 0.5):
        fields = {"status": "forwarded", "forwarded_on": scene.date_of(later[0]).isoformat()}
        diary.change(draft, scene.contact(later[0], "service").tablet, later[0], fields)


def _survey(scene: Scene) -> None:
    desk = scene.contact(scene.days[0], "service")
    unit = scene.rng.choice((forms_civil.UNIT, f"Mobil Pelayanan {scene.team.van}"))
    scene.diary.save(desk, "survey_response", forms_civil.survey(desk.on, unit, scene.rng))
