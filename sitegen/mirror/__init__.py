"""Says what should have been said and is not yet: plan = announcements − ledger, delivered once."""
