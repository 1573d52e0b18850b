from mbats.errors.base import MbatsError


class RequestRefused(MbatsError):
    """The request cannot be answered: {why}.

    The protocol is MLflow's: https://mlflow.org/docs/latest/ml/deployment/deploy-model-locally/
    """

    status = 400
    code = "BAD_REQUEST"


class BodyNotJson(RequestRefused):
    """The body is not a JSON object: {why}.

    Send one of the fields dataframe_split, dataframe_records, instances and inputs, encoded as UTF-8.
    """


class BodyNotCsv(RequestRefused):
    """The body is not a CSV table: {why}.

    Send a line of column names and a line a row, encoded as UTF-8.
    """


class NoInputField(RequestRefused):
    """The input must be a JSON object with exactly one of the fields {known}; it has {found}."""


class MalformedInput(RequestRefused):
    """The field {field} does not hold a table: {why}."""


class ColumnsMissing(RequestRefused):
    """Model {model} is missing inputs {missing}; it needs the columns {needed}.

    Other columns are ignored.
    """

    code = "INVALID_PARAMETER_VALUE"


class ValueNotNumeric(RequestRefused):
    """Column {column!r}, row {row}: {value} is not a number.

    All inputs of model {model} are doubles; null stands for a value that is missing.
    """

    code = "INVALID_PARAMETER_VALUE"


class RowNotScored(RequestRefused):
    """Model {model} could not score these rows: {why}."""


class BodyTooLong(RequestRefused):
    """The body is longer than {most:,} bytes.

    Send the rows in several requests.
    """

    status = 413


class ContentTypeUnknown(RequestRefused):
    """The content type {given!r} is not one of those that are understood: {known}, in UTF-8."""

    status = 415


class TokenWrong(RequestRefused):
    """The request bears no token, or a wrong one.

    Send the header `Authorization: Bearer TOKEN` with what the server's MBATS_SERVING_TOKEN_FILE holds.
    """

    status = 401
    code = "UNAUTHENTICATED"


class ServingPortTaken(MbatsError):
    """Port {port} of this machine cannot be served on: {why}.

    Stop what listens there, or choose another with --port; 0 takes any free one.
    """
