from mbats.errors.base import MbatsError


class InvalidDatabaseUrl(MbatsError):
    """MBATS_DATABASE_URL={url} does not name a PostgreSQL server: {why}.

    Write it as postgresql://user:password@host:5432/ (the password may stay in ~/.pgpass instead), or unset it and
    MBATS runs a PostgreSQL of its own under MBATS_HOME.
    """


class InvalidObjectStore(MbatsError):
    """MBATS_OBJECT_STORE={url} is neither a folder nor a bucket: {why}.

    Give a path, file:///path or s3://bucket/prefix, or unset it to keep objects under MBATS_HOME.
    """


class HomeIsNoFolder(MbatsError):
    """MBATS_HOME={home} is a file, but MBATS keeps its state in a folder.

    Point MBATS_HOME at a folder (it is made when it does not exist), or unset it to use .mbats here.
    """


class InvalidLogSetting(MbatsError):
    """{name}={value!r} is not among {known}.

    Set it to one of them, or unset it.
    """


class UnknownEnvironment(MbatsError):
    """{name!r} is no kind of account. There are: {known}.

    Set MBATS_OANDA_ENVIRONMENT to one of them, or unset it for practice.
    """


class InvalidOandaUrl(MbatsError):
    """MBATS_OANDA_URL={url} is not the address of a server.

    Write http://127.0.0.1:8080 or https://host, without a path; unset it for OANDA's own addresses.
    """


class InvalidMlflowUri(MbatsError):
    """MBATS_MLFLOW_URI={uri} is not the address of an MLflow server.

    Write http://127.0.0.1:5000 or https://host, with the login in MLFLOW_TRACKING_USERNAME and
    MLFLOW_TRACKING_PASSWORD; unset it to do without a server.
    """


class TokenMissing(MbatsError):
    """No access token for the {environment} account at {url}.

    Put it into MBATS_OANDA_TOKEN, or into a file of mode 600 and its path into MBATS_OANDA_TOKEN_FILE, or give the
    account a name in accounts.toml under MBATS_HOME. OANDA hands tokens out under "Manage API Access"; without an
    account of your own start `mbats exchange serve`.
    """


class AccountsUnreadable(MbatsError):
    """{file} is no list of accounts: {why}.

    Give each a table: [name], then account = "101-001-1234567-001" and token = "..."; for an account that is not
    practice environment = "live", and real_money = true where it may be traded.
    """


class UnknownAccount(MbatsError):
    """No account is called {name!r}. There are: {known}.

    Give it a table in {file}, which is to be of mode 600, or write the account's number.
    """


class AccountElsewhere(MbatsError):
    """The account {name} is a {actual} account, but {environment} is asked for.

    Ask for it with --venue {actual}, or name another one.
    """


class SecretFileUnreadable(MbatsError):
    """{source} cannot be read: {why}.

    Name a file that holds nothing but {what}.
    """


class SecretFileOpen(MbatsError):
    """{source} can be read by others (mode {mode}).

    It holds {what}: who can read it can use it. Run `chmod 600 {file}`.
    """


class UrlContradictsEnvironment(MbatsError):
    """MBATS_OANDA_URL={url} is where OANDA keeps {actual} accounts, but {environment} is asked for.

    Unset MBATS_OANDA_URL, or set MBATS_OANDA_ENVIRONMENT={actual}.
    """


class LiveNotAsked(MbatsError):
    """Account {account} holds real money, and nobody said that real money is meant.

    Say so with --live, or use --venue practice.
    """


class LiveNotAllowed(MbatsError):
    """Account {account} holds real money and is not among the accounts that MBATS may trade ({allowed}).

    Add it to MBATS_OANDA_LIVE_ACCOUNTS, or write real_money = true to it in accounts.toml, if that is what you want.
    """


class NoPaperExchange(MbatsError):
    """No paper exchange runs under {home}.

    Start one with `mbats exchange serve`, or name another in MBATS_OANDA_URL, MBATS_OANDA_TOKEN and
    MBATS_OANDA_ACCOUNT.
    """


class AccountUnclear(MbatsError):
    """The token opens {count} accounts at {url}: {known}.

    Name one in MBATS_OANDA_ACCOUNT.
    """
