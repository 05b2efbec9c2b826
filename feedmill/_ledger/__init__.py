"""The ledger: every feed and page of feedmill, in Redis, behind atomic operations."""
