"""Every error Inkwise raises on purpose, and the one JSON shape in which it is told.

    InkwiseError            500  (never raised itself)
    ├── BadRequest          400  the request cannot be read
    │   ├── BadInk               strokes that are no strokes
    │   ├── EmptyInk             nothing was drawn, so there is nothing to read
    │   └── BadBitmap            a bitmap that is not 784 numbers from 0 to 255
    ├── NotJoined           401  no participant is known by that cookie
    ├── NotPresenter        403  for the presenter alone
    ├── WrongOrigin         403  another site's page asks
    ├── WrongCode           403  not the word that the room is joined with
    ├── NotFound            404  no such address
    ├── UnknownModel        404  no model of that name
    ├── UnknownLayer        404  no layer of that name in the model
    ├── UnknownDrawing      404  no drawing of that id, or a hidden one
    ├── Conflict            409  what is asked for does not fit what is there
    │   ├── OtherDrawing         a drawing of that id is another participant's
    │   ├── UnknownRound            the round is none of this room's
    │   └── NotVotable          a vote on a drawing that is not to be voted on, or one's own
    ├── DeletedDrawing      410  the drawing has been deleted, and stays so
    ├── TooLarge            413  more than a digit can need
    ├── UnsupportedMediaType           415  a Content-Type that the route does not take
    ├── TooManyTries        429  guessed wrong too often
    │   └── RateLimited             more requests than one hand, or one room, can need
    ├── Busy                503  the queue is full: come back in a moment
    ├── ModelsLoading           503  the models are still being loaded
    ├── StorageUnavailable           503  the room's database is busy, locked or full: send it again
    ├── DatabaseUnavailable          503  the room's database cannot be opened or read; predictions go on
    ├── SettingError        exit code 2  a setting that cannot be used
    ├── DataError           exit code 2  a file of training data that cannot be read or used
    └── ModelError          503  a model file that is missing, altered or does not fit its card

A message is one sentence that says what was expected and what came.
"""


class InkwiseError(Exception):
    """An error with a stable `code` for programs, an HTTP `status`, and a message for people."""

    code = "internal"
    status = 500
    retry_after: int | None = None  # seconds, for the Retry-After header

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message

    def to_json(self) -> dict:
        """Return the error as the HTTP contract tells it."""
        return {"error": {"code": self.code, "message": self.message}}


class BadRequest(InkwiseError):
    code = "bad_request"
    status = 400


class BadInk(BadRequest):
    code = "bad_ink"


class EmptyInk(BadRequest):
    code = "empty_ink"


class BadBitmap(BadRequest):
    code = "bad_bitmap"


class NotJoined(InkwiseError):
    code = "not_joined"
    status = 401


class NotPresenter(InkwiseError):
    code = "not_presenter"
    status = 403


class WrongOrigin(InkwiseError):
    code = "wrong_origin"
    status = 403


class WrongCode(InkwiseError):
    code = "wrong_code"
    status = 403


class NotFound(InkwiseError):
    code = "not_found"
    status = 404


class UnknownModel(InkwiseError):
    code = "unknown_model"
    status = 404


class UnknownLayer(InkwiseError):
    code = "unknown_layer"
    status = 404


class UnknownDrawing(InkwiseError):
    code = "unknown_drawing"
    status = 404


class Conflict(InkwiseError):
    code = "conflict"
    status = 409


class OtherDrawing(Conflict):
    code = "other_drawing"


class UnknownRound(Conflict):
    code = "unknown_round"


class NotVotable(Conflict):
    code = "not_votable"


class DeletedDrawing(InkwiseError):
    code = "deleted"
    status = 410


class TooLarge(InkwiseError):
    code = "too_large"
    status = 413


class UnsupportedMediaType(InkwiseError):
    code = "unsupported_media_type"
    status = 415


class TooManyTries(InkwiseError):
    code = "too_many_tries"
    status = 429

    def __init__(self, message: str, retry_after: int):
        super().__init__(message)
        self.retry_after = retry_after  # seconds


class RateLimited(TooManyTries):
    code = "rate_limited"


class Busy(InkwiseError):
    code = "busy"
    status = 503
    retry_after = 1


class ModelsLoading(InkwiseError):
    code = "models_loading"
    status = 503
    retry_after = 1


class StorageUnavailable(InkwiseError):
    code = "storage_unavailable"
    status = 503
    retry_after = 2


class DatabaseUnavailable(InkwiseError):
    code = "database_unavailable"
    status = 503
    retry_after = 5


class SettingError(InkwiseError):
    code = "bad_setting"


class DataError(InkwiseError):
    code = "bad_data"


class ModelError(InkwiseError):
    code = "bad_model"
    status = 503
    retry_after = 30  # a person has to put the file right first
