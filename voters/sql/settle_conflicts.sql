-- Open conflicts of named voters, settled by an event each. Index: conflict_open_voter. Size: a few of one batch (<= 1,000).
UPDATE voters_conflict AS conflict
SET settled_at = %(now)s, settled_by = settling.event
FROM unnest(%(voters)s::uuid[], %(events)s::uuid[]) AS settling (voter, event)
WHERE conflict.kabkota_id = %(kabkota)s AND conflict.voter_id = settling.voter AND conflict.settled_at IS NULL
