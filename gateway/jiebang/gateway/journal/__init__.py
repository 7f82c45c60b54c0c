"""The journal: what was asked and done, durable. The only SQL on our database is in here."""
