-- What: a place for the stations of one kab/kota that are about to be loaded, private to this connection and
--       transaction. The id is made here, so that the load and its marks can name it.
-- Index used: the key serves the joins below, whichever side the planner begins with: it knows nothing of these rows.
-- Expected size: up to 15,228 rows (Kabupaten Bogor), gone at commit.
CREATE TEMP TABLE IF NOT EXISTS incoming_station (
    id        uuid NOT NULL DEFAULT uuidv7(),
    kelurahan varchar(13) COLLATE "C" NOT NULL,
    number    smallint NOT NULL,
    kind      text NOT NULL,
    PRIMARY KEY (kelurahan, number)
) ON COMMIT DELETE ROWS
