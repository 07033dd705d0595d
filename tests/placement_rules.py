"""The rules of docs/adr/0002 as one function over a model: what in it would keep its table from being distributed."""

from django.db import models

from voters.placement import LOCAL, REFERENCE, SHARDED, ColocatedForeignKey, Sharded
from voters.privacy import Privacy


def breaches(model: type[models.Model]) -> list[str]:
    """Every rule the model breaks, as "field: what is wrong"; empty for a sound one."""
    placement = getattr(model, "placement", None)
    if placement not in (SHARDED, REFERENCE, LOCAL):
        return ["placement: not declared"]
    if placement != SHARDED:
        return [f"{f.name}: reaches into a sharded table" for f in _relations(model) if _placement(f) == SHARDED]
    return [*_kabkota(model), *_keys(model), *_foreign_keys(model)]


def unclassified(model: type[models.Model]) -> list[str]:
    """Fields without exactly one class of privacy, and names in the classes that are no field."""
    privacy = getattr(model, "privacy", Privacy())
    names = " ".join([privacy.public, privacy.internal, privacy.personal, privacy.sensitive]).split()
    fields = {field.name for field in [*model._meta.fields, *model._meta.many_to_many]}
    return sorted((fields ^ set(names)) | {name for name in names if names.count(name) > 1})


def _kabkota(model):
    if not issubclass(model, Sharded):
        return ["placement: is not derived from Sharded, which names kabkota in save, delete and refresh"]
    return ["kabkota: may be null"] if model._meta.get_field("kabkota").null else []


def _keys(model):
    own = model._meta.pk
    if isinstance(own, models.AutoField):
        yield f"{own.name}: is made by the database"
    for field in model._meta.fields:
        if (field.unique and not field.primary_key) or isinstance(field, models.OneToOneField):
            yield f"{field.name}: is unique without kabkota"
    uniques = [(one.name, one.fields) for one in model._meta.constraints if isinstance(one, models.UniqueConstraint)]
    for name, fields in [*uniques, *(("unique_together", one) for one in model._meta.unique_together)]:
        if "kabkota" not in fields:
            yield f"{name}: is unique without kabkota"


def _foreign_keys(model):
    for field in model._meta.many_to_many:
        yield f"{field.name}: is many-to-many"
    for field in model._meta.fields:
        if not isinstance(field, models.ForeignKey):
            continue
        if _placement(field) == SHARDED and not isinstance(field, ColocatedForeignKey):
            yield f"{field.name}: joins without kabkota; it must be a ColocatedForeignKey"
        if _placement(field) == LOCAL:
            yield f"{field.name}: leads from a sharded to a local table"


def _relations(model):
    return [field for field in [*model._meta.fields, *model._meta.many_to_many] if field.remote_field]


def _placement(field):
    return getattr(field.remote_field.model, "placement", LOCAL)
