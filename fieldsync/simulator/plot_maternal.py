"""The plot of a pregnancy: registered at some week, seen again and again, delivered, followed for weeks.

Earlier visits are copied from the mother's book at the first contact, as officers do, so
that a course over months stands in the data though the van comes for a month only. Some
visits are written on another tablet than the one that registered her.
"""

from datetime import date, timedelta

from fieldsync.simulator import courses, forms_child, forms_civil, forms_maternal, forms_people
from fieldsync.simulator.diary import Contact, Draft
from fieldsync.simulator.odds import chance
from fieldsync.simulator.population import Person
from fieldsync.simulator.scene import Scene

BOOK_WEEKS = (9, 14, 19, 24, 28, 32, 35)
LATEST_REGISTRATION_DAYS = 20
STILLBIRTH_SHARE = 0.008
MONTH = 28


class Maternity:
    """One pregnancy, told over the van's days in the village."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.rng = scene.rng
        first = scene.date_of(scene.days[0])
        term = self.rng.randint(-LATEST_REGISTRATION_DAYS, 215)
        lmp = first + timedelta(days=term - courses.TERM_DAYS)
        woman = scene.home.wife
        self.course = courses.pregnancy(self.rng, lmp, woman.age(lmp), woman.blood_type)
        self.visits = 0
        self.delivery_id = ""
        self.newborns: list[tuple[Person, int]] = []
        self.follow_up: tuple[str, str] | None = None

    def tell(self) -> None:
        """Write the whole course into the diary."""
        first, *later = (self.scene.contact(day, "maternal") for day in self.scene.days)
        pregnancy = self._register(first)
        self._meet(first, pregnancy)
        for contact in later:
            if chance(self.rng, 0.85):
                self._meet(contact, pregnancy)

    def _meet(self, contact: Contact, pregnancy: Draft) -> None:
        if self.delivery_id:
            self._after_birth(contact)
        elif contact.on > self.course.due:
            self._birth(contact, pregnancy)
        else:
            self._antenatal(contact, pregnancy.id)

    def _register(self, contact: Contact) -> Draft:
        scene, home = self.scene, self.scene.home
        if chance(self.rng, 0.45):
            scene.register_home(contact, [home.husband, home.wife], as_group=chance(self.rng, 0.5))
        elif chance(self.rng, 0.3):
            scene.register(home.husband, contact)
        woman_id = scene.register(home.wife, contact)
        data = forms_maternal.registration(self.course, woman_id, contact.on, "active", self.rng)
        pregnancy = scene.diary.save(contact, "pregnancy", data)
        self._copy_book(contact, pregnancy.id)
        return pregnancy

    def _copy_book(self, contact: Contact, pregnancy_id: str) -> None:
        seen = [self.course.lmp + timedelta(days=7 * week + self.rng.randint(-4, 4)) for week in BOOK_WEEKS]
        seen = [on for on in seen if on < min(contact.on, self.course.due) and chance(self.rng, 0.5)]
        for on in seen[-3:]:
            self._visit(contact, pregnancy_id, on, self.rng.choice(("puskesmas", "posyandu", "practice")))

    def _visit(self, contact: Contact, pregnancy_id: str, on: date, place: str) -> Draft:
        following = on + timedelta(days=MONTH if self.course.weeks(on) < courses.SETTLED_WEEK else MONTH // 2)
        visit = forms_maternal.Visit(pregnancy_id, on, place, self.visits, following)
        self.visits += 1
        data = forms_maternal.antenatal(self.course, visit, self.rng)
        return self.scene.diary.save(contact, "anc_visit", data)

    def _antenatal(self, contact: Contact, pregnancy_id: str) -> None:
        if self.follow_up:
            rule, subject = self.follow_up
            officer = f"petugas-{contact.tablet + 1:02}"
            data = forms_people.follow_up(rule, subject, contact.on, officer, self.rng)
            self.scene.diary.save(contact, "follow_up_action", data)
            self.follow_up = None
        draft = self._visit(contact, pregnancy_id, contact.on, "van")
        rule_now = forms_maternal.is_emergency(draft.data)
        if rule_now:
            when = contact.on.isoformat()
            draft.data["referral"] = {"to": forms_maternal.HOSPITAL, "reason": rule_now, "at": when}
            self.follow_up = (rule_now, pregnancy_id)

    def _birth(self, contact: Contact, pregnancy: Draft) -> None:
        scene, course = self.scene, self.course
        diary, group = scene.diary, scene.diary.new_id(contact)
        still = chance(self.rng, STILLBIRTH_SHARE)
        babies = []
        for order in range(1, 3 if course.twins else 2):
            sex = self.rng.choice(("male", "female"))
            child = None if still else scene.people.newborn(scene.home, course.due, sex)
            if child:
                if chance(self.rng, 0.4):
                    child.name = f"By. Ny. {scene.home.wife.name}"
                scene.register(child, contact, group)
            entry = forms_maternal.baby(course, order, sex, child.id if child else None, self.rng)
            babies.append(entry)
            if child:
                self.newborns.append((child, entry["birth_weight_g"]))
        letter = f"{self.rng.randint(1, 999):03}/SKL/{course.due:%m/%Y}"
        place = self.rng.choices(("midwife_practice", "puskesmas", "hospital", "home"), (42, 28, 22, 8))[0]
        birth = forms_maternal.Birth(pregnancy.id, course.due, place, letter)
        self.delivery_id = diary.save(
            contact, "delivery", forms_maternal.delivery(birth, babies, self.rng), group=group
        ).id
        diary.change(pregnancy, contact.tablet, contact.day, {"status": "delivered"})
        self._after_birth(contact)
        self._first_doses(contact)

    def _first_doses(self, contact: Contact) -> None:
        if not self.scene.offers("child"):
            return
        nurse = self.scene.contact(contact.day, "child")
        for child, _ in self.newborns:
            if chance(self.rng, 0.9):
                data = forms_child.immunisation(child.id, "HB0", self.course.due, "book", self.rng)
                self.scene.diary.save(nurse, "immunisation", data)

    def _after_birth(self, contact: Contact) -> None:
        days = (contact.on - self.course.due).days
        mother = self.scene.home.wife
        save = self.scene.diary.save
        data = forms_maternal.after_birth_mother(self.delivery_id, mother.id, self.course, contact.on, self.rng)
        save(contact, "pnc_visit", data)
        for child, grams in self.newborns:
            seen = forms_maternal.Newborn(self.delivery_id, child.id, grams, days)
            save(contact, "pnc_visit", forms_maternal.after_birth_baby(seen, contact.on, self.rng))
        if self.newborns and self.scene.offers("civil") and chance(self.rng, 0.4):
            self._civil_registration(contact)

    def _civil_registration(self, contact: Contact) -> None:
        desk = self.scene.contact(contact.day, "civil")
        for child, _ in self.newborns:
            data = forms_civil.birth_registration(child, self.scene.home, contact.on, self.rng)
            self.scene.diary.save(desk, "birth_registration", data)
        self.newborns = []
