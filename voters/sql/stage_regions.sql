-- What: an empty place for the regions that are about to be loaded, private to this connection and transaction.
-- Index used: none. Expected size: 91,609 rows, gone at commit.
CREATE TEMP TABLE IF NOT EXISTS incoming_region (
    code   text COLLATE "C" PRIMARY KEY,
    name   text NOT NULL,
    kind   text NOT NULL,
    source text NOT NULL,
    zone   text NOT NULL
) ON COMMIT DELETE ROWS
