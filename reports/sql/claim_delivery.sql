-- Claims one nightly mail before it is sent: one row comes back to the one who may send it, none to anybody else.
-- A new row, or a row in one of the given states that was claimed long enough ago. Two who ask at the same time meet
-- on the unique index delivery_once; the second one then sees the state "claimed" and gets nothing.
-- Index: delivery_once (election_id, region_id, day, user_id). Size: one row.
INSERT INTO reports_delivery AS delivery (id, election_id, region_id, day, user_id, state, claimed_at, error)
VALUES (%(id)s, %(election)s, %(region)s, %(day)s, %(user)s, 'claimed', %(now)s, '')
ON CONFLICT (election_id, region_id, day, user_id) DO UPDATE
SET state = 'claimed', claimed_at = excluded.claimed_at, sent_at = NULL, error = ''
WHERE delivery.state = ANY(%(states)s) AND delivery.claimed_at <= %(before)s
RETURNING delivery.id;
