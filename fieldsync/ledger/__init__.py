"""What was received, and in which order its effects were published.

`receipts` keeps every batch byte for byte with the outcome of every record;
`quarantine` the refused records until they come corrected; `waiting` those that
wait for a record they name; `sequences` tells what a tablet counted and did not
send; `feed` numbers changes at commit, so that no reader can skip one; `purging` lets go of what
is too old to be needed. What is written here is never rewritten, only marked as settled.
"""

from fieldsync.ledger import feed, purging, quarantine, receipts, sequences, waiting

__all__ = ["feed", "purging", "quarantine", "receipts", "sequences", "waiting"]
