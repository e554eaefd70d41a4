"""From a folder of homework back to a student's own exercise, so that answers are marked against it.

    homework = Homework.read(Path("week-3"))
    homework.variant(code="QDQH4N").exercise

Nothing of the students' files is read: the variant is drawn again from what `homework.json` keeps.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from symback.errors import Fault, InputError
from symback.exercise.faults import FaultList
from symback.exercise.model import Exercise
from symback.exercise.names import nearest
from symback.exercise.nodes import shown
from symback.exercise.source import file_name
from symback.homework.folder import INDEX, MANIFEST, Manifest, read_manifest
from symback.homework.roster import Student
from symback.homework.variant import Variant
from symback.marking.answers import ClassAnswers
from symback.marking.command import Variants


def is_homework(path: str | Path) -> bool:
    """Whether a path is a folder of homework."""
    return (Path(path) / MANIFEST).is_file()


@dataclass(frozen=True)
class Homework:
    """The homework of a class, as its folder has kept it."""

    folder: Path
    manifest: Manifest
    _made: dict[str, Variant] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: str | Path) -> Homework:
        """The homework in a folder.

        Raises InputError where there is none, or where the run was stopped before its index was written.
        """
        path = Path(folder)
        manifest = read_manifest(path)
        if manifest is None:
            raise InputError(Fault(f"holds no homework: there is no {MANIFEST} in it", str(path)))
        if not (path / INDEX).is_file():
            message = f"holds homework that is not complete: there is no {INDEX}; run the same `symback vary` again"
            raise InputError(Fault(message, str(path)))
        return cls(path, manifest)

    @property
    def original(self) -> Exercise:
        """The exercise that the variants were made of."""
        return self.manifest.job.sampler.exercise

    @property
    def students(self) -> tuple[Student, ...]:
        """The students who have a variant."""
        return self.manifest.students

    def variant(self, student: str = "", code: str = "") -> Variant:
        """The variant with a code, or of a student.

        Raises InputError where nobody has them, or where the code is another student's.
        """
        found = self._by_code(code) if code.strip() else None
        if student.strip():
            own = self._by_id(student if student in self._ids else student.strip())
            if found is not None and found is not own:
                message = f"code {shown(code)} is that of {shown(found.id)}, not of {shown(own.id)}"
                raise InputError(Fault(message, str(self.folder)))
            found = own
        if found is None:
            raise InputError(Fault("an id or a code is needed to find a variant", str(self.folder)))
        if found.id not in self._made:
            self._made[found.id] = self.manifest.job.sampler.variant(found.id, found.name, self._draw(found))
        return self._made[found.id]

    def _draw(self, student: Student) -> int:
        return self.manifest.draws.get(student.id, 0)

    @cached_property
    def _ids(self) -> dict[str, Student]:
        return {student.id: student for student in self.students}

    @cached_property
    def _codes(self) -> dict[str, Student]:
        sampler = self.manifest.job.sampler
        return {sampler.code(student.id, self._draw(student)): student for student in self.students}

    def _by_id(self, student: str) -> Student:
        if student not in self._ids:
            raise InputError(Fault(f"has no student {shown(student)}{_hint(student, self._ids)}", str(self.folder)))
        return self._ids[student]

    def _by_code(self, code: str) -> Student:
        plain = "".join(code.split()).replace("-", "").upper()
        if plain not in self._codes:
            raise InputError(Fault(f"has no variant {shown(code)}{_hint(plain, self._codes)}", str(self.folder)))
        return self._codes[plain]


def class_variants(folder: str | Path, answers: Path) -> Variants:
    """What the marker needs to mark the answers of a class, each student's against their own variant.

    Raises InputError where the folder holds no homework that is complete.
    """
    homework, file = Homework.read(folder), file_name(answers)

    def own(answers: ClassAnswers) -> tuple[ClassAnswers, list[Exercise]]:
        faults, students, exercises = FaultList(file), [], []
        for student in answers.students:
            try:
                found = homework.variant(student.id, student.code)
            except InputError as error:
                faults.add("", student.line, error.faults[0].message)
                continue
            students.append(replace(student, name=student.name or found.name))
            exercises.append(found.exercise)
        faults.stop_if_any()
        return ClassAnswers(tuple(students)), exercises

    return Variants(homework.original, own)


def _hint(name: str, known: dict[str, Student]) -> str:
    near = nearest(name, known)
    return f"; did you mean {near}?" if near else ""


def variant_for(code_or_id: str, folder: str | Path) -> Exercise:
    """The exercise of the variant with this code, or else of the student with this id.

    Raises InputError where the folder has neither.
    """
    homework = Homework.read(folder)
    try:
        return homework.variant(code=code_or_id).exercise
    except InputError:
        return homework.variant(code_or_id).exercise
