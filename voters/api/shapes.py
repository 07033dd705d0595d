"""Shapes of the API for its OpenAPI schema. The hot path itself is decoded by `voters.sync.payload`."""

from rest_framework import serializers


class NewVoterShape(serializers.Serializer[None]):
    """Model A-Daftar Potensial Pemilih."""

    nkk = serializers.RegexField(r"^[0-9]{16}$")
    nik = serializers.RegexField(r"^[0-9]{16}$")
    name = serializers.CharField(max_length=100)
    birth_place = serializers.CharField(max_length=60, allow_blank=True)
    birth_day = serializers.DateField()
    sex = serializers.ChoiceField(["L", "P"])
    marital = serializers.ChoiceField(["B", "S", "P"])
    address = serializers.CharField(max_length=150, allow_blank=True)
    rt = serializers.IntegerField(min_value=0, max_value=999)
    rw = serializers.IntegerField(min_value=0, max_value=999)
    disability = serializers.IntegerField(min_value=0, max_value=6)
    ktp_el = serializers.ChoiceField(["S", "B"])


class EventShape(serializers.Serializer[None]):
    """One result."""

    id = serializers.UUIDField(help_text="Made on the phone when the result was saved.")
    voter = serializers.UUIDField(help_text="The voter's id; for code B a new one, made on the phone.")
    code = serializers.CharField(
        max_length=2, help_text="0, U, B, 1 … 8 as the list's `codes` allow; X takes back a B."
    )
    at = serializers.DateTimeField(help_text="When the result was saved, by the phone's clock, with its zone.")
    base_revision = serializers.IntegerField(
        min_value=0, required=False, help_text="Revision of the list it was made on."
    )
    corrected = serializers.DictField(required=False, allow_null=True, help_text="For U: the corrected fields only.")
    evidence = serializers.ChoiceField(["", "ada", "menyusul", "belum_ada"], required=False)
    new = NewVoterShape(required=False, allow_null=True, help_text="For B.")


class BatchUpload(serializers.Serializer[None]):
    """An upload for one TPS."""

    batch = serializers.UUIDField()
    tps = serializers.UUIDField()
    sent_at = serializers.DateTimeField(help_text="The phone's clock at sending.")
    app_version = serializers.CharField(max_length=40, required=False, allow_blank=True)
    attempts = serializers.IntegerField(min_value=0, required=False)
    recorded = serializers.IntegerField(min_value=0, required=False, allow_null=True)
    waiting = serializers.IntegerField(min_value=0, required=False, allow_null=True)
    failed = serializers.IntegerField(min_value=0, required=False, allow_null=True)
    events = EventShape(many=True)


class EventAnswer(serializers.Serializer[None]):
    """What became of one event."""

    id = serializers.CharField()
    status = serializers.ChoiceField(["accepted", "duplicate", "conflict", "quarantined"])
    problem = serializers.CharField(required=False)
    field = serializers.CharField(required=False)
    message = serializers.CharField(required=False)


class BatchAnswer(serializers.Serializer[None]):
    """What became of an upload."""

    batch = serializers.UUIDField()
    status = serializers.ChoiceField(["applied", "stored"])
    results = EventAnswer(many=True)


class ErrorAnswer(serializers.Serializer[None]):
    """Why nothing was stored."""

    error = serializers.CharField(required=False)
    message = serializers.CharField(required=False)
    detail = serializers.CharField(required=False)
    limit = serializers.IntegerField(required=False)


class TpsItem(serializers.Serializer[None]):
    """A TPS of the phone."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    kelurahan = serializers.CharField()
    kelurahan_name = serializers.CharField()
    revision = serializers.IntegerField()


class TpsList(serializers.Serializer[None]):
    """The list of one TPS."""

    tps = serializers.UUIDField()
    revision = serializers.IntegerField()
    codes = serializers.ListField(child=serializers.DictField())
    limits = serializers.DictField()
    voters = serializers.ListField(child=serializers.DictField())


class EnrolRequest(serializers.Serializer[None]):
    """A code from the PPS."""

    code = serializers.CharField(max_length=64, help_text="As printed, such as 6271-7KQ2M-4XW9T.")
    app_version = serializers.CharField(max_length=40, required=False, allow_blank=True)


class EnrolAnswer(serializers.Serializer[None]):
    """The phone is known now. The token is told this once."""

    token = serializers.CharField()
    status = serializers.ChoiceField(["active", "unconfirmed"])
    pantarlih = serializers.CharField()
    tps = TpsItem(many=True)
