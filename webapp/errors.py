"""Every error that Inkwise raises on purpose, with its HTTP status and its JSON shape.

    InkwiseError                  500  base class, never raised itself
    ├── BadRequest                400  the request cannot be parsed
    │   ├── BadInk                     malformed strokes
    │   ├── EmptyInk                   no ink
    │   ├── BadBitmap                  not 784 numbers from 0 to 255
    │   └── BadSpec                    a configuration of the lab that cannot be trained; `field` names where
    ├── NotJoined                 401  no participant has this cookie
    ├── NotPresenter              403  for the presenter only
    ├── WrongOrigin               403  a page of another site sent the request
    ├── WrongCode                 403  not the room's join code
    ├── JoiningClosed             403  the presenter lets no one else join
    ├── NotAccepted               403  the presenter takes no more from this participant
    ├── NotFound                  404  no such address
    ├── UnknownModel              404
    ├── UnknownLayer              404
    ├── UnknownDrawing            404  no such drawing, or a hidden one
    ├── UnknownRun                404  no such run of the lab
    ├── UnknownParticipant        404
    ├── Conflict                  409  the request does not fit the present state
    │   ├── OtherDrawing               another participant's drawing has this id
    │   ├── UnknownRound               not a round of this room
    │   ├── NotVotable                 not open for votes, or the participant's own
    │   ├── NotNow                     the lab trains, or has nothing to pause or to stop
    │   └── NameTaken                  another model has this name
    ├── DeletedDrawing            410  deleted, and not accepted again
    ├── TooLarge                  413
    ├── UnsupportedMediaType      415  a Content-Type that the route does not accept
    ├── TooManyTries              429  too many wrong codes or tokens
    │   └── RateLimited                too many requests
    ├── Busy                      503  the queue is full, or the response took too long
    │   └── OutOfFiles                 the process may open no more files
    ├── ModelsLoading             503
    ├── StorageUnavailable        503  the database cannot be written now; nothing was stored
    ├── DatabaseUnavailable       503  the database cannot be opened or read; predictions still work
    ├── TrainerUnavailable        503  the lab's trainer process does not run or cannot train
    ├── ModelError                503  a model file that is missing, altered or does not match its card
    ├── DataError                 503  a data file that cannot be read or used; exit code 2 of a command
    └── SettingError              exit code 2  a setting that cannot be used

A message is one sentence for programmers that says what was expected and what was received. An explanation is
for people on a page: what happened, and what they can do.
"""

import errno
import reprlib

DESCRIBED_LENGTH = 40  # characters


class InkwiseError(Exception):
    """An error with a stable `code` for programs, an HTTP `status`, a message and an explanation.

    Args:
        explanation: for people on a page; that of the class by default.
    """

    code = "internal"
    status = 500
    retry_after: int | None = None  # seconds, for the Retry-After header
    is_logged = False  # whether a person has to repair something in the server, and its log says what
    explanation = "Something went wrong in the server. Try again; the server's log says what happened."

    def __init__(self, message: str, explanation: str = ""):
        super().__init__(message)
        self.message = message
        self.explanation = explanation or self.explanation

    def to_json(self) -> dict:
        """Return {"error": {"code", "message", "explanation"}}."""
        error = {"code": self.code, "message": self.message, "explanation": self.explanation}
        return {"error": error}


class BadRequest(InkwiseError):
    code = "bad_request"
    status = 400
    explanation = "The server did not understand this. Reload the page and try again."


class BadInk(BadRequest):
    code = "bad_ink"
    explanation = "This drawing cannot be used. Clear the pad and draw again."


class EmptyInk(BadRequest):
    code = "empty_ink"
    explanation = "There is nothing on the pad. Draw first."


class BadBitmap(BadRequest):
    code = "bad_bitmap"
    explanation = "This drawing cannot be used. Clear the pad and draw again."


class BadSpec(BadRequest):
    code = "bad_spec"
    explanation = "This network cannot be trained. Check the marked field."

    def __init__(self, message: str, field: str, explanation: str = ""):
        super().__init__(message, explanation)
        self.field = field  # such as "layers.0.units"; "" for the whole

    def to_json(self) -> dict:
        value = super().to_json()
        return {"error": value["error"] | {"field": self.field}}


class NotJoined(InkwiseError):
    code = "not_joined"
    status = 401
    explanation = "You are not in this room yet. Reload the page to join."


class NotPresenter(InkwiseError):
    code = "not_presenter"
    status = 403
    explanation = "Only the presenter can do this. Open the presenter's link that the terminal shows."


class WrongOrigin(InkwiseError):
    code = "wrong_origin"
    status = 403
    explanation = "This page was opened by another address than the server's. Open the address on the wall."


class WrongCode(InkwiseError):
    code = "wrong_code"
    status = 403
    explanation = "This is not the code of this room. Enter the code shown on the screen."


class JoiningClosed(InkwiseError):
    code = "joining_closed"
    status = 403
    explanation = "The presenter has closed the room to new phones. Ask the presenter to open it."


class NotAccepted(InkwiseError):
    code = "not_accepted"
    status = 403
    explanation = "The presenter has blocked your drawings and votes."


class NotFound(InkwiseError):
    code = "not_found"
    status = 404
    explanation = "There is nothing at this address."


class UnknownModel(InkwiseError):
    code = "unknown_model"
    status = 404
    explanation = "There is no network with this name."


class UnknownLayer(InkwiseError):
    code = "unknown_layer"
    status = 404
    explanation = "This network has no such layer."


class UnknownDrawing(InkwiseError):
    code = "unknown_drawing"
    status = 404
    explanation = "This drawing is no longer in the room."


class UnknownRun(InkwiseError):
    code = "unknown_run"
    status = 404
    explanation = "This run was thrown away."


class UnknownParticipant(InkwiseError):
    code = "unknown_participant"
    status = 404
    explanation = "This person is no longer in the room."


class Conflict(InkwiseError):
    code = "conflict"
    status = 409
    explanation = "The room has changed meanwhile. Reload the page and try again."


class OtherDrawing(Conflict):
    code = "other_drawing"
    explanation = "This drawing could not be saved. Draw it again."


class UnknownRound(Conflict):
    code = "unknown_round"
    explanation = "The room has restarted, and the round of this drawing is gone."


class NotVotable(Conflict):
    code = "not_votable"
    explanation = "The vote on this drawing is over."


class NotNow(Conflict):
    code = "not_now"
    explanation = "The lab cannot do this now. Stop the present run first."


class NameTaken(Conflict):
    code = "name_taken"
    explanation = "Another network has this name. Choose a different one."


class DeletedDrawing(InkwiseError):
    code = "deleted"
    status = 410
    explanation = "You have deleted this drawing."


class TooLarge(InkwiseError):
    code = "too_large"
    status = 413
    explanation = "This is too large for the server."


class UnsupportedMediaType(InkwiseError):
    code = "unsupported_media_type"
    status = 415
    explanation = "The server cannot use a file of this kind."


class TooManyTries(InkwiseError):
    code = "too_many_tries"
    status = 429
    explanation = "Too many wrong tries. Wait a moment, then try again."

    def __init__(self, message: str, retry_after: int):
        super().__init__(message)
        self.retry_after = retry_after  # seconds


class RateLimited(TooManyTries):
    code = "rate_limited"
    explanation = "Too many requests. Wait a moment, then try again."


class Busy(InkwiseError):
    code = "busy"
    status = 503
    retry_after = 1
    explanation = "The server is busy. Try again in a moment."


class OutOfFiles(Busy):
    code = "out_of_files"
    retry_after = 2
    explanation = "The server has too many open connections. Try again in a few seconds."


class ModelsLoading(InkwiseError):
    code = "models_loading"
    status = 503
    retry_after = 1
    explanation = "The networks are still loading. Try again in a moment."


class StorageUnavailable(InkwiseError):
    code = "storage_unavailable"
    status = 503
    retry_after = 2
    explanation = "The server cannot save anything at the moment. Try again in a moment."


class DatabaseUnavailable(InkwiseError):
    code = "database_unavailable"
    status = 503
    retry_after = 5
    explanation = "The room cannot be opened at the moment. Try again in a few seconds."


class TrainerUnavailable(InkwiseError):
    code = "trainer_unavailable"
    status = 503
    retry_after = 2
    explanation = "The lab cannot train at the moment. The server's log says why."


class SettingError(InkwiseError):
    code = "bad_setting"
    is_logged = True


class DataError(InkwiseError):
    code = "bad_data"
    status = 503
    retry_after = 30  # a person has to repair the file first
    is_logged = True
    explanation = "This collection of digits cannot be read. Choose another one."


class ModelError(InkwiseError):
    code = "bad_model"
    status = 503
    retry_after = 30  # a person has to repair the file first
    explanation = "This network cannot be used. Choose another one."


def out_of_files(error: BaseException | None) -> OutOfFiles | None:
    """Return an OutOfFiles if `error`, or an error that it was raised from, says so; else None."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
            return OutOfFiles("the server may open no more files at the moment; try again in some seconds")
        error = error.__cause__ or error.__context__
    return None


def describe(value: object) -> str:
    """Return `value` as Python writes it, cut to 40 characters, for an error message.

    Plain repr() fails on lists nested hundreds deep and on ints of thousands of digits.
    """
    try:
        text = reprlib.repr(value)  # follows six levels only
    except ValueError:
        text = f"{type(value).__name__} of thousands of digits"
    return text if len(text) <= DESCRIBED_LENGTH else f"{text[:DESCRIBED_LENGTH]}…"
