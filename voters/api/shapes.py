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


class PositionShape(serializers.Serializer[None]):
    """Where a result was saved."""

    latitude = serializers.FloatField(min_value=-90, max_value=90)
    longitude = serializers.FloatField(min_value=-180, max_value=180)
    accuracy = serializers.IntegerField(min_value=0, max_value=100_000, required=False, allow_null=True)


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
    sticker = serializers.BooleanField(
        required=False, allow_null=True, help_text="Whether the household got its sticker."
    )
    receipt = serializers.BooleanField(required=False, allow_null=True, help_text="Whether it got its receipt.")
    position = PositionShape(required=False, allow_null=True)


class BatchUpload(serializers.Serializer[None]):
    """An upload for one TPS."""

    batch = serializers.UUIDField()
    tps = serializers.UUIDField()
    sent_at = serializers.DateTimeField(help_text="The phone's clock at sending.")
    app_version = serializers.CharField(max_length=40, required=False, allow_blank=True)
    attempts = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False)
    recorded = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False, allow_null=True)
    waiting = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False, allow_null=True)
    failed = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False, allow_null=True)
    events = EventShape(many=True)


class EventAnswer(serializers.Serializer[None]):
    """What became of one event."""

    id = serializers.CharField()
    status = serializers.ChoiceField(["accepted", "duplicate", "conflict", "quarantined", "retry"])
    problem = serializers.CharField(required=False)
    field = serializers.CharField(required=False)
    message = serializers.CharField(required=False)
    late = serializers.BooleanField(required=False)


class BatchAnswer(serializers.Serializer[None]):
    """What became of an upload."""

    batch = serializers.UUIDField()
    status = serializers.ChoiceField(["applied"])
    results = EventAnswer(many=True)
    next_sync_at = serializers.DateTimeField()


class StoredAnswer(serializers.Serializer[None]):
    """An upload that is safe, and not applied yet."""

    batch = serializers.UUIDField()
    status = serializers.ChoiceField(["stored"])
    results = EventAnswer(many=True)
    receipt = serializers.CharField(help_text="The address to ask, not before Retry-After.")


class Limits(serializers.Serializer[None]):
    """Of one upload, before and after decompression."""

    events = serializers.IntegerField()
    bytes = serializers.IntegerField()


class ErrorAnswer(serializers.Serializer[None]):
    """Why nothing was applied."""

    error = serializers.CharField()
    message = serializers.CharField()
    limit = serializers.IntegerField(required=False)
    limits = Limits(required=False)
    position = serializers.IntegerField(required=False, help_text="The byte where the JSON breaks.")
    field = serializers.CharField(required=False)


class TpsItem(serializers.Serializer[None]):
    """A TPS of the phone."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    kelurahan = serializers.CharField()
    kelurahan_name = serializers.CharField()
    revision = serializers.IntegerField()


class OwnTps(serializers.Serializer[None]):
    """The phone's TPS."""

    tps = TpsItem(many=True)
    limits = Limits()
    next_sync_at = serializers.DateTimeField()


class CodeItem(serializers.Serializer[None]):
    """A code that a pantarlih may set."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # hides the framework's own attribute, on purpose
    proof = serializers.CharField(allow_blank=True)
    needs_pair = serializers.BooleanField()


class Rules(serializers.Serializer[None]):
    """Days of coklit in this kelurahan, and who may vote."""

    first_day = serializers.DateField()
    last_day = serializers.DateField()
    voting_day = serializers.DateField()
    minimum_age = serializers.IntegerField()
    sealed = serializers.BooleanField()


class NoticeItem(serializers.Serializer[None]):
    """A note of the PPS."""

    id = serializers.UUIDField()
    text = serializers.CharField()
    voter = serializers.UUIDField(allow_null=True)
    given_at = serializers.DateTimeField()


class ListedVoter(serializers.Serializer[None]):
    """A voter as listed, with the current result."""

    id = serializers.UUIDField()
    listed = serializers.BooleanField()
    dpid = serializers.CharField(allow_null=True)
    nkk = serializers.CharField(allow_blank=True)
    nik = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    birth_place = serializers.CharField(allow_blank=True)
    birth_day = serializers.DateField(allow_null=True)
    sex = serializers.CharField()
    marital = serializers.CharField(allow_blank=True)
    address = serializers.CharField(allow_blank=True)
    rt = serializers.IntegerField()
    rw = serializers.IntegerField()
    disability = serializers.IntegerField()
    ktp_el = serializers.CharField(allow_blank=True)
    code = serializers.CharField(allow_null=True)
    corrected = serializers.DictField(allow_null=True)
    evidence = serializers.CharField(allow_null=True, allow_blank=True)
    revision = serializers.IntegerField(allow_null=True)
    sticker = serializers.BooleanField(allow_null=True)
    receipt = serializers.BooleanField(allow_null=True)


class TpsList(serializers.Serializer[None]):
    """The list of one TPS, or what changed in it."""

    tps = serializers.UUIDField()
    revision = serializers.IntegerField()
    cursor = serializers.CharField()
    whole = serializers.BooleanField()
    codes = CodeItem(many=True)
    rules = Rules()
    limits = Limits()
    next_sync_at = serializers.DateTimeField()
    notices = NoticeItem(many=True)
    voters = ListedVoter(many=True)
    gone = serializers.ListField(child=serializers.UUIDField())


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


class StateReport(serializers.Serializer[None]):
    """How a phone is doing."""

    sent_at = serializers.DateTimeField(help_text="The phone's clock at sending.")
    app_version = serializers.CharField(max_length=40, required=False, allow_blank=True)
    recorded = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False, allow_null=True)
    waiting = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False, allow_null=True)
    failed = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False, allow_null=True)
    no_answer = serializers.IntegerField(
        min_value=0,
        max_value=1_000_000,
        required=False,
        help_text="How many attempts got no answer since the last one that did.",
    )


class StateAnswer(serializers.Serializer[None]):
    """The state is noted."""

    status = serializers.ChoiceField(["noted"])
    next_sync_at = serializers.DateTimeField()
