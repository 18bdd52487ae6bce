"""What a world is in compiled code: rows that read and write like records, and ties and records that nobody changes.

``view_world`` makes a world of what ``addresses`` gives; ``readonly`` makes a record one that is only read. Both tell
the compiler what it cannot know of plain records: that two fields never share a byte, and that ties, weeks and
parameters stay as they are while people change. So it keeps in registers what it would otherwise read again after
every write (decision 0012).
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

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

from plnsim.model.world.entities import NETWORK_DTYPE, SCHOOL_DTYPE, TEACHER_DTYPE, World, WorldOf
from plnsim.simulation.engine.columns import Columns, Layout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numba.core.base import BaseContext
    from numba.core.typing.templates import Signature

OBSERVED_FIELDS = (
    "parts",
    "knowledge",
    "belief",
    "fidelity",
    "time",
    "name",
    "post",
    "school",
    "network",
    "seat",
    "uses",
    "applied",
    "member",
    "formal",
    "mobilises",
    "asked",
)
"""What colleagues observe in a teacher, who may be anywhere in the memory of a nation."""
WEEKLY_FIELDS = (
    "threshold",
    "load",
    "exposure",
    "source_fidelity",
    "contact_parts",
    "contact_belief",
    "heard",
    "advised",
)
"""What a teacher's own week reads or writes, whoever she is."""
LAYOUTS = {
    "teachers": Layout(TEACHER_DTYPE, (OBSERVED_FIELDS, WEEKLY_FIELDS)),
    "schools": Layout(SCHOOL_DTYPE),
    "networks": Layout(NETWORK_DTYPE),
}
"""How people lie in memory; a field that is not named above has a column of its own (decision 0012 has the figures)."""
TIE_DTYPE = np.dtype("i4")
"""Places of people, of ties and of seats, as compiled code reads them."""
READONLY = "readonly"
"""What the compiler is told that ties, weeks and parameters are, in the place of a field."""

Lowering = Callable[["BaseContext", ir.IRBuilder, "Signature", "Sequence[ir.Value]"], ir.Value]
"""Writes the code of a call."""


def addresses(world: WorldOf[Columns, Columns, Columns, np.ndarray]) -> np.ndarray:
    """Where the columns and ties of a world lie in memory, and how many there are of each; for ``view_world``.

    ``world`` holds ``Columns`` of people and contiguous arrays of ``TIE_DTYPE``, else ``TypeError``; it has to outlive
    what is made of its addresses. Compiled code trusts every place in it: none may be negative or beyond the last.
    """
    words: list[int] = []
    for name, part in world._asdict().items():
        if isinstance(part, Columns) and part.layout is LAYOUTS.get(name):
            words += [part.address, len(part)]
        elif name not in LAYOUTS and part.dtype == TIE_DTYPE and part.flags.carray:
            words += [part.ctypes.data, len(part)]
        else:
            raise TypeError(f"{name} of a world are not laid out as compiled code reads them")
    return np.array(words, np.int64)


class ColumnsType(types.Type):
    """All teachers, all schools or all networks."""

    def __init__(self, kind: str) -> None:
        self.kind, self.offsets = kind, LAYOUTS[kind].offsets
        self.record = numpy_support.from_dtype(LAYOUTS[kind].dtype)
        super().__init__(f"columns of {kind}")


class RowType(types.Type):
    """One of them."""

    def __init__(self, columns: ColumnsType) -> None:
        self.columns = columns
        super().__init__(f"row of {columns.kind}")


class TiesType(types.Type):
    """An array of places that nobody changes."""

    def __init__(self) -> None:
        self.dtype = numpy_support.from_dtype(TIE_DTYPE)
        super().__init__("ties")


class ReadonlyType(types.Type):
    """A record that nobody changes, or a record within it."""

    def __init__(self, record: types.Record) -> None:
        self.record = record
        super().__init__(f"readonly {record}")


class WorldType(types.Type):
    """Everyone and every tie, as in ``World``."""

    parts = tuple((name, ColumnsType(name) if name in LAYOUTS else TiesType()) for name in World._fields)

    def __init__(self) -> None:
        super().__init__("world")


def _register_struct_model(kind: type[types.Type], *members: tuple[str, types.Type]) -> None:
    """Compiled code holds what is of this type as these values side by side."""

    class StructModel(models.StructModel):
        def __init__(self, manager: object, of: types.Type) -> None:
            super().__init__(manager, of, list(members))

    register_model(kind)(StructModel)


_DATA, _COUNT, _PLACE = ("data", types.voidptr), ("count", types.intp), ("place", types.intp)
_register_struct_model(ColumnsType, _DATA, _COUNT)
_register_struct_model(RowType, _DATA, _COUNT, _PLACE)
_register_struct_model(TiesType, _DATA, _COUNT)
_register_struct_model(ReadonlyType, _DATA)
_register_struct_model(WorldType, *WorldType.parts)
for _name, _ in WorldType.parts:
    make_attribute_wrapper(WorldType, _name, _name)


def _parts(context: BaseContext, builder: ir.IRBuilder, of: types.Type, value: ir.Value | None = None) -> Any:
    """The values that a value of a type is held as, to read and to set: attributes by the names of its model."""
    return cgutils.create_struct_proxy(of)(context, builder, value=value)


def _number(value: int) -> ir.Constant:
    return ir.Constant(ir.IntType(64), value)


def _typed_address(
    context: BaseContext, builder: ir.IRBuilder, field: types.Type, data: ir.Value, distance: ir.Value
) -> ir.Value:
    """The address of a value so many bytes on."""
    return builder.bitcast(builder.gep(data, [distance], inbounds=True), context.get_data_type(field).as_pointer())


def _field_address(context: BaseContext, builder: ir.IRBuilder, of: RowType, value: ir.Value, name: str) -> ir.Value:
    """The address of a field of a row."""
    row, (before, more, stride) = _parts(context, builder, of, value), of.columns.offsets[name]
    first = builder.gep(row.data, [builder.add(builder.mul(row.count, _number(before)), _number(more))], inbounds=True)
    return _typed_address(
        context, builder, of.columns.record.typeof(name), first, builder.mul(row.place, _number(stride))
    )


def _tag_tbaa(access: ir.Instruction, builder: ir.IRBuilder, of: str) -> ir.Instruction:
    """Marks a load or store as one of a field; LLVM's TBAA takes those of other fields for elsewhere."""
    module = builder.module
    kind = module.add_metadata([of, module.add_metadata(["plnsim"]), _number(0)])
    access.set_metadata("tbaa", module.add_metadata([kind, kind, _number(0)]))
    return access


def _read(context: BaseContext, builder: ir.IRBuilder, field: types.Type, address: ir.Value, of: str) -> ir.Value:
    return context.data_model_manager[field].from_data(builder, _tag_tbaa(builder.load(address), builder, of))


@intrinsic
def view_world(context: BaseContext, world_addresses: types.Array) -> tuple[Signature, Lowering]:
    """The world that lies where ``addresses`` says."""

    def codegen(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, arguments: Sequence[ir.Value]
    ) -> ir.Value:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        world = _parts(context, builder, signature.return_type)
        for number, (name, kind) in enumerate(WorldType.parts):
            address, count = (builder.load(cgutils.gep(builder, array.data, 2 * number + word)) for word in (0, 1))
            part = _parts(context, builder, kind)
            part.data, part.count = builder.inttoptr(address, cgutils.voidptr_t), count
            setattr(world, name, part._getvalue())
        return world._getvalue()

    return WorldType()(world_addresses), codegen


@intrinsic
def readonly(context: BaseContext, record: types.Record) -> tuple[Signature, Lowering]:
    """The same record, which is only read from here on."""

    def codegen(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, arguments: Sequence[ir.Value]
    ) -> ir.Value:
        parts = _parts(context, builder, signature.return_type)
        parts.data = builder.bitcast(arguments[0], cgutils.voidptr_t)
        return parts._getvalue()

    return ReadonlyType(record)(record), codegen


def _same_bits(given: types.Type, taken: types.Type) -> tuple[Signature, Lowering]:
    """A call that takes the bits of one type for those of another."""

    def codegen(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, arguments: Sequence[ir.Value]
    ) -> ir.Value:
        return builder.bitcast(arguments[0], context.get_value_type(signature.return_type))

    return taken(given), codegen


@intrinsic
def bits_of(context: BaseContext, number: types.Float) -> tuple[Signature, Lowering]:
    """The 64 bits of a floating-point number."""
    return _same_bits(types.float64, types.uint64)


@intrinsic
def float_of(context: BaseContext, bits: types.Integer) -> tuple[Signature, Lowering]:
    """The floating-point number that 64 bits stand for."""
    return _same_bits(types.uint64, types.float64)


@type_callable(len)
def _type_of_length(context: BaseContext) -> Callable[[types.Type], types.Type | None]:
    return lambda those: types.intp if isinstance(those, ColumnsType) else None


@lower_builtin(len, ColumnsType)
def _length(
    context: BaseContext, builder: ir.IRBuilder, signature: Signature, arguments: Sequence[ir.Value]
) -> ir.Value:
    return _parts(context, builder, signature.args[0], arguments[0]).count


@type_callable(operator.getitem)
def _type_of_item(context: BaseContext) -> Callable[[types.Type, types.Type], types.Type | None]:
    def item_type(those: types.Type, place: types.Type) -> types.Type | None:
        if isinstance(those, ColumnsType) and isinstance(place, types.Integer):
            return RowType(those)
        return those.dtype if isinstance(those, TiesType) and isinstance(place, types.Integer) else None

    return item_type


@lower_builtin(operator.getitem, ColumnsType, types.Integer)
def _row(context: BaseContext, builder: ir.IRBuilder, signature: Signature, arguments: Sequence[ir.Value]) -> ir.Value:
    columns = _parts(context, builder, signature.args[0], arguments[0])
    row = _parts(context, builder, signature.return_type)
    row.data, row.count = columns.data, columns.count
    row.place = context.cast(builder, arguments[1], signature.args[1], types.intp)
    return row._getvalue()


@lower_builtin(operator.getitem, TiesType, types.Integer)
def _tie(context: BaseContext, builder: ir.IRBuilder, signature: Signature, arguments: Sequence[ir.Value]) -> ir.Value:
    data = _parts(context, builder, signature.args[0], arguments[0]).data
    place = context.cast(builder, arguments[1], signature.args[1], types.intp)
    distance = builder.mul(place, _number(TIE_DTYPE.itemsize))
    return _read(
        context,
        builder,
        signature.return_type,
        _typed_address(context, builder, signature.return_type, data, distance),
        READONLY,
    )


@infer_getattr
class _RowAttributes(AttributeTemplate):
    key = RowType

    def generic_resolve(self, of: RowType, name: str) -> types.Type | None:
        return of.columns.record.typeof(name) if name in of.columns.record.fields else None


@infer_getattr
class _ReadonlyAttributes(AttributeTemplate):
    key = ReadonlyType

    def generic_resolve(self, of: ReadonlyType, name: str) -> types.Type | None:
        field = of.record.typeof(name) if name in of.record.fields else None
        return ReadonlyType(field) if isinstance(field, types.Record) else field


@lower_getattr_generic(ReadonlyType)
def _read_readonly(
    context: BaseContext, builder: ir.IRBuilder, of: ReadonlyType, value: ir.Value, name: str
) -> ir.Value:
    data, distance = _parts(context, builder, of, value).data, _number(of.record.offset(name))
    field = of.record.typeof(name)
    if isinstance(field, types.Record):
        inner = _parts(context, builder, ReadonlyType(field))
        inner.data = builder.gep(data, [distance], inbounds=True)
        return inner._getvalue()
    return _read(context, builder, field, _typed_address(context, builder, field, data, distance), READONLY)


@lower_getattr_generic(RowType)
def _read_row(context: BaseContext, builder: ir.IRBuilder, of: RowType, value: ir.Value, name: str) -> ir.Value:
    return _read(
        context,
        builder,
        of.columns.record.typeof(name),
        _field_address(context, builder, of, value, name),
        f"{of.columns.kind}.{name}",
    )


@lower_setattr_generic(RowType)
def _write_row(
    context: BaseContext, builder: ir.IRBuilder, signature: Signature, arguments: Sequence[ir.Value], name: str
) -> None:
    of, field = signature.args
    value = context.data_model_manager[field].as_data(builder, arguments[1])
    written = builder.store(value, _field_address(context, builder, of, arguments[0], name))
    _tag_tbaa(written, builder, f"{of.columns.kind}.{name}")
