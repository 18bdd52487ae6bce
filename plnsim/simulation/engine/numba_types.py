"""What a world is in compiled code: rows that read and write like records, and ties and records that nobody changes.

``opened`` makes a world of what ``located`` gives; ``unchanging`` makes a record one that is only read. Both tell the
compiler what it cannot know of plain records: that two fields never share a byte, and that ties, weeks and parameters stay as
they are while people change. So it keeps in registers what it would otherwise read again after every write (decision 0012).
"""

from __future__ import annotations

import operator

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    infer_getattr,
    intrinsic,
    lower_builtin,
    lower_getattr_generic,
    lower_setattr_generic,
    make_attribute_wrapper,
    models,
    register_model,
    type_callable,
)
from numba.np import numpy_support

from plnsim.model.world.entities import NETWORK_RECORD, SCHOOL_RECORD, TEACHER_RECORD, World
from plnsim.simulation.engine.columns import Layout

LOOKED_AT = ("knowledge", "belief", "fidelity", "name", "post", "school", "network", "seat", "department", "years", "uses", "applied", "member",
             "formal", "mobilises", "new", "tried", "reached", "mobilised", "barrier", "advised_formally")
"""What colleagues look at in a teacher, who may be anywhere in the memory of a nation, and all that is small."""
EVERY_WEEK = ("threshold", "load", "exposure", "source_fidelity", "contact_knowledge", "contact_belief", "heard", "advised")
"""What a teacher's own week reads or writes, whoever she is."""
PEOPLE = {"teachers": Layout(TEACHER_RECORD, (LOOKED_AT, EVERY_WEEK)), "schools": Layout(SCHOOL_RECORD), "networks": Layout(NETWORK_RECORD)}
"""How people lie in memory; a field that is not named above has a column of its own (decision 0012 has the figures)."""
TIE_TYPE = np.dtype("i4")
"""Places of people, of ties and of seats, as compiled code reads them."""
UNCHANGING = "unchanging"
"""What the compiler is told that ties, weeks and parameters are, in the place of a field."""


def located(world: World) -> np.ndarray:
    """Where the columns and the ties of a world lie in memory, and how many there are of each: what ``opened`` reads.

    ``world`` holds ``Columns`` of people and contiguous arrays of ``TIE_TYPE``, else ``TypeError``; it has to outlive what is made of
    its addresses. Compiled code trusts every place in it: none may be negative or beyond the last.
    """
    for name, those in world._asdict().items():
        as_read = getattr(those, "layout", None) is PEOPLE[name] if name in PEOPLE else those.dtype == TIE_TYPE and those.flags.carray
        if not as_read:
            raise TypeError(f"{name} of a world are not laid out as compiled code reads them")
    places = [those.address if name in PEOPLE else those.ctypes.data for name, those in world._asdict().items()]
    return np.array([word for place, those in zip(places, world, strict=True) for word in (place, len(those))], np.int64)


class ColumnsType(types.Type):
    """All teachers, all schools or all networks."""

    def __init__(self, kind: str):
        self.kind, self.record, self.places = kind, numpy_support.from_dtype(PEOPLE[kind].dtype), PEOPLE[kind].places
        super().__init__(f"columns of {kind}")


class RowType(types.Type):
    """One of them."""

    def __init__(self, columns: ColumnsType):
        self.columns = columns
        super().__init__(f"row of {columns.kind}")


class TiesType(types.Type):
    """An array of places that nobody changes."""

    def __init__(self):
        self.dtype = numpy_support.from_dtype(TIE_TYPE)
        super().__init__("ties")


class UnchangingType(types.Type):
    """A record that nobody changes, or a record within it."""

    def __init__(self, record: types.Record):
        self.record = record
        super().__init__(f"unchanging {record}")


class WorldType(types.Type):
    """Everyone and every tie, as in ``World``."""

    parts = tuple((name, ColumnsType(name) if name in PEOPLE else TiesType()) for name in World._fields)

    def __init__(self):
        super().__init__("world")


def _held(kind: type[types.Type], *members: tuple[str, types.Type]) -> None:
    """Compiled code holds what is of this type as these values side by side."""

    class Held(models.StructModel):
        def __init__(self, manager, of):
            super().__init__(manager, of, list(members))

    register_model(kind)(Held)


_DATA, _COUNT, _PLACE = ("data", types.voidptr), ("count", types.intp), ("place", types.intp)
_held(ColumnsType, _DATA, _COUNT)
_held(RowType, _DATA, _COUNT, _PLACE)
_held(TiesType, _DATA, _COUNT)
_held(UnchangingType, _DATA)
_held(WorldType, *WorldType.parts)
for _name, _ in WorldType.parts:
    make_attribute_wrapper(WorldType, _name, _name)


def _parts(context, builder, of: types.Type, value=None):
    """The values that a value of a type is held as, to read and to set."""
    return cgutils.create_struct_proxy(of)(context, builder, value=value)


def _number(value: int) -> ir.Constant:
    return ir.Constant(ir.IntType(64), value)


def _at(context, builder, field: types.Type, data, distance):
    """The address of a value so many bytes on."""
    return builder.bitcast(builder.gep(data, [distance], inbounds=True), context.get_data_type(field).as_pointer())


def _in_row(context, builder, of: RowType, value, name: str):
    """The address of a field of a row."""
    row, (before, more, stride) = _parts(context, builder, of, value), of.columns.places[name]
    first = builder.gep(row.data, [builder.add(builder.mul(row.count, _number(before)), _number(more))], inbounds=True)
    return _at(context, builder, of.columns.record.typeof(name), first, builder.mul(row.place, _number(stride)))


def _marked(access, builder, of: str):
    """Marks a reading or writing of memory as one of a field; the compiler takes those of other fields for elsewhere (LLVM's TBAA)."""
    module = builder.module
    kind = module.add_metadata([of, module.add_metadata(["plnsim"]), _number(0)])
    access.set_metadata("tbaa", module.add_metadata([kind, kind, _number(0)]))
    return access


def _read(context, builder, field: types.Type, address, of: str):
    return context.data_model_manager[field].from_data(builder, _marked(builder.load(address), builder, of))


@intrinsic
def opened(context, where):
    """The world that lies where ``located`` says."""

    def made(context, builder, signature, arguments):
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        world = _parts(context, builder, signature.return_type)
        for number, (name, kind) in enumerate(WorldType.parts):
            address, count = (builder.load(cgutils.gep(builder, array.data, 2 * number + word)) for word in (0, 1))
            part = _parts(context, builder, kind)
            part.data, part.count = builder.inttoptr(address, cgutils.voidptr_t), count
            setattr(world, name, part._getvalue())
        return world._getvalue()

    return WorldType()(where), made


@intrinsic
def unchanging(context, record):
    """The same record, which is only read from here on."""

    def made(context, builder, signature, arguments):
        found = _parts(context, builder, signature.return_type)
        found.data = builder.bitcast(arguments[0], cgutils.voidptr_t)
        return found._getvalue()

    return UnchangingType(record)(record), made


@type_callable(len)
def _type_of_length(context):
    return lambda those: types.intp if isinstance(those, ColumnsType) else None


@lower_builtin(len, ColumnsType)
def _length(context, builder, signature, arguments):
    return _parts(context, builder, signature.args[0], arguments[0]).count


@type_callable(operator.getitem)
def _type_of_one(context):
    def found(those, place):
        if isinstance(those, ColumnsType) and isinstance(place, types.Integer):
            return RowType(those)
        return those.dtype if isinstance(those, TiesType) and isinstance(place, types.Integer) else None

    return found


@lower_builtin(operator.getitem, ColumnsType, types.Integer)
def _one(context, builder, signature, arguments):
    columns = _parts(context, builder, signature.args[0], arguments[0])
    row = _parts(context, builder, signature.return_type)
    row.data, row.count = columns.data, columns.count
    row.place = context.cast(builder, arguments[1], signature.args[1], types.intp)
    return row._getvalue()


@lower_builtin(operator.getitem, TiesType, types.Integer)
def _tie(context, builder, signature, arguments):
    data = _parts(context, builder, signature.args[0], arguments[0]).data
    place = context.cast(builder, arguments[1], signature.args[1], types.intp)
    distance = builder.mul(place, _number(TIE_TYPE.itemsize))
    return _read(context, builder, signature.return_type, _at(context, builder, signature.return_type, data, distance), UNCHANGING)


@infer_getattr
class _FieldsOfRow(AttributeTemplate):
    key = RowType

    def generic_resolve(self, of, name):
        return of.columns.record.typeof(name) if name in of.columns.record.fields else None


@infer_getattr
class _FieldsOfUnchanging(AttributeTemplate):
    key = UnchangingType

    def generic_resolve(self, of, name):
        field = of.record.typeof(name) if name in of.record.fields else None
        return UnchangingType(field) if isinstance(field, types.Record) else field


@lower_getattr_generic(UnchangingType)
def _read_unchanging(context, builder, of, value, name):
    data, distance = _parts(context, builder, of, value).data, _number(of.record.offset(name))
    field = of.record.typeof(name)
    if isinstance(field, types.Record):
        inner = _parts(context, builder, UnchangingType(field))
        inner.data = builder.gep(data, [distance], inbounds=True)
        return inner._getvalue()
    return _read(context, builder, field, _at(context, builder, field, data, distance), UNCHANGING)


@lower_getattr_generic(RowType)
def _read_row(context, builder, of, value, name):
    return _read(context, builder, of.columns.record.typeof(name), _in_row(context, builder, of, value, name), f"{of.columns.kind}.{name}")


@lower_setattr_generic(RowType)
def _write_row(context, builder, signature, arguments, name):
    of, field = signature.args
    value = context.data_model_manager[field].as_data(builder, arguments[1])
    written = builder.store(value, _in_row(context, builder, of, arguments[0], name))
    _marked(written, builder, f"{of.columns.kind}.{name}")
