"""The ledger: every feed and page that feedmill knows, in Redis, behind atomic operations."""
