-- One paper exchange. Values are JSON; {"$": "1.20000"} is a decimal, {"@": 1451858400000000000} a moment in nanoseconds.
CREATE TABLE state (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE books (
    account TEXT PRIMARY KEY,
    body TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE orders (
    account TEXT NOT NULL,
    id INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (account, id)
) WITHOUT ROWID;

CREATE TABLE trades (
    account TEXT NOT NULL,
    id INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (account, id)
) WITHOUT ROWID;

CREATE TABLE transactions (
    account TEXT NOT NULL,
    id INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (account, id)
) WITHOUT ROWID;

CREATE TRIGGER transactions_stay BEFORE UPDATE ON transactions
BEGIN
    SELECT RAISE(ABORT, 'transactions are never changed');
END;

CREATE TRIGGER transactions_remain BEFORE DELETE ON transactions
BEGIN
    SELECT RAISE(ABORT, 'transactions are never deleted');
END;

CREATE TRIGGER transactions_are_consecutive BEFORE INSERT ON transactions
WHEN NEW.id != 1 + coalesce((SELECT max(id) FROM transactions WHERE account = NEW.account), 0)
BEGIN
    SELECT RAISE(ABORT, 'transactions are consecutive');
END;

PRAGMA user_version = 1;
